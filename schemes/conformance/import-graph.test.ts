/** @module */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';

const SCHEMES = resolve(import.meta.dirname, '..');
/** Modules that make, hold or use a secret key. */
const SECRET_MODULES = new Set(['client.ts', 'key-generation.ts']);
/** SEAL's classes that do. Only the module that hides them from evaluators may name them. */
const SECRET_CLASSES = ['KeyGenerator', 'SecretKey', 'Decryptor', 'Encryptor'];
const HIDES_CLASSES = 'seal/runtime.ts';

/** Files that a module reaches over static, dynamic and type imports, itself included. */
function reach(entry: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
    for (const { fileName } of importedFiles) if (fileName.startsWith('.')) waiting.push(resolve(dirname(file), fileName));
  }
  return reached;
}

const named = (file: string): string => relative(SCHEMES, file).replaceAll('\\', '/');
const modules = readdirSync(SCHEMES, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
const evaluators = modules.filter((path) => path.endsWith('evaluator.ts'));
/** What adapters load to make an evaluator, whatever its name. */
const loaded = modules
  .filter((path) => path.endsWith('/scheme.ts'))
  .flatMap((path) => {
    const source = readFileSync(join(SCHEMES, path), 'utf8');
    // Up to the next property: `primitives` holds client and evaluator by nature, and may stand behind.
    const [, made = ''] = /\bcreateEvaluator\b([\s\S]*?)\n(?: {2}\w|\})/.exec(source) ?? [];
    const paths = made.matchAll(/import\('([^']+)'\)/g);
    return [...paths].map(([, imported]) => named(resolve(SCHEMES, dirname(path), imported!)));
  });
const entries = [...new Set([...evaluators, ...loaded])];

describe.each(entries)('%s', (path) => {
  const reached = [...reach(join(SCHEMES, path))];

  test('reaches no module that makes keys or decrypts', () => {
    expect(reached.filter((file) => SECRET_MODULES.has(basename(file))).map(named)).toEqual([]);
  });
  test('names no class that makes keys or decrypts', () => {
    const names = reached.filter((file) => named(file) !== HIDES_CLASSES && SECRET_CLASSES.some((name) => code(file).includes(name)));
    expect(names.map(named)).toEqual([]);
  });
});

test('the walk follows every kind of import', () => {
  const fromClient = [...reach(join(SCHEMES, 'seal/client.ts'))].map(named);
  expect(fromClient).toContain('seal/key-generation.ts');
  // Imported only when a client is made.
  const fromScheme = [...reach(join(SCHEMES, 'ckks/scheme.ts'))].map(named);
  expect(fromScheme).toEqual(expect.arrayContaining(['seal/client.ts', 'seal/evaluator.ts', 'seal/key-generation.ts']));
  expect(entries).toEqual(
    expect.arrayContaining(['clear/evaluator.ts', 'seal/evaluator.ts', 'seal/kernels.ts', 'tfhe/evaluator.ts', 'held-evaluator.ts']),
  );
});

/** A file without its comments. */
function code(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
