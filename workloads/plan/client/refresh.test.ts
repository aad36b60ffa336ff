/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Circuit } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { type Compiled, isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { chainOf } from '../../network/chain.ts';
import type { Layer, Network } from '../../network/network.ts';
import { randomDense } from '../../network/network.fixture.ts';
import { evaluateNetwork } from '../../network/reference.ts';
import { sizeOf, vectorShape } from '../../network/shape.ts';
import { evaluatePlanned } from '../planned-reference.ts';
import { chooseRefreshes, type RefreshRequest } from './refresh.ts';

/** Dense layers of these widths from one to the next, with squares between them. */
function networkOf(widths: readonly number[], seed: number): Network {
  const random = Random.from(seed, 'refreshed network');
  const layers = widths
    .slice(1)
    .flatMap((outputs, at): Layer[] => [
      randomDense(random, `dense ${at + 1}`, widths[at]!, outputs),
      ...(at + 2 < widths.length ? [{ kind: 'activation', name: `square ${at + 1}`, activation: 'square' } as const] : []),
    ]);
  return { input: { shape: vectorShape(widths[0]!), min: -1, max: 1 }, layers };
}

/** Squares of a circuit. */
const depthOf = ({ nodes }: Circuit): number => nodes.filter(({ op }) => op === 'multiply').length;

/** A scheme of so many levels, whose ciphertexts are as long as the levels that they have yet to lose. */
function compileWith(levels: number): (circuits: readonly Circuit[]) => Compiled | Refusal {
  return (circuits) => {
    if (circuits.some((circuit) => depthOf(circuit) > levels)) return refuse('OUT_OF_LEVELS', 'too deep');
    const bytes = { input: 0, output: 0, keys: {} };
    for (const circuit of circuits) {
      bytes.input += circuit.nodes[0]!.type.width * (1 + depthOf(circuit));
      for (const node of Object.values(circuit.outputs)) bytes.output += circuit.nodes[node]!.type.width;
    }
    const estimate = { evaluate_ns: 1, bytes, depth: Math.max(...circuits.map(depthOf)), correctness: {}, peak_bytes: 0 };
    return { id: 'x', client: { ports: { x: { passes: 1 } } }, estimate } as unknown as Compiled;
  };
}

function requestOf(network: Network, levels: number, quantised: boolean): RefreshRequest {
  const random = Random.from(3, 'inputs');
  const inputs = sizeOf(network.input.shape);
  return {
    scheme: { arithmetic: quantised ? 'integer' : 'real', operations: new Set(), shapes: [{ rows: 1, columns: 4 }] },
    layout: 'batched',
    compile: compileWith(levels),
    chain: chainOf(network),
    inputs,
    interval: network.input,
    planning: {
      quantisation: quantised ? { input: { step: 1 / 7, min: -7, max: 7 }, weightBits: 4 } : null,
      realWeightBits: null,
      rule: { bound: 'proven' },
      degree: 2,
    },
    samples: Array.from({ length: 5 }, () => new Float64Array(inputs).map(() => random.uniform(-1, 1))),
  };
}

/** Bytes of the best of all ways to cut, each part at most so deep; computed from the widths alone. */
function leastBytes(widths: readonly number[], levels: number): number {
  const layers = widths.length - 1;
  let least = Infinity;
  for (let cuts = 0; cuts < 2 ** (layers - 1); cuts++) {
    const ends = [...Array.from({ length: layers - 1 }, (_, at) => at + 1).filter((at) => (cuts >> (at - 1)) & 1), layers];
    let bytes = 0;
    let from = 0;
    for (const to of ends) {
      // A square behind every layer but the network's last.
      const depth = to - from - (to === layers ? 1 : 0);
      bytes += depth > levels ? Infinity : widths[from]! * (1 + depth) + widths[to]!;
      from = to;
    }
    least = Math.min(least, bytes);
  }
  return least;
}

test('refreshes stand where they cost the fewest bytes', () => {
  const widths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 7 });
  fc.assert(
    fc.property(widths, fc.integer({ min: 1, max: 3 }), fc.boolean(), (widths, levels, quantised) => {
      const chosen = chooseRefreshes(requestOf(networkOf(widths, 1), levels, quantised));
      if (isRefusal(chosen)) throw new Error(chosen.reason);
      const { bytes } = chosen.compiled.estimate;
      expect(bytes.input + bytes.output).toBe(leastBytes(widths, levels));
      expect(chosen.plan.actions.filter((step) => step.do === 'client')).toHaveLength(chosen.plan.circuits.length - 1);
    }),
    { seed: 4, numRuns: 60 },
  );
});

/** A connection around layers: what stands in front of layer `from` is added to what layer `to` makes, from 1. */
interface Skip {
  readonly from: number;
  readonly to: number;
}

/** The same with skip connections, each through a layer of its own, which makes widths equal. */
function skippingNetwork(widths: readonly number[], skips: readonly Skip[]): Network {
  const random = Random.from(5, 'skipping network');
  const before = (layer: number): string => (layer === 1 ? 'input' : `square ${layer - 1}`);
  const layers = widths.slice(1).flatMap((outputs, at): Layer[] => {
    const layer = at + 1;
    const around = skips.filter(({ to }) => to === layer);
    const made = [`dense ${layer}`, ...around.map(({ from }) => `skip ${from} ${layer}`)];
    return [
      { ...randomDense(random, made[0]!, widths[at]!, outputs), reads: [before(layer)] },
      ...around.map(({ from }, one): Layer => ({
        ...randomDense(random, made[one + 1]!, widths[from - 1]!, outputs),
        reads: [before(from)],
      })),
      ...(around.length > 0 ? [{ kind: 'add', name: `sum ${layer}`, reads: made } as const] : []),
      ...(layer < widths.length - 1 ? [{ kind: 'activation', name: `square ${layer}`, activation: 'square' } as const] : []),
    ];
  });
  return { input: { shape: vectorShape(widths[0]!), min: -1, max: 1 }, layers };
}

