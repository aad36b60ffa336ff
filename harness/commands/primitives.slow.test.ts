/** @module */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runCommand } from '../command-line.fixture.ts';
import { readRun } from '../record/read-run.ts';

const words = ['--workload', 'primitives', '--parameters', 'insecure-tiny', '--kernels', 'library'];
const folder = mkdtempSync(join(tmpdir(), 'enigmark-primitives-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('single operations through the whole chain: launched, recorded, printed, reported', async () => {
  const out = join(folder, 'run');
  const { code, stdout, stderr } = await runCommand('bench', '--scheme', 'ckks,clear', ...words, '--profile', 'smoke', '--out', out);
  expect(code).toBe(0);
  expect(stderr).toMatch(/ckks\/primitives\/insecure-tiny\/-\/library\/t1: completed, \d+ operations/);
  expect(stdout).toContain('Single operations');
  expect(stdout).not.toContain('Latency');
  expect(stdout).toMatch(/Left out:\n {2}clear\/primitives/);
  const { records, warnings } = readRun(out);
  expect(warnings).toEqual([]);
  expect(records).toMatchObject([{ state: 'completed', layout: null, parameters: { id: 'insecure-tiny' } }]);

  expect((await runCommand('report', out)).code).toBe(0);
  const report = readFileSync(join(out, 'report', 'primitives.md'), 'utf8');
  for (const operation of ['encode', 'encrypt, symmetric', 'rotate', 'rescale']) expect(report).toContain(`| ${operation} |`);
});

test('verify checks every operation without recording', async () => {
  const { code, stdout } = await runCommand('verify', '--scheme', 'bgv', ...words);
  expect(code).toBe(0);
  expect(stdout).toMatch(/bgv\/primitives\/insecure-tiny\/-\/library\/t1 +right/);
});

test('verify finds every operation of sets of small primes right', async () => {
  const { code, stdout } = await runCommand(
    'verify',
    '--scheme',
    'ckks',
    '--workload',
    'primitives',
    '--parameters',
    'default-33,default-37',
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(/ckks\/primitives\/default-33\/-\/library\/t1 +right/);
  expect(stdout).toMatch(/ckks\/primitives\/default-37\/-\/library\/t1 +right/);
});
