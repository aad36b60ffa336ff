/** @module */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { coveragePage, PAGE_TRIALS } from './coverage-page.fixture.ts';

test('docs/intervals.md is what the simulation says', () => {
  expect(readFileSync(new URL('../docs/intervals.md', import.meta.url), 'utf8')).toBe(coveragePage(PAGE_TRIALS));
});