/**
 * Bytes of the best of all ways to cut. At a cut the value before it goes down and up, and each earlier one that a skip takes further;
 * those of them that the part was sent go down as they came, together.
 */
function leastBytesAround(widths: readonly number[], skips: readonly Skip[], levels: number): number {
  const layers = widths.length - 1;
  const crossing = (cut: number): number[] => [
    ...new Set([cut, ...skips.filter(({ from, to }) => from - 1 <= cut && to > cut).map(({ from }) => from - 1)]),
  ];
  const widthOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + widths[value]!, 0);
  let least = Infinity;
  for (let cuts = 0; cuts < 2 ** (layers - 1); cuts++) {
    const ends = [...Array.from({ length: layers - 1 }, (_, at) => at + 1).filter((at) => (cuts >> (at - 1)) & 1), layers];
    let bytes = 0;
    let from = 0;
    for (const to of ends) {
      const depth = to - from - (to === layers ? 1 : 0);
      const sent = widthOf(crossing(from));
      const values = to === layers ? [layers] : crossing(to);
      const asItCame = values.some((value) => value <= from) ? sent : 0;
      bytes += depth > levels ? Infinity : sent * (1 + depth) + widthOf(values.filter((value) => value > from)) + asItCame;
      from = to;
    }
    least = Math.min(least, bytes);
  }
  return least;
}

const skipping = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 4, maxLength: 7 }).chain((widths) => {
  const layers = widths.length - 1;
  const skip = fc
    .record({ from: fc.integer({ min: 1, max: layers - 1 }), length: fc.integer({ min: 1, max: layers - 1 }) })
    .map(({ from, length }): Skip => ({ from, to: Math.min(layers, from + length) }));
  const skips = fc.uniqueArray(skip, { maxLength: 3, selector: ({ from, to }) => `${from} ${to}` });
  return fc.record({ widths: fc.constant(widths), skips, levels: fc.integer({ min: 1, max: 2 }), quantised: fc.boolean() });
});

test('so they do where values are passed around layers: all of them cross a place together', () => {
  let crossed = 0;
  fc.assert(
    fc.property(skipping, ({ widths, skips, levels, quantised }) => {
      const network = skippingNetwork(widths, skips);
      const chosen = chooseRefreshes(requestOf(network, levels, quantised));
      if (isRefusal(chosen)) throw new Error(chosen.reason);
      const { bytes } = chosen.compiled.estimate;
      expect(bytes.input + bytes.output).toBe(leastBytesAround(widths, skips, levels));
      if (chosen.plan.circuits.some(({ outputs }) => Object.keys(outputs).length > 1)) crossed++;
      for (const { kind, output } of chosen.planned.layers) if (kind === 'client') expect(output.bound).toBe('proven');
    }),
    { seed: 6, numRuns: 60 },
  );
  expect(crossed).toBeGreaterThan(10);
});

test('refreshed in real numbers, a network with skip connections is the network', () => {
  fc.assert(
    fc.property(skipping, ({ widths, skips, levels }) => {
      const network = skippingNetwork(widths, skips);
      const { samples, ...request } = requestOf(network, levels, false);
      const chosen = chooseRefreshes({ ...request, samples });
      if (isRefusal(chosen)) throw new Error(chosen.reason);
      for (const sample of samples) {
        const expected = evaluateNetwork(network, sample);
        const most = Math.max(1e-6, ...expected.map(Math.abs));
        const outputs = evaluatePlanned(chosen.planned, sample).at(-1)!;
        expected.forEach((value, at) => expect(Math.abs(Number(outputs[at]) - value)).toBeLessThanOrEqual(1e-6 * most));
      }
    }),
    { seed: 7, numRuns: 60 },
  );
});

test('of parts that do not compile together, shorter ones are tried', () => {
  const request = requestOf(networkOf([4, 4, 4, 4, 4], 2), 3, true);
  let refused = 0;
  const compile = (circuits: readonly Circuit[]): Compiled | Refusal => {
    const tooMuch = circuits.length > 1 && circuits.some((circuit) => depthOf(circuit) > 1);
    if (tooMuch) refused++;
    return tooMuch ? refuse('NOISE_BUDGET_EXCEEDED', 'together too deep') : compileWith(2)(circuits);
  };
  const chosen = chooseRefreshes({ ...request, compile });
  if (isRefusal(chosen)) throw new Error(chosen.reason);
  expect(refused).toBeGreaterThan(0);
  expect(chosen.plan.circuits.map(depthOf)).toEqual([1, 1, 1, 0]);
});

test('where one layer is too much, the refusal is the scheme’s', () => {
  const request = { ...requestOf(networkOf([4, 4, 4], 2), 1, false), compile: () => refuse('MEMORY_EXCEEDED', 'too large') };
  expect(chooseRefreshes(request)).toMatchObject({ code: 'MEMORY_EXCEEDED' });
});
