/** @module */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findSchemes, loadAdapter, loadScheme, schemeIds } from './registry.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'enigmark-registry-'));
});
afterAll(async () => rm(folder, { recursive: true }));

async function module(name: string, source: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, source);
  return file;
}

const unusable = (got: string): unknown =>
  expect.objectContaining({ code: 'ADAPTER_UNUSABLE', got: expect.stringContaining(got) as string });

describe('findSchemes', () => {
  test('finds every built-in id by its own name', () => {
    for (const id of schemeIds) expect(findSchemes(id)).toContain(id);
  });

  test.each([
    ['ckkz', 'ckks'],
    ['BFV', 'bfv'],
    ['clea', 'clear'],
  ])("suggests for '%s' '%s'", (given, meant) => {
    expect(() => findSchemes(given)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_SCHEME', got: `'${given}'`, expected: expect.stringContaining(meant) as string }),
    );
  });

  test.each(['ck', 'toString', '__proto__', ''])("does not take '%s' for a scheme", (given) => {
    expect(() => findSchemes(given)).toThrow(expect.objectContaining({ code: 'UNKNOWN_SCHEME' }));
  });
});

describe('loadScheme', () => {
  test.each(schemeIds)("'%s' loads, under its own id", async (id) => {
    expect((await loadScheme(id)).id).toBe(id);
  });

  test.each(['ckkz', 'toString'])("rejects '%s'", async (id) => {
    await expect(loadScheme(id)).rejects.toMatchObject({ code: 'UNKNOWN_SCHEME' });
  });
});

describe('loadAdapter', () => {
  test('takes a module by path', async () => {
    const file = await module('good.mjs', "export const scheme = { id: 'mine', compile() {}, createClient() {}, createEvaluator() {} };");
    expect((await loadAdapter(file)).id).toBe('mine');
  });

  test.each([
    ['without a scheme', 'empty.mjs', 'export const other = 1;', 'exports no `scheme`'],
    ['with half a scheme', 'half.mjs', "export const scheme = { id: 'mine', compile() {} };", 'exports no `scheme`'],
    ['with a scheme of null', 'null.mjs', 'export const scheme = null;', 'exports no `scheme`'],
    ['that throws', 'throws.mjs', "throw new Error('first line\\nsecond');", 'first line'],
    ['that is no code', 'broken.mjs', 'export const = ;', ''],
  ])('refuses a module %s', async (_what, name, source, got) => {
    const file = await module(name, source);
    await expect(loadAdapter(file)).rejects.toEqual(unusable(got));
    await expect(loadAdapter(file)).rejects.toMatchObject({ got: expect.not.stringContaining('\n') as string });
  });

  test.each(['./no-such-file.mjs', 'no-such-package-anywhere'])("refuses '%s'", async (specifier) => {
    await expect(loadAdapter(specifier)).rejects.toEqual(unusable(''));
  });
});
