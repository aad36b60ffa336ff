/** @module */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { packageRoot } from '../record/package-root.ts';
import { insideFiles } from './scheme-files.ts';
import { writeScheme } from './write-scheme.ts';

const folder = mkdtempSync(join(tmpdir(), 'enigmark-new-scheme-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('outside: an adapter of that name, its proof, and a package.json to run it', () => {
  const written = writeScheme('mine', join(folder, 'a', 'mine'));
  expect(written).toMatchObject({ files: ['mine.ts', 'mine.test.ts', 'package.json'], isInside: false });
  expect(readdirSync(written.folder).sort()).toEqual([...written.files].sort());
  const [scheme, proof] = ['mine.ts', 'mine.test.ts'].map((file) => readFileSync(join(written.folder, file), 'utf8'));
  expect(scheme).toContain("id: 'mine'");
  expect(scheme!.split('\n').length).toBeLessThan(150);
  expect(scheme!.match(/REPLACE/g)!.length).toBeGreaterThan(3);
  expect(proof).toContain("from './mine.ts'");
  for (const text of [scheme, proof]) expect(text).not.toContain('additive');
});

test('inside: in the words of the repository', () => {
  const files = insideFiles(join(packageRoot(), 'docs', 'example-scheme'), 'mine');
  expect(Object.keys(files)).toEqual(['scheme.ts', 'conformance.test.ts']);
  expect(files['scheme.ts']).toContain("from '../index.ts'");
  expect(files['conformance.test.ts']).toContain("from '../conformance/describe-conformance.ts'");
  for (const text of Object.values(files)) expect(text).not.toMatch(/'enigmark|node:test|additive/);
});

test('nothing is written over', () => {
  const there = join(folder, 'there');
  writeFileSync(there, 'mine');
  expect(() => writeScheme('mine', there)).toThrow(expect.objectContaining({ code: 'FOLDER_TAKEN' }));
  expect(() => writeScheme('mine', join(there, 'below'))).toThrow(expect.objectContaining({ code: 'FOLDER_UNWRITABLE' }));
  expect(readFileSync(there, 'utf8')).toBe('mine');
});

test.runIf(existsSync('/proc/self'))('a folder where none can be made is refused, instead of tried for ever', () => {
  expect(() => writeScheme('mine', '/proc/nowhere/mine')).toThrow(expect.objectContaining({ code: 'FOLDER_UNWRITABLE' }));
});
