import { expect, it } from 'vitest';
import { foldGroups, summedRotations } from './fold-groups.ts';

it('lists the rotations of a sum: every subset of the doublings', () => {
  expect([...summedRotations([1, 2, 4], 16)!].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect([...summedRotations([12, 10], 16)!].sort((a, b) => a - b)).toEqual([6, 10, 12]);
  expect(summedRotations([8, 8], 16)).toBeNull();
  expect(summedRotations([0], 16)).toBeNull();
});

it('takes doublings together by two', () => {
  expect(foldGroups([1, 2, 4, 8, 16], 64)).toEqual([[1, 2], [4, 8], [16]]);
  expect(foldGroups([], 64)).toEqual([]);
});

it('leaves alone what has no partner, or no key for the sum', () => {
  const groups = (steps: readonly number[], keys: readonly number[]): unknown => foldGroups(steps, 64, (step) => keys.includes(step));
  expect(groups([1, 2, 4, 8], [1, 2, 4, 8])).toEqual([[1], [2], [4], [8]]);
  expect(groups([1, 2, 4, 8], [1, 2, 4, 6, 8])).toEqual([[1], [2, 4], [8]]);
  expect(groups([32, 32, 0, 1], [32, 1, 33])).toEqual([[32], [32], [0], [1]]);
});
