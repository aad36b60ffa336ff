/** @module */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepPlan, type PlanCache } from './plan-cache.ts';

let folder: string;
let cache: PlanCache;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enigmark-plans-'));
  cache = { folder: join(folder, 'plans'), context: 'ckks 1', memory_bytes: Infinity };
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Made {
  readonly weights: Float64Array;
}
const always = { isWorthKeeping: () => true, isUsable: () => true };
let calls = 0;
const make = (): Made => ({ weights: Float64Array.of(++calls, 0.5) });
const keep = (inputs: object, rules = always, among: PlanCache | null = cache): Made => keepPlan(among, inputs, make, rules);
const files = (): string[] => readdirSync(cache.folder).map((file) => join(cache.folder, file));

it('makes a plan once for the same inputs and context', () => {
  const inputs = { network: Float64Array.of(1, 2), layout: 'packed' };
  const first = keep(inputs);
  expect(keep(structuredClone(inputs))).toEqual(first);
  expect(keep({ ...inputs, layout: 'batched' })).not.toEqual(first);
  expect(keep({ ...inputs, network: Float64Array.of(1, 3) })).not.toEqual(first);
  expect(keep(inputs, always, { ...cache, context: 'ckks 2' })).not.toEqual(first);
});

it('keeps nothing without a folder, or what is not worth it', () => {
  expect(keep({}, always, null)).not.toEqual(keep({}, always, null));
  const never = { ...always, isWorthKeeping: () => false };
  expect(keep({}, never)).not.toEqual(keep({}, never));
});

it('makes anew what is not usable any more', () => {
  const first = keep({});
  expect(keep({}, { ...always, isUsable: () => false })).not.toEqual(first);
});

it.each([
  ['cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['of something else', () => Buffer.from('no plan at all')],
])('makes anew a plan whose file is %s, and mends the file', (_, damage) => {
  const first = keep({});
  const [file] = files();
  writeFileSync(file!, damage(readFileSync(file!)));
  const second = keep({});
  expect(second).not.toEqual(first);
  expect(keep({})).toEqual(second);
});

it('takes no plan under the name of another', () => {
  const first = keep({ a: 1 });
  const [file] = files();
  const second = keep({ a: 2 });
  const other = files().find((path) => path !== file)!;
  writeFileSync(other, readFileSync(file!));
  expect(keep({ a: 2 })).not.toEqual(first);
  expect(keep({ a: 2 })).not.toEqual(second);
});

it('runs on where the folder cannot be made', () => {
  writeFileSync(join(folder, 'plans'), 'a file');
  expect(keep({}).weights[1]).toBe(0.5);
});
