/**
 * Layers point one way: reports -> records; harness -> workloads -> the contract; schemes know nothing of networks.
 *
 * @module
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const sources = globSync('{schemes,workloads,harness,reports}/**/*.ts', { cwd: ROOT }).filter(
  (file) => !/\.(test|bench|fixture|examples)\.ts$|\/assembly\/|\/conformance\//.test(file),
);

/** Every module that a file imports, statically or not: repository files as paths, packages by name. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import\(|import)\s*'([^']+)'/g)].map(([, specifier]) => specifier!);
  return specifiers.map((specifier) => (specifier.startsWith('.') ? relative(ROOT, join(ROOT, dirname(file), specifier)) : specifier));
}

/** Whoever imports the left may import only files that match the right, and packages. First match decides. */
const rules: readonly (readonly [from: RegExp, to: RegExp])[] = [
  [/^reports\//, /^(reports\/|harness\/record\/(record|statistics|make-folders|printable)\.ts)/],
  [/^harness\//, /^(harness\/|workloads\/|reports\/|schemes\/(registry|scheme|circuit|errors|envelope|security|nearest-names)\.ts)/],
  [/^workloads\//, /^(workloads\/|schemes\/(circuit|scheme|errors|nearest-names)\.ts)/],
  [/^schemes\/rlwe\//, /^schemes\/(rlwe\/|[^/]+\.ts)/],
  [/^schemes\/seal\//, /^schemes\/(seal\/|rlwe\/|[^/]+\.ts)/],
  [/^schemes\/(ckks|bfv|bgv)\//, /^schemes\/(seal\/|rlwe\/|[^/]+\.ts)/],
  [/^schemes\/tfhe\//, /^schemes\/(tfhe\/|[^/]+\.ts)/],
  [/^schemes\/clear\//, /^schemes\/[^/]+\.ts/],
  [/^schemes\/registry\.ts/, /^schemes\//],
  [/^schemes\/[^/]+\.ts/, /^schemes\/[^/]+\.ts/],
];
const ownFolder = (file: string): string => file.split('/').slice(0, 2).join('/');

describe('layers', () => {
  it('sees the repository', () => {
    expect(sources.length).toBeGreaterThan(60);
    expect(importsOf('schemes/ckks/scheme.ts')).toContain('schemes/seal/client.ts');
  });

  it.each(sources)('%s imports only what lies below it', (file) => {
    const rule = rules.find(([from]) => from.test(file));
    expect(rule, 'a folder without a rule').toBeDefined();
    for (const imported of importsOf(file)) {
      if (!existsSync(join(ROOT, imported))) continue;
      const inside = file.split('/').length > 2 && ownFolder(imported) === ownFolder(file);
      expect(inside || rule![1].test(imported), `${file} imports ${imported}`).toBe(true);
    }
  });

  it('keeps node-seal in its room', () => {
    const strangers = sources.filter(
      (file) => !file.startsWith('schemes/seal/') && importsOf(file).some((name) => name.startsWith('node-seal')),
    );
    expect(strangers).toEqual([]);
  });

  it('keeps node-tfhe in its rooms', () => {
    const users = sources.filter((file) => importsOf(file).includes('node-tfhe'));
    expect(users.sort()).toEqual(['schemes/tfhe/library/library-bootstrap.ts', 'schemes/tfhe/library/runtime.ts']);
  });

  it('lets no evaluator reach key generation or decryption', () => {
    const reached = new Set<string>();
    const visit = (file: string): void => {
      if (reached.has(file) || !existsSync(join(ROOT, file)) || !file.endsWith('.ts')) return;
      reached.add(file);
      importsOf(file).forEach(visit);
    };
    globSync(['schemes/*/evaluator.ts', 'schemes/*/evaluate/evaluator.ts'], { cwd: ROOT }).forEach(visit);
    expect(reached.size).toBeGreaterThan(10);
    expect([...reached].filter((file) => /(client|key-generation)\.ts$/.test(file))).toEqual([]);
  });
});
