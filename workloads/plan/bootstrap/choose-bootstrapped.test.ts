/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Circuit, operands } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { type Compiled, isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { chainOf } from '../../network/chain.ts';
import type { Layer, Network } from '../../network/network.ts';
import { randomDense } from '../../network/network.fixture.ts';
import { evaluateNetwork } from '../../network/reference.ts';
import { sizeOf, vectorShape } from '../../network/shape.ts';
import { compiledWith } from '../compiled.fixture.ts';
import { runPlan } from '../naive-slots.fixture.ts';
import { interleavedPlans, INTERLEAVED_SAMPLES } from '../packed/interleaved.ts';
import { planNetwork } from '../plan-network.ts';
import type { PlannedPart } from '../planned-network.ts';
import { type BootstrapRequest, canBootstrap, chooseBootstrapped } from './choose-bootstrapped.ts';
import { bootstrapPlaces, withBootstraps } from './places.ts';

/** A layer that also reads what layer `from` reads, counted from 1, through weights of its own. */
interface Skip {
  readonly from: number;
  readonly to: number;
}

/** Dense layers of these widths from one to the next, with squares between them. */
function networkOf(widths: readonly number[], skip: Skip | null = null): Network {
  const random = Random.from(1, 'bootstrapped network');
  const before = (layer: number): string => (layer === 1 ? 'input' : `square ${layer - 1}`);
  const layers = widths.slice(1).flatMap((outputs, at): Layer[] => {
    const layer = at + 1;
    const dense = { ...randomDense(random, `dense ${layer}`, widths[at]!, outputs), reads: [before(layer)] };
    const sum: Layer[] =
      skip?.to === layer
        ? [
            { ...randomDense(random, 'skip', widths[skip.from - 1]!, outputs), reads: [before(skip.from)] },
            { kind: 'add', name: 'sum', reads: [dense.name, 'skip'] },
          ]
        : [];
    const isLast = layer === widths.length - 1;
    return [dense, ...sum, ...(isLast ? [] : [{ kind: 'activation', name: `square ${layer}`, activation: 'square' } as const])];
  });
  return { input: { shape: vectorShape(widths[0]!), min: -1, max: 1 }, layers };
}

function plannedOf(network: Network): PlannedPart {
  const inputs = sizeOf(network.input.shape);
  const planned = planNetwork(chainOf(network), {
    ...{ inputs, interval: network.input, quantisation: null, realWeightBits: null, rule: { bound: 'proven' }, degree: 2 },
  });
  if (isRefusal(planned)) throw new Error(planned.reason);
  return planned;
}

/** A bootstrap of one ciphertext beside another operation. */
const BOOTSTRAP = 50;

/** A scheme of so many products in a row, whose operations take the longer the more products their operands have behind them. */
function compileWith(levels: number): (circuits: readonly Circuit[]) => Compiled | Refusal {
  return (circuits) => {
    let evaluate_ns = 0;
    for (const { nodes } of circuits) {
      const used: number[] = [];
      for (const node of nodes) {
        const before = Math.max(0, ...operands(node).map((of) => used[of]!));
        const { width } = node.type;
        evaluate_ns += node.op === 'input' ? 0 : width * (node.op === 'bootstrap' ? BOOTSTRAP : 1 + before);
        used.push(node.op === 'bootstrap' ? 0 : before + (node.op === 'multiply' ? 1 : 0));
      }
      if (Math.max(...used) > levels) return refuse('OUT_OF_LEVELS', `more than ${levels} products in a row`);
    }
    return compiledWith({ evaluate_ns });
  };
}

function requestOf(levels: number): BootstrapRequest {
  const compile = compileWith(levels);
  const scheme = { arithmetic: 'real', operations: new Set(['bootstrap'] as const), shapes: [{ rows: 1, columns: 4 }] } as const;
  return { scheme, layout: 'batched', compile, compileBeginning: compile };
}

/** Time of the best of all ways to bootstrap somewhere; computed from the widths alone. */
function leastTime(widths: readonly number[], levels: number): number {
  const squares = widths.length - 2;
  let least = Infinity;
  for (let chosen = 1; chosen < 2 ** squares; chosen++) {
    let [time, used] = [0, 0];
    for (let layer = 1; layer <= squares + 1; layer++) {
      const width = widths[layer]!;
      time += width * (1 + used);
      if (layer > squares) break;
      if (((chosen >> (layer - 1)) & 1) === 1) [time, used] = [time + width * BOOTSTRAP, 0];
      time += width * (1 + used);
      used++;
      if (used > levels) time = Infinity;
    }
    least = Math.min(least, time);
  }
  return least;
}

test('bootstraps stand where the network takes least time', () => {
  const networks = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 8 });
  fc.assert(
    fc.property(networks, fc.integer({ min: 1, max: 3 }), (widths, levels) => {
      const chosen = chooseBootstrapped(requestOf(levels), plannedOf(networkOf(widths)));
      if (isRefusal(chosen)) throw new Error(chosen.reason);
      expect(chosen.compiled.estimate.evaluate_ns).toBe(leastTime(widths, levels));
    }),
    { seed: 5, numRuns: 60 },
  );
});

