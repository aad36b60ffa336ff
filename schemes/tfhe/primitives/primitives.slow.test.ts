/** @module */
import { expect, test } from 'vitest';
import { parameterSets } from '../parameters.ts';
import { tfhePrimitives } from './primitives.ts';

test("every row is right, gates and the library's own bootstrap included", async () => {
  await using bench = tfhePrimitives(parameterSets.n2048);
  const wrong: string[] = [];
  for (const row of bench.primitives) if (!(await row.verify())) wrong.push(row.name);
  expect(wrong).toEqual([]);
  expect(bench.primitives.length).toBeGreaterThan(12);
}, 300_000);
