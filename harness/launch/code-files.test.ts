/** @module */
import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { codeFiles, ROOT } from './code-files.ts';

test('the files that a pattern finds, in the order of their names', () => {
  const found = codeFiles(['schemes', 'workloads'], /\.(ts|js|wasm)$/);
  expect(found).toEqual(globSync('{schemes,workloads}/**/*.{ts,js,wasm}', { cwd: ROOT }).sort());
  expect(found.length).toBeGreaterThan(300);
});
