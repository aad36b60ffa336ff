/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SlotShape } from '../../../schemes/circuit.ts';
import { isRefusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { evaluateChain } from '../../network/chain.fixture.ts';
import { type Chain, inOrder, type LooseLink } from '../../network/chain.ts';
import { signedInput } from '../../network/quantisation.ts';
import { sparseFromRows } from '../../network/sparse.ts';
import { runPlan } from '../naive-slots.fixture.ts';
import { packedPlans } from './packed.ts';
import { planNetwork } from '../plan-network.ts';
import { outputFacts, type PlannedPart } from '../planned-network.ts';
import { routedLayers, routePlan } from './circuit.ts';
import { cheapestRoutes, type Route } from './route.ts';

interface Case {
  readonly widths: readonly number[];
  /** Share of weights that are zero, in quarters. */
  readonly zeros: number;
  readonly seed: number;
}

const cases = fc.record<Case>({
  widths: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 2, maxLength: 4 }),
  zeros: fc.integer({ min: 0, max: 3 }),
  seed: fc.nat(),
});
const shapes = fc.constantFrom<SlotShape>(
  { rows: 1, columns: 16 },
  { rows: 1, columns: 64 },
  { rows: 2, columns: 8 },
  { rows: 2, columns: 32 },
);

/** Linear layers of random weights with squares between them. */
function chainOf({ widths, zeros, seed }: Case): Chain {
  const random = Random.from(seed);
  const links = widths.slice(1).flatMap((rows, at): LooseLink[] => {
    const columns = widths[at]!;
    const weights = new Float64Array(rows * columns).map(() => (random.below(4) < zeros ? 0 : random.normal(0, 1 / Math.sqrt(columns))));
    const bias = new Float64Array(rows).map(() => random.normal(0, 0.1));
    const linear = { kind: 'linear' as const, name: `linear${at}`, matrix: sparseFromRows(rows, columns, weights, null), bias };
    return at === 0 ? [linear] : [{ kind: 'activation' as const, name: `square${at}`, activation: 'square' as const }, linear];
  });
  return inOrder(links);
}

const evaluate = (chain: Chain, input: Float64Array): Float64Array => evaluateChain(chain, input).at(-1)!;

function planned(chain: Chain, inputs: number, samples: readonly Float64Array[] | null, bits: number | null): PlannedPart {
  const network = planNetwork(chain, {
    inputs,
    interval: { min: -1, max: 1 },
    quantisation: bits === null ? null : { input: signedInput(bits), weightBits: bits },
    realWeightBits: null,
    rule: samples === null ? { bound: 'proven' } : { bound: 'calibrated', samples, margin: 1.5 },
    degree: 2,
  });
  if (isRefusal(network)) throw new Error(network.reason);
  return network;
}

function routesOf(network: PlannedPart, shape: SlotShape): readonly Route[] {
  return cheapestRoutes(routedLayers(network), shape, { product: 0.5, hoisted: 0.5 });
}

describe('every route', () => {
  test('computes the network over reals, all slots within their ranges', () => {
    let [routes, gathered, wide, voids] = [0, 0, 0, 0];
    fc.assert(
      fc.property(cases, shapes, (entry, shape) => {
        const chain = chainOf(entry);
        const random = Random.from(entry.seed, 'inputs');
        const input = new Float64Array(entry.widths[0]!).map(() => random.uniform(-1, 1));
        const expected = evaluate(chain, input);
        const network = planned(chain, input.length, null, null);
        for (const route of routesOf(network, shape)) {
          const found = runPlan(routePlan(network, route, shape), [...input]);
          expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 9));
          routes++;
          gathered += Number(route.gathered);
          wide += Number(route.ciphertexts > 1 || route.layers.some(({ output }) => output.ciphertexts > 1));
          voids += Number(route.layers.some(({ output }) => output.roles.includes('void')));
        }
      }),
      { seed: 21, numRuns: 60 },
    );
    // What the generator is for was met.
    expect(Math.min(routes / 100, gathered / 20, wide / 20, voids / 20)).toBeGreaterThan(1);
  });

  test('computes the counted network exactly', () => {
    fc.assert(
      fc.property(cases, shapes, (entry, shape) => {
        const chain = chainOf({ ...entry, widths: entry.widths.slice(0, 3) });
        const random = Random.from(entry.seed, 'inputs');
        const { max } = signedInput(4);
        const input = new Float64Array(entry.widths[0]!).map(() => random.below(2 * max + 1) - max);
        const network = planned(chain, input.length, null, 4);
        const counted = evaluate(
          network.layers.map((layer) =>
            layer.kind === 'linear' ? layer : { kind: 'activation', name: layer.name, of: layer.of, activation: 'square' },
          ),
          input,
        );
        for (const route of routesOf(network, shape)) expect(runPlan(routePlan(network, route, shape), [...input])).toEqual([...counted]);
      }),
      { seed: 22, numRuns: 40 },
    );
  });

  test('has calibrated ranges that hold the samples in every slot', () => {
    fc.assert(
      fc.property(cases, shapes, (entry, shape) => {
        const chain = chainOf(entry);
        const random = Random.from(entry.seed, 'inputs');
        const samples = Array.from({ length: 3 }, () => new Float64Array(entry.widths[0]!).map(() => random.uniform(-1, 1)));
        const network = planned(chain, entry.widths[0]!, samples, null);
        for (const route of routesOf(network, shape).slice(0, 3)) {
          const plan = routePlan(network, route, shape);
          for (const sample of samples) runPlan(plan, [...sample]);
          const { nodes } = plan.circuits[0]!;
          expect(nodes.at(-1)!.type.bound).toBe('calibrated');
          expect(nodes.at(-1)!.type.max).toBeGreaterThanOrEqual(outputFacts(network).max);
        }
      }),
      { seed: 23, numRuns: 20 },
    );
  });
});

