/** @module */
import { expect, test } from 'vitest';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import type { ActivationName } from '../../network/activation.ts';
import { chainOf } from '../../network/chain.ts';
import type { Network } from '../../network/network.ts';
import { randomDense } from '../../network/network.fixture.ts';
import { signedInput } from '../../network/quantisation.ts';
import { evaluateNetwork, predictedClass } from '../../network/reference.ts';
import { vectorShape } from '../../network/shape.ts';
import { DEGREE_BOUND, degreeWords, type DegreeSearch, rankDegrees, type TriedDegree } from './degree-search.ts';
import { planNetwork } from '../plan-network.ts';
import { evaluatePlanned } from '../planned-reference.ts';

function searchOf(activation: ActivationName, layers: number, hasClasses: boolean): DegreeSearch {
  const random = Random.from(31, `${activation} ${layers}`);
  const network: Network = {
    input: { shape: vectorShape(8), min: -1, max: 1 },
    layers: [
      ...Array.from({ length: layers }, (_, at) => [
        randomDense(random, `dense ${at}`, 8, 8),
        { kind: 'activation' as const, name: `activation ${at}`, activation },
      ]).flat(),
      randomDense(random, 'output', 8, 4),
    ],
  };
  const samples = Array.from({ length: 100 }, () => new Float64Array(8).map(() => random.uniform(-1, 1)));
  const rule = { bound: 'calibrated', samples, margin: 2 } as const;
  const planning = { inputs: 8, interval: network.input, quantisation: null, realWeightBits: null, rule };
  return { network, chain: chainOf(network), planning, hasClasses, samples };
}

function ranked(search: DegreeSearch): readonly TriedDegree[] {
  const found: readonly TriedDegree[] | Refusal = rankDegrees(search);
  if (isRefusal(found)) throw new Error(found.reason);
  return found;
}

/** Computed anew, from the planner and the references alone. */
function classesKept({ network, chain, planning, samples }: DegreeSearch, degree: number): number {
  const planned = planNetwork(chain, { ...planning, degree });
  if (isRefusal(planned)) throw new Error(planned.reason);
  const same = samples.filter((sample) => {
    const outputs = Float64Array.from(evaluatePlanned(planned, sample).at(-1)!, Number);
    return predictedClass(outputs) === predictedClass(evaluateNetwork(network, sample));
  });
  return same.length / samples.length;
}

test.each<[ActivationName, number]>([
  ['sigmoid', 1],
  ['relu', 1],
  ['relu', 3],
])('%s, %i layers: the least degree that keeps the classes comes first, and its share is what is stated', (activation, layers) => {
  const search = searchOf(activation, layers, true);
  const [first, ...others] = ranked(search);
  expect(first!.kept.share).toBe(classesKept(search, first!.degree));
  if (first!.kept.share >= DEGREE_BOUND) for (const { degree } of others) expect(degree).toBeLessThan(first!.degree);
  for (const [at, { kept }] of others.entries()) {
    expect(kept.share).toBeLessThan(DEGREE_BOUND);
    expect(kept.share).toBeLessThanOrEqual([first!, ...others][at]!.kept.share);
  }
});

test('of outputs that are no classes it is the variance that is kept', () => {
  const [first, ...others] = ranked(searchOf('softplus', 1, false));
  expect(first!.kept).toMatchObject({ of: 'variance', samples: 100 });
  expect(first!.kept.share).toBeGreaterThanOrEqual(DEGREE_BOUND);
  for (const { degree, kept } of others) expect([degree < first!.degree, kept.share < DEGREE_BOUND]).toEqual([true, true]);
});

test('where whole numbers outgrow all bounds, lower degrees stand; where even the least does, that is the refusal', () => {
  const search = searchOf('relu', 6, true);
  const whole = { ...search, planning: { ...search.planning, quantisation: { input: signedInput(8), weightBits: 8 } } };
  expect(rankDegrees(whole)).toMatchObject({ code: 'RANGE_TOO_LARGE' });
});

test('words say what is kept, and whether that is enough', () => {
  const of = (share: number) => degreeWords({ degree: 4, kept: { share, of: 'classes', samples: 128 } });
  expect(of(0.992)).toBe(
    'polynomials of degree up to 4 keep 99.2% of the classes of 128 calibration samples, the least degree that keeps 99%',
  );
  expect(of(0.9)).toBe(
    'polynomials of degree up to 4 keep 90.0% of the classes of 128 calibration samples, and no degree that can be computed keeps 99%',
  );
});
