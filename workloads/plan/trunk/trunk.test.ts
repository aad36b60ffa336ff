/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit } from '../../../schemes/circuit.ts';
import { isRefusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { chainOf } from '../../network/chain.ts';
import type { Layer, Network } from '../../network/network.ts';
import { randomDense } from '../../network/network.fixture.ts';
import { signedInput } from '../../network/quantisation.ts';
import { evaluateNetwork } from '../../network/reference.ts';
import { vectorShape } from '../../network/shape.ts';
import { evaluateArithmetic } from '../naive-arithmetic.fixture.ts';
import { evaluateCircuit } from '../naive-slots.fixture.ts';
import { evaluatePlanned } from '../planned-reference.ts';
import { cutsOf, planTrunkNetwork, type TrunkNetwork } from './trunk-network.ts';
import { HEAD, TRUNK, trunkPlans } from './trunk-plans.ts';

type Name = 'square' | 'relu' | 'sign';

const random = Random.from(5, 'trunk');
const activation = (name: string, function_: Name): Layer => ({ kind: 'activation', name, activation: function_ });

/** Dense layers with these between them. */
function networkOf(...names: readonly Name[]): Network {
  const widths = [6, 5, 4, 5, 3];
  const layers = widths.slice(0, names.length + 1).flatMap((width, at): Layer[] => {
    const dense = randomDense(random, `dense ${at + 1}`, width, widths[at + 1] ?? 3);
    return at < names.length ? [dense, activation(`${names[at]!} ${at + 1}`, names[at]!)] : [dense];
  });
  return { input: { shape: vectorShape(6), min: -1, max: 1 }, layers };
}

const samples = Array.from({ length: 40 }, () => Float64Array.from({ length: 6 }, () => random.uniform(-1, 1)));

function planned(network: Network, layer: string): TrunkNetwork {
  const chain = chainOf(network);
  const cut = cutsOf(chain).find((one) => one.layer === layer)!;
  const made = planTrunkNetwork(chain, cut, {
    inputs: 6,
    interval: network.input,
    rules: { trunk: { bound: 'calibrated', samples, margin: 2 }, tables: { bound: 'calibrated', samples, margin: 1.2 } },
    quantisation: { input: signedInput(4), weightBits: { ofInputs: 5, ofTables: 5 }, entryBits: 8, outputBits: 8 },
  });
  if (isRefusal(made)) throw new Error(made.reason);
  return made;
}

describe('a chain can be cut', () => {
  const cuts = (...names: readonly Name[]): string[] => cutsOf(chainOf(networkOf(...names))).map(({ layer }) => layer);

  test('before an activation behind two linear layers and polynomials', () => {
    expect(cuts('square', 'square', 'relu')).toEqual(['square 2', 'relu 3']);
    expect(cuts('square', 'relu', 'square')).toEqual(['relu 2']);
  });

  test('nowhere behind another function', () => {
    expect(cuts('relu', 'square', 'sign')).toEqual([]);
    expect(cuts('relu')).toEqual([]);
  });
});

test('the planned network is the float one but for tables, and counts what is switched finely', () => {
  const network = networkOf('square', 'relu');
  const { planned: whole } = planned(network, 'relu 2');
  const largest = Math.max(...samples.flatMap((sample) => Array.from(evaluateNetwork(network, sample), Math.abs)));
  for (const sample of samples) {
    const values = evaluatePlanned(whole, sample).at(-1)!;
    const step = whole.layers.at(-1)!.output.step!;
    const float = evaluateNetwork(network, sample);
    for (const [at, value] of Array.from(values, Number).entries()) {
      expect(Math.abs(value * step - float[at]!) / largest).toBeLessThan(0.1);
    }
  }
});

test('trunk and head compute the planned network: every slot of every sum, then tables', () => {
  const network = planned(networkOf('square', 'relu'), 'relu 2');
  const plans = trunkPlans(network, { rows: 1, columns: 64 });
  if (isRefusal(plans)) throw new Error(plans.reason);
  const crossing = network.planned.layers.findIndex(({ kind }) => kind === 'switch');
  const { step } = network.planned.layers[crossing]!.output;
  for (const made of plans) {
    const { circuits, arrangements } = made();
    const [trunk, head] = circuits as [Circuit, Circuit];
    expect([trunk.id, head.id]).toEqual([TRUNK, HEAD]);
    for (const sample of samples.slice(0, 4)) {
      const values = evaluatePlanned(network.planned, sample);
      const slots = arrangements['input']!.index.map((numbers) => Array.from(numbers, (number) => (number < 0 ? 0 : sample[number]!)));
      const sums = evaluateCircuit(trunk, slots);
      for (const [at, expected] of Array.from(values[crossing - 1]!, Number).entries()) {
        for (const sum of sums[at]!) expect(sum).toBeCloseTo(expected, 9);
      }
      const counted = sums.map(([sum]) => [Math.round(sum! / step!)]);
      expect(evaluateArithmetic(head, counted).flat()).toEqual(Array.from(values.at(-1)!, Number));
    }
  }
});
