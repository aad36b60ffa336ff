import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { buildKernel, builds } from './build-kernel.ts';
import { isFused, loadKernel } from './kernel.ts';
import { Arena } from './memory.ts';

it.each(Object.keys(builds) as (keyof typeof builds)[])('%s is built from the committed sources', { timeout: 60_000 }, async (name) => {
  const committed = await readFile(new URL(`assembly/${name}`, import.meta.url));
  expect(Buffer.from(await buildKernel(name)).equals(committed)).toBe(true);
});

it('takes arithmetic that rounds twice for what it is', () => {
  const twice = {
    probeMultiplyAdd: (a: number, b: number, c: number) => a * b + c,
    probeNegatedMultiplyAdd: (a: number, b: number, c: number) => c - a * b,
  };
  expect(isFused(twice)).toBe(false);
});

const PROBE = `import { isFused, loadKernel } from '${new URL('./kernel.ts', import.meta.url).href}';
import { Arena } from '${new URL('./memory.ts', import.meta.url).href}';
console.log(isFused(loadKernel(new Arena())));`;

it.runIf(process.arch === 'x64')('finds no fused arithmetic on a processor without it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-enable-fma3', '--input-type=module', '--eval', PROBE]);
  expect(stdout.trim()).toBe('false');
});

it('finds fused arithmetic where a product is exact', async () => {
  const arena = new Arena();
  const kernel = loadKernel(arena);
  const address = arena.allocate(64);
  const p = 1_125_899_906_826_241;
  arena.f64.set([p, 1 / p], address / 8);
  const [left, right] = [[(p - 1) / 2, 3 - (p - 1) / 2], (p - 3) / 2] as const;
  const [values, products] = [arena.allocate(16), arena.allocate(16)];
  arena.f64.set(left, values / 8);
  kernel.scale(values, products, 2, address, right, right / p);
  const exact = left.every((x, i) => (BigInt(x) * BigInt(right) - BigInt(arena.f64[products / 8 + i]!)) % BigInt(p) === 0n);
  expect(isFused(kernel)).toBe(exact);
});
