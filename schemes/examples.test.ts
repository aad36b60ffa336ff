/**
 * What the package exports is documented, and its examples run.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { documentedExports, ENTRIES, writeExamples, type Documented } from './examples.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'enigmark-examples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the entries are those of the package', () => {
  const { exports } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { exports: object };
  const modules = Object.keys(exports).filter((name) => !name.endsWith('.json'));
  expect(modules.map((name) => name.replace(/^\./, 'enigmark'))).toEqual(Object.keys(ENTRIES));
});

const exported = Object.values(ENTRIES).flatMap(documentedExports);

test('functions and classes are found', () => {
  expect(exported.map(({ name }) => name)).toEqual(expect.arrayContaining(['EnigmarkError', 'seal', 'interpret', 'describeConformance']));
});

describe.each(exported)('$name', ({ name, parameters, returnsValue, described, params, describesResult, examples, ...rest }) => {
  test('has a description of itself, of its parameters and of its result', () => {
    expect({ name, described, ...rest }).toEqual({ name, described: true });
    if (parameters === null) return;
    expect(params).toHaveLength(parameters.length);
    // One that is taken apart has no name of its own.
    expect(params.filter((_, at) => parameters[at] !== '')).toEqual(parameters.filter((parameter) => parameter !== ''));
    expect(describesResult).toBe(returnsValue);
  });

  test('has an example', () => {
    expect(examples.filter((code) => code !== '')).not.toEqual([]);
  });
});

/** Runs modules one after the other, in a process of their own: an example sees nothing of this runner. */
async function run(paths: readonly string[]): Promise<void> {
  const code = paths.map((path) => `await import(${JSON.stringify(path)});`).join('\n');
  const environment = { ...process.env, NODE_TEST_CONTEXT: undefined };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { env: environment });
}

test('all examples run', async () => {
  const paths = writeExamples(folder, exported);
  expect(paths).toHaveLength(exported.length);
  await run(paths);
});

test('what is undocumented, or wrong, is found', async () => {
  const entry = join(folder, 'entry.ts');
  const example = "/** @example\n * ```ts\n * import assert from 'node:assert/strict';\n * assert.equal(1, 2);\n * ```\n */";
  writeFileSync(entry, `export function bare(x: number): number { return x; }\n${example}\nexport function wrong(): void {}\n`);
  const [bare, wrong] = documentedExports(entry) as [Documented, Documented];
  expect(bare).toMatchObject({ described: false, params: [], describesResult: false, examples: [] });
  await expect(run(writeExamples(folder, [wrong]))).rejects.toThrow('1 !== 2');
});
