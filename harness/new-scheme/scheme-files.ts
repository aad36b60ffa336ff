/**
 * The files of a new scheme: the example of the documents under another name.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const EXAMPLE = 'additive';

/** By file name. */
export type SchemeFiles = Readonly<Record<string, string>>;

/**
 * For a folder of its own, anywhere: an adapter, its conformance test for node's own runner, and a package.json that starts it.
 *
 * @param example - folder of the example adapter
 * @param name - of the new scheme: lower-case letters, digits and hyphens
 */
export function outsideFiles(example: string, name: string): SchemeFiles {
  const manifest = { private: true, type: 'module', scripts: { test: `node --test ${name}.test.ts` } };
  return {
    [`${name}.ts`]: renamed(readExample(example, `${EXAMPLE}.ts`), name),
    [`${name}.test.ts`]: renamed(readExample(example, `${EXAMPLE}.test.ts`), name),
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
  };
}

/**
 * For `schemes/` of the repository, where sources import each other by their paths and tests run under vitest.
 *
 * @param example - folder of the example adapter
 * @param name - as for `outsideFiles`
 */
export function insideFiles(example: string, name: string): SchemeFiles {
  const { [`${name}.ts`]: scheme = '', [`${name}.test.ts`]: proof = '' } = outsideFiles(example, name);
  return {
    'scheme.ts': scheme.replaceAll("from 'enigmark'", "from '../index.ts'"),
    'conformance.test.ts': proof
      .replace("'node:test'", "'vitest'")
      .replace("'enigmark/conformance'", "'../conformance/describe-conformance.ts'")
      .replace(`'./${name}.ts'`, "'./scheme.ts'"),
  };
}

function readExample(folder: string, file: string): string {
  return readFileSync(join(folder, file), 'utf8');
}

/** The id stands in quotes, the module in an import. */
function renamed(text: string, name: string): string {
  return text.replaceAll(`'${EXAMPLE}'`, `'${name}'`).replaceAll(`./${EXAMPLE}.ts`, `./${name}.ts`);
}
