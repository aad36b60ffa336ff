/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainOf } from '../network/chain.ts';
import { planNetwork } from '../plan/plan-network.ts';
import { outputFacts } from '../plan/planned-network.ts';
import { isRefusal } from '../../schemes/scheme.ts';
import { digitPlanning } from '../cnn/digit-planning.ts';
import { loadModel } from '../models/load-model.ts';
import { chosenBits, quantisedNetworks, readQuantisations, type TriedBits } from '../models/quantisation.ts';
import { descend } from './quantisation-search.ts';

type Bits = Pick<TriedBits, 'pixelBits' | 'weightBits'>;

describe('descend', () => {
  test('ends where no bit less anywhere is enough, and loses a bit at a time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 8 }), { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 5 }),
        (weights, pixels) => {
          // Right as long as nothing has fewer bits than drawn; earlier layers weigh more in the range.
          const judged = ({ pixelBits, weightBits }: Bits): TriedBits => {
            const enough = pixelBits >= pixels && weightBits.every((bits, layer) => bits >= weights[layer]!);
            const range_log2 = weightBits.reduce((sum, bits, layer) => sum + bits * 2 ** (weights.length - layer), 8 * pixelBits);
            return { pixelBits, weightBits, right: enough ? 100 : 99, range_log2 };
          };
          const first = judged({ pixelBits: 5, weightBits: weights.map(() => 8) });
          const steps = descend(first, 100, judged);
          expect(steps.at(-1)).toMatchObject({ pixelBits: pixels, weightBits: weights });
          const total = ({ pixelBits, weightBits }: Bits): number => weightBits.reduce((sum, bits) => sum + bits, pixelBits);
          steps.forEach((step, at) => expect(total(step)).toBe(total(first) - at));
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });
});

test('first bits that lose too much are refused', () => {
  const first = { pixelBits: 5, weightBits: [8], right: 99, range_log2: 9 };
  expect(() => descend(first, 100, () => first)).toThrow(RangeError);
});

describe.each(quantisedNetworks)('%s', (id) => {
  test('the recorded bits give the recorded range, and lose at most half a point', () => {
    const recorded = readQuantisations()[id]!;
    const { pixelBits, weightBits, range_log2, right } = chosenBits(recorded);
    const { network } = loadModel(id);
    const planned = planNetwork(chainOf(network), digitPlanning(network, { pixelBits, weightBits }));
    if (isRefusal(planned)) throw new Error(planned.reason);
    const { min, max } = outputFacts(planned);
    expect(Math.log2(Math.max(-min, max))).toBeCloseTo(range_log2, 1);
    expect(right).toBeGreaterThanOrEqual(recorded.float - 0.005 * recorded.images);
  });
});
