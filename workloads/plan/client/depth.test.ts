/** @module */
import { expect, test } from 'vitest';
import { refuse } from '../../../schemes/refuse.ts';
import { type Chain, inOrder, type LooseLink } from '../../network/chain.ts';
import type { ChosenPlan } from '../choose.ts';
import { isTooDeep, wordsOfDepth } from './depth.ts';

const chain = inOrder(
  Array.from({ length: 7 }, (_, at) => [
    { kind: 'linear', name: `dense ${at}` } as Extract<LooseLink, { kind: 'linear' }>,
    { kind: 'activation', name: `square ${at}`, activation: 'square' } as const,
  ]).flat(),
);

test.each([
  [0, 'not even its first layer would fit'],
  [1, 'of its 7 linear layers the first 1 would fit, up to depth 1'],
  [3, 'of its 7 linear layers the first 3 would fit, up to depth 3'],
  [6, 'of its 7 linear layers the first 6 would fit, up to depth 6'],
])('of seven layers %i fit', (fitting, words) => {
  const tried: number[] = [];
  const choose = (beginning: Chain) => {
    const depth = beginning.filter(({ kind }) => kind === 'activation').length;
    tried.push(depth);
    return depth > fitting ? refuse('OUT_OF_LEVELS', 'x') : ({ compiled: { estimate: { depth } } } as unknown as ChosenPlan);
  };
  expect(wordsOfDepth(chain, choose, false)).toContain(words);
  expect(tried.length).toBeLessThanOrEqual(3);
});

test('refusals of memory or of an operation are no matter of depth', () => {
  expect(isTooDeep(refuse('NOISE_BUDGET_EXCEEDED', 'x'))).toBe(true);
  expect(isTooDeep(refuse('MEMORY_EXCEEDED', 'x'))).toBe(false);
});

test('what goes on without the client is named first, where a scheme can and was not asked to', () => {
  const choose = (beginning: Chain) => (beginning.length > 2 ? refuse('OUT_OF_LEVELS', 'x') : ({ compiled: { estimate: { depth: 1 } } } as unknown as ChosenPlan)); // prettier-ignore
  expect(wordsOfDepth(chain, choose, true)).toMatch(/: `--bootstrap auto` lets the server .*, or `--refresh auto`/);
  expect(wordsOfDepth(chain, choose, false)).not.toContain('--bootstrap');
});