describe('layouts that people found by hand', () => {
  const random = Random.from(7);
  const dense = (rows: number, columns: number): LooseLink => ({
    kind: 'linear',
    name: `${rows}x${columns}`,
    matrix: sparseFromRows(
      rows,
      columns,
      new Float64Array(rows * columns).map(() => random.normal()),
      null,
    ),
    bias: new Float64Array(rows),
  });
  const square = (name: string): LooseLink => ({ kind: 'activation', name, activation: 'square' });
  /** A convolution's matrix: `positions` weights in every row, somewhere. */
  const windows = (rows: number, columns: number, positions: number): LooseLink => {
    const weights = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row++) for (let at = 0; at < positions; at++) weights[row * columns + ((row * 3 + at * 7) % columns)] = 1;
    return { kind: 'linear', name: 'conv', matrix: sparseFromRows(rows, columns, weights, null), bias: new Float64Array(rows) };
  };
  const operations = (chain: readonly LooseLink[], shape: SlotShape): { sent: number; products: number[]; rotations: number[] } => {
    const plans = packedPlans(planned(inOrder(chain), 784, [new Float64Array(784).fill(0.1)], null), shape);
    if (isRefusal(plans)) throw new Error(plans.reason);
    const { nodes } = plans[0]!().circuits[0]!;
    const layers = [...new Set(nodes.flatMap((node) => (node.op === 'transform' ? [node.layer] : [])))];
    const products = layers.map((layer) =>
      nodes.reduce((sum, node) => sum + (node.layer === layer && node.op === 'transform' ? node.outputs.flat().length : 0), 0),
    );
    const rotations = layers.map((layer) =>
      nodes.reduce((sum, node) => {
        if (node.layer !== layer) return sum;
        if (node.op === 'fold') return sum + node.rotations.length;
        if (node.op !== 'transform') return sum;
        const rotations = new Set(node.outputs.flat().flatMap(({ baby, giant }) => [`baby ${baby}`, `giant ${giant}`]));
        rotations.delete('baby 0');
        rotations.delete('giant 0');
        return sum + rotations.size;
      }, 0),
    );
    return { sent: nodes[0]!.type.width, products, rotations };
  };

  test('conv 4@7x7, 256-64, 64-10 on 4,096 slots', () => {
    const chain = [windows(256, 784, 49), square('square1'), dense(64, 256), square('square2'), dense(10, 64)];
    expect(operations(chain, { rows: 1, columns: 4096 })).toEqual({ sent: 4, products: [4, 8, 1], rotations: [4, 9, 6] });
  });

  test('conv 5@5x5, 845-100, 100-10 on 4,096 slots', () => {
    const chain = [windows(845, 784, 25), square('square1'), dense(100, 845), square('square2'), dense(10, 100)];
    expect(operations(chain, { rows: 1, columns: 4096 })).toEqual({ sent: 7, products: [7, 64, 1], rotations: [2, 18, 7] });
  });
});

test('what is too large for any evaluator is refused with the reason', () => {
  const rows = 2 ** 17;
  const matrix = {
    rows,
    columns: 1,
    step: null,
    offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row),
    indices: new Uint32Array(rows),
    values: new Float64Array(rows).fill(1),
  };
  const chain = inOrder([{ kind: 'linear', name: 'huge', matrix, bias: new Float64Array(rows) }]);
  const huge = planned(chain, 1, [Float64Array.of(1)], null);
  const refusal = packedPlans(huge, { rows: 1, columns: 16 });
  expect(refusal).toMatchObject({ code: 'LAYER_TOO_LARGE', reason: expect.stringContaining('over 16 slots') as string });
  const single = packedPlans(huge, { rows: 1, columns: 1 });
  expect(single).toMatchObject({ code: 'LAYER_TOO_LARGE', reason: expect.stringContaining('this scheme has one') as string });
});
