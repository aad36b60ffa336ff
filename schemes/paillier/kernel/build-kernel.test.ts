/** @module */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { buildKernel, builds } from './build-kernel.ts';

it.each(Object.keys(builds) as (keyof typeof builds)[])('%s is built from the committed sources', { timeout: 60_000 }, async (name) => {
  const committed = await readFile(new URL(`assembly/${name}`, import.meta.url));
  expect(Buffer.from(await buildKernel(name)).equals(committed)).toBe(true);
});
