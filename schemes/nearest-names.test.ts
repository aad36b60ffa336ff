/** @module */
import { expect, test } from 'vitest';
import { nearestNames } from './nearest-names.ts';

test.each([
  ['ckkz', ['bfv', 'bgv', 'ckks', 'clear'], ['ckks']],
  ['bvf', ['bfv', 'bgv', 'ckks'], ['bfv', 'bgv']],
  ['CKKS', ['bfv', 'ckks'], ['ckks']],
  ['dens', ['dense', 'dense-64', 'dense-784x10'], ['dense', 'dense-64', 'dense-784x10']],
  ['dense-65', ['dense-64', 'dense-1024'], ['dense-64']],
  ['qqqq', ['bfv', 'ckks'], []],
  ['', ['bfv'], []],
  ['bfv', [], []],
])('%s among %j suggests %j', (given, names, expected) => {
  expect(nearestNames(given, names)).toEqual(expected);
});

test('gives three names at most, nearest first', () => {
  expect(nearestNames('n4096', ['n16384', 'n4096-abc', 'n4096x', 'n4096-a'])).toEqual(['n4096x', 'n4096-a', 'n4096-abc']);
});

test('an absurdly long word is answered at once with nothing', () => {
  expect(nearestNames('x'.repeat(1_000_000), ['bfv', 'ckks'])).toEqual([]);
});
