/**
 * Whoever holds an evaluator holds no secret: nothing that it imports, directly or over others, makes keys or decrypts.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename, posix } from 'node:path';
import { describe, expect, test } from 'vitest';
import { reach, readImportGraph, ROOT } from './import-graph.fixture.ts';

/** Modules that make, hold or use a secret key. */
const SECRET_MODULES = new Set([
  'client.ts',
  'client-key.ts',
  'key-generation.ts',
  'shared-secret.ts',
  'switching-secret.ts',
  'packing-secret.ts',
  'ephemeral-secret.ts',
]);
/** Classes of libraries that do. Only the module that hides them from evaluators may name them. */
const SECRET_CLASSES = ['KeyGenerator', 'SecretKey', 'Decryptor', 'Encryptor', 'PrivateKey', 'generateRandomKeys'];
const HIDES_CLASSES = 'schemes/seal/runtime.ts';
/** What is known before anything runs: a plan is all that an evaluator needs of it. */
const COMPILERS =
  /^schemes\/(ckks|bfv|bgv|tfhe|paillier|hybrid|hybrid\/trunk)\/compile\.ts$|^schemes\/tfhe\/model\/(noise|error-model)\.ts$/;

const graph = readImportGraph();
const evaluators = [...graph.keys()].filter((file) => file.startsWith('schemes/') && file.endsWith('evaluator.ts'));
/** What adapters load to make an evaluator, whatever its name. */
const loaded = [...graph.keys()]
  .filter((file) => /^schemes\/.*\/scheme\.ts$/.test(file))
  .flatMap((file) => {
    // Up to the next property: `primitives` holds client and evaluator by nature, and may stand behind.
    const [, made = ''] = /\bcreateEvaluator\b([\s\S]*?)\n(?: {2}\w|\})/.exec(textOf(file)) ?? [];
    return [...made.matchAll(/import\('([^']+)'\)/g)].map(([, imported]) => posix.join(posix.dirname(file), imported!));
  });
const entries = [...new Set([...evaluators, ...loaded])];

describe.each(entries)('%s', (entry) => {
  const reached = [...reach(graph, entry)];

  test('reaches no module that makes keys or decrypts', () => {
    expect(reached.filter((file) => SECRET_MODULES.has(basename(file)))).toEqual([]);
  });
  test('names no class that makes keys or decrypts', () => {
    const names = reached.filter((file) => file !== HIDES_CLASSES && SECRET_CLASSES.some((name) => codeOf(file).includes(name)));
    expect(names).toEqual([]);
  });
  test('reaches no compiler', () => {
    expect(reached.filter((file) => COMPILERS.test(file))).toEqual([]);
  });
});

test('the walk follows every kind of import', () => {
  expect([...reach(graph, 'schemes/seal/client.ts')]).toContain('schemes/seal/key-generation.ts');
  // Imported only when a client is made.
  const fromScheme = ['client', 'evaluator', 'key-generation'].map((name) => `schemes/seal/${name}.ts`);
  expect([...reach(graph, 'schemes/ckks/scheme.ts')]).toEqual(expect.arrayContaining(fromScheme));
  const known = [
    'clear/evaluator.ts',
    'seal/evaluator.ts',
    'seal/choose-evaluator.ts',
    'rlwe/evaluate/evaluator.ts',
    'tfhe/evaluator.ts',
    'paillier/choose-evaluator.ts',
    'paillier/evaluator.ts',
    'hybrid/evaluator.ts',
    'hybrid/trunk/evaluator.ts',
    'held-evaluator.ts',
  ];
  expect(entries).toEqual(expect.arrayContaining(known.map((file) => `schemes/${file}`)));
});

function textOf(file: string): string {
  return readFileSync(`${ROOT}/${file}`, 'utf8');
}

/** A file without its comments. */
function codeOf(file: string): string {
  return textOf(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}
