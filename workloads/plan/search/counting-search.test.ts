/** @module */
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../schemes/scheme.ts';
import { refuse } from '../../../schemes/refuse.ts';
import type { NetworkOverData } from '../network-over-data.ts';
import { type CountingSearch, countingWords, type FoundCountings, LEAST_KEPT, lostWords, rankCountings } from './counting-search.ts';

/** A network of which so many bits keep such a share, from 6 on in steps of two. */
function searchOf(shares: readonly number[], isAllowed = true, hasTables = false): CountingSearch {
  const of = { finer: { bits: 6, isAllowed, withBits: () => ({}) } } as unknown as NetworkOverData;
  return {
    ...{ of, chain: [], samples: [], hasTables },
    keptWith({ bits }) {
      const share = shares[(bits - 6) / 2];
      return share === undefined ? refuse('RANGE_TOO_LARGE', 'too many bits') : { share, of: 'variance', samples: 64 };
    },
  };
}

function found(search: CountingSearch): FoundCountings {
  const result = rankCountings(search);
  if (isRefusal(result)) throw new Error(result.reason);
  return result;
}

const bitsOf = ({ countings }: FoundCountings): number[] => countings.map(({ bits }) => bits);

describe('the counting to plan with', () => {
  test('the usual one where it keeps the network: nothing else is tried, and nothing is said', () => {
    const of = found(searchOf([0.96, 1]));
    expect(bitsOf(of)).toEqual([6]);
    expect([countingWords(of.countings[0]!, searchOf([]).of.finer!), lostWords(of.countings[0]!, of)]).toEqual([[], null]);
  });

  test('else the fewest bits that do, and behind them the best of those that do not', () => {
    const of = found(searchOf([0.3, 0.2, 0.97, 1]));
    expect(bitsOf(of)).toEqual([10, 6, 8]);
    expect(countingWords(of.countings[0]!, searchOf([]).of.finer!)[0]).toBe(
      'counted in 10 bits, because 6 leave less than 95% of it: they keep 97.0% of the variance of outputs of 64 calibration samples',
    );
    expect(lostWords(of.countings[1]!, of)).toBe(
      'counted in 6 bits planning keeps 30.0% of the variance of outputs of 64 calibration samples, less than the 95% that are asked of a network; 10 bits would keep 97.0%',
    );
  });

  test('where a scheme does not bear the degree that keeps it, that is said', () => {
    const of = found(searchOf([0.99]));
    const [counting] = of.countings;
    expect(lostWords({ ...counting!, kept: { ...counting!.kept, share: 0.5 } }, of)).toMatch(
      /^counted in 6 bits planning keeps 50.0% .*; polynomials of a higher degree would keep 99.0%, and this scheme cannot compute them$/,
    );
  });

  test('where bits were asked for, others are only named', () => {
    const of = found(searchOf([-17, 0.2, 0.97], false));
    expect(bitsOf(of)).toEqual([6]);
    expect(lostWords(of.countings[0]!, of)).toMatch(/planning keeps none of the variance .*; 10 bits would keep 97.0%$/);
  });

  test('where none keeps it, that is said; bits beyond what can be planned are not tried', () => {
    const of = found(searchOf([0.1, 0.5, 0.2]));
    expect([bitsOf(of), of.keeping]).toEqual([[8, 10, 6], null]);
    expect(lostWords(of.countings[0]!, of)).toMatch(/no number of bits up to 16 would keep 95%$/);
    expect(LEAST_KEPT).toBe(0.95);
  });

  test('what the usual counting is refused for is the reason', () => {
    expect(rankCountings(searchOf([]))).toMatchObject({ code: 'RANGE_TOO_LARGE' });
  });
});
