/** @module */
import { expect, test } from 'vitest';
import { parameterSets } from '../ckks/parameters.ts';
import { sealPrimitives } from './primitives.ts';

const PRODUCTS = ['multiply plain', 'multiply', 'square', 'relinearise'];

/** Products that are offered, by level. */
async function products(set: keyof typeof parameterSets): Promise<ReadonlyMap<number, readonly string[]>> {
  await using bench = await sealPrimitives('ckks', parameterSets[set], 'library');
  const offered = new Map<number, string[]>();
  for (const { name, level } of bench.primitives) {
    if (level === null) continue;
    const known = offered.get(level) ?? [];
    offered.set(level, PRODUCTS.includes(name) ? [...known, name] : known);
  }
  return offered;
}

test('products are offered at the levels that have the bits for them', async () => {
  const small = await products('default-33');
  expect(small.get(1)).toEqual([]);
  expect(small.get(Math.max(...small.keys()))).toEqual(PRODUCTS);
  const large = await products('default');
  for (const offered of large.values()) expect(offered).toEqual(PRODUCTS);
});