const skipping = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 4, maxLength: 6 }).chain((widths) => {
  const layers = widths.length - 1;
  const skip = fc
    .record({ from: fc.integer({ min: 1, max: layers - 1 }), length: fc.integer({ min: 1, max: layers - 1 }) })
    .map(({ from, length }): Skip => ({ from, to: Math.min(layers, from + length) }));
  return fc.record({ widths: fc.constant(widths), skip, chosen: fc.nat(), seed: fc.nat({ max: 1000 }) });
});

test('values stay what they are wherever they are bootstrapped, those of skip connections and of samples side by side too', () => {
  let [crossed, bootstrapped] = [0, 0];
  fc.assert(
    fc.property(skipping, ({ widths, skip, chosen, seed }) => {
      const network = networkOf(widths, skip);
      const planned = plannedOf(network);
      const places = bootstrapPlaces(planned).filter((_, at) => ((chosen >> at) & 1) === 1);
      const renewed = withBootstraps(planned, places);
      bootstrapped += renewed.layers.filter(({ kind }) => kind === 'bootstrap').length;
      crossed += places.filter(({ crossing }) => crossing.length > 1).length;
      const plans = interleavedPlans(renewed, { rows: 1, columns: 512 });
      if (isRefusal(plans)) throw new Error(plans.reason);
      const random = Random.from(seed, 'samples');
      const samples = Array.from({ length: INTERLEAVED_SAMPLES }, () => new Float64Array(widths[0]!).map(() => random.uniform(-1, 1)));
      const found = runPlan(plans[0]!(), samples.flatMap((sample) => [...sample])); // prettier-ignore
      const expected = samples.flatMap((sample) => [...evaluateNetwork(network, sample)]);
      const largest = Math.max(...expected.map(Math.abs));
      for (const [at, value] of expected.entries()) expect(Math.abs(found[at]! - value)).toBeLessThanOrEqual(1e-9 * largest);
    }),
    { seed: 6, numRuns: 25 },
  );
  expect(bootstrapped).toBeGreaterThan(10);
  expect(crossed).toBeGreaterThan(2);
});

test('behind a place nothing is read that was made before it, but through a bootstrap', () => {
  const planned = plannedOf(networkOf([2, 3, 2, 3, 2], { from: 2, to: 4 }));
  for (const place of bootstrapPlaces(planned)) {
    const { layers } = withBootstraps(planned, [place]);
    const first = layers.findIndex(({ kind }) => kind === 'bootstrap');
    for (const layer of layers.slice(first + place.crossing.length)) {
      for (const value of layer.kind === 'linear' ? layer.of : [layer.of]) expect(value === 0 || value > first).toBe(true);
    }
  }
});

test('what is too deep between two places is refused as the scheme refuses it', () => {
  expect(chooseBootstrapped(requestOf(0), plannedOf(networkOf([2, 2, 2])))).toMatchObject({
    code: 'OUT_OF_LEVELS',
    reason: 'more than 0 products in a row',
  });
  expect(chooseBootstrapped(requestOf(3), plannedOf(networkOf([2, 2])))).toMatchObject({
    reason: 'the network has no activation that ciphertexts could be bootstrapped before',
  });
});

test('of beginnings no precision is asked, of the whole network it is', () => {
  const compile = compileWith(1);
  const request = { ...requestOf(1), compile: () => refuse('PRECISION_TOO_LOW', 'too few bits'), compileBeginning: compile };
  expect(chooseBootstrapped(request, plannedOf(networkOf([2, 2, 2, 2])))).toMatchObject({ code: 'PRECISION_TOO_LOW' });
});

test('a shape whose sets do not bootstrap is passed over', () => {
  const request = requestOf(1);
  const larger = { ...request.scheme, shapes: [{ rows: 1, columns: 2 }, ...request.scheme.shapes] } as const;
  const compile: typeof request.compile = (circuits) =>
    circuits[0]!.shape.columns === 2 ? refuse('BOOTSTRAP_UNSUPPORTED', 'no primes') : request.compile(circuits);
  const chosen = chooseBootstrapped({ ...request, scheme: larger, compile, compileBeginning: compile }, plannedOf(networkOf([2, 2, 2, 2])));
  expect(isRefusal(chosen) ? chosen.reason : chosen.plan.circuits[0]!.shape.columns).toBe(4);
});

test('whether anything can be bootstrapped is asked of the scheme, over every shape', () => {
  const request = requestOf(0);
  const shapes = [{ rows: 1, columns: 2 }, { rows: 1, columns: 4 }] as const; // prettier-ignore
  const onlyAt =
    (columns: number): BootstrapRequest['compile'] =>
    (circuits) =>
      circuits[0]!.shape.columns === columns ? request.compile(circuits) : refuse('BOOTSTRAP_UNSUPPORTED', 'no primes');
  const can = (columns: number): boolean => canBootstrap({ scheme: { ...request.scheme, shapes }, compileBeginning: onlyAt(columns) });
  expect([2, 4, 8].map(can)).toEqual([true, true, false]);
});
