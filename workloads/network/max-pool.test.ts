/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../data/random.ts';
import { evaluateChain } from './chain.fixture.ts';
import { chainOf } from './chain.ts';
import { compileNetwork } from './compiled-network.ts';
import { largestRounds } from './largest.ts';
import type { MaxPoolLayer } from './max-pool.ts';
import { graphOf, type Network } from './network.ts';
import { evaluateNetwork } from './reference.ts';
import { multiplyVector } from './sparse.ts';

const side = fc.integer({ min: 1, max: 4 });
const pad = fc.nat(2);
const pooled = fc.record({
  ...{ channels: fc.integer({ min: 1, max: 3 }), height: fc.integer({ min: 1, max: 8 }), width: fc.integer({ min: 1, max: 8 }) },
  ...{ rows: side, columns: side, stride: fc.tuple(side, side), dilation: fc.tuple(side, side), padding: fc.tuple(pad, pad, pad, pad) },
  seed: fc.nat(2 ** 31 - 1),
});

type Pooled = typeof pooled extends fc.Arbitrary<infer Value> ? Value : never;

function networkOf({ channels, height, width, rows, columns, stride, dilation, padding }: Pooled): Network {
  const layer: MaxPoolLayer = { kind: 'maxPool', name: 'pool', window: { height: rows, width: columns, stride, dilation, padding } };
  return { input: { shape: { channels, height, width }, min: -1, max: 1 }, layers: [layer] };
}

/** PyTorch's words: an image padded with minus infinity, then cut into windows. */
function padThenCut({ channels, height, width, rows, columns, stride, dilation, padding }: Pooled, input: Float64Array): number[][] {
  const [top, left, bottom, right] = padding;
  return Array.from({ length: channels }, (_, channel) => {
    const padded = Array.from({ length: top + height + bottom }, (_row, y) =>
      Array.from({ length: left + width + right }, (_column, x) => {
        const inside = y >= top && y < top + height && x >= left && x < left + width;
        return inside ? input[(channel * height + y - top) * width + x - left]! : -Infinity;
      }),
    );
    const results: number[] = [];
    for (let y = 0; y + dilation[0] * (rows - 1) < padded.length; y += stride[0]) {
      for (let x = 0; x + dilation[1] * (columns - 1) < padded[0]!.length; x += stride[1]) {
        const lines = padded.filter((_line, at) => at >= y && at <= y + dilation[0] * (rows - 1) && (at - y) % dilation[0] === 0);
        const cells = lines.flatMap((line) =>
          line.filter((_cell, at) => at >= x && at <= x + dilation[1] * (columns - 1) && (at - x) % dilation[1] === 0),
        );
        results.push(cells.toSorted((a, b) => b - a)[0]!);
      }
    }
    return results;
  });
}

test('the largest of every window, by the reference, compiled, and as ReLUs of differences', () => {
  let [computed, refused] = [0, 0];
  fc.assert(
    fc.property(pooled, (of) => {
      const random = Random.from(of.seed, 'pooled');
      const input = new Float64Array(of.channels * of.height * of.width).map(() => random.uniform(-1, 1));
      const expected = padThenCut(of, input).flat();
      const network = networkOf(of);
      if (expected.length === 0 || expected.includes(-Infinity)) {
        expect(() => graphOf(network)).toThrow(expect.objectContaining({ code: 'NETWORK_SHAPE' }));
        refused++;
        return;
      }
      computed++;
      expect([...evaluateNetwork(network, input)]).toEqual(expected);
      expect([...compileNetwork(network)(input)]).toEqual(expected);
      const chained = evaluateChain(chainOf(network), input).at(-1)!;
      expect(chained).toHaveLength(expected.length);
      chained.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 12));
    }),
    { seed: 61, numRuns: 400 },
  );
  expect(Math.min(computed, refused)).toBeGreaterThan(50);
});

test('as few rounds as there are doublings, and one comparison less than values in each window', () => {
  const windows = [Int32Array.of(0, 1, 2, 3, 4), Int32Array.of(4, 5), Int32Array.of(6)];
  const { rounds, picked } = largestRounds(windows, 7);
  expect(rounds).toHaveLength(3);
  expect(rounds.reduce((sum, { differences }) => sum + differences.matrix.rows, 0)).toBe(4 + 1);
  let values = Float64Array.of(3, 1, 4, 1, 5, 9, 2);
  for (const { differences, sums } of rounds) {
    const bent = multiplyVector(differences.matrix, values).map((value) => Math.max(0, value));
    values = Float64Array.from(multiplyVector(sums.matrix, Float64Array.of(...values, ...bent)));
  }
  expect([...multiplyVector(picked.matrix, values)]).toEqual([5, 9, 2]);
});

test('more comparisons than can be computed are refused before anything is allocated', () => {
  const layer: MaxPoolLayer = { kind: 'maxPool', name: 'pool', window: { height: 500, width: 500, stride: 1, padding: 0 } };
  const network = { input: { shape: { channels: 1, height: 1000, width: 1000 }, min: 0, max: 1 }, layers: [layer] };
  expect(() => graphOf(network)).toThrow(expect.objectContaining({ code: 'NETWORK_TOO_LARGE' }));
});
