/**
 * Scheme id to adapter. Adapters are imported when asked for, so that a library that does not load stops only its own rows.
 *
 * @module
 */
import { pathToFileURL } from 'node:url';
import { EnigmarkError } from './errors.ts';
import { didYouMean } from './nearest-names.ts';
import type { HEScheme } from './scheme.ts';

const adapters: Readonly<Record<string, () => Promise<{ readonly scheme: HEScheme }>>> = {
  clear: () => import('./clear/scheme.ts'),
  ckks: () => import('./ckks/scheme.ts'),
  bfv: () => import('./bfv/scheme.ts'),
  tfhe: () => import('./tfhe/scheme.ts'),
  bgv: () => import('./bgv/scheme.ts'),
  paillier: () => import('./paillier/scheme.ts'),
  hybrid: () => import('./hybrid/scheme.ts'),
};

/** Built-in ids, in the order of the tables. */
export const schemeIds: readonly string[] = Object.keys(adapters);

/** What a first run is about: not the oracle, which hides nothing, and not `hybrid`, whose server does the work of TFHE's once more. */
export const headlineSchemeIds: readonly string[] = schemeIds.filter((id) => !['clear', 'hybrid'].includes(id));

/**
 * Built-in ids that a selector such as 'ckks' means.
 * @throws EnigmarkError UNKNOWN_SCHEME with the ids, and what was meant perhaps.
 */
export function findSchemes(selector: string): readonly string[] {
  const found = schemeIds.filter((id) => id === selector || id.startsWith(`${selector}-`));
  if (found.length === 0) {
    throw new EnigmarkError('UNKNOWN_SCHEME', {
      expected: `a scheme: ${schemeIds.join(', ')}`,
      got: `'${selector}'`,
      remedy: `${didYouMean(selector, schemeIds)}the command list names them all`,
    });
  }
  return found;
}

/** @throws EnigmarkError UNKNOWN_SCHEME; ADAPTER_UNUSABLE where its library does not load. */
export async function loadScheme(id: string): Promise<HEScheme> {
  const load = Object.hasOwn(adapters, id) ? adapters[id] : undefined;
  if (load === undefined) return loadScheme(findSchemes(id)[0] ?? id);
  try {
    return (await load()).scheme;
  } catch (cause) {
    throw unusable(id, cause);
  }
}

/**
 * An outsider's adapter: a module, by path or package name, that exports `scheme`.
 * @throws EnigmarkError ADAPTER_UNUSABLE
 */
export async function loadAdapter(specifier: string): Promise<HEScheme> {
  try {
    const location = /^[./]/.test(specifier) ? pathToFileURL(specifier).href : specifier;
    const module: unknown = await import(location);
    if (isAdapter(module)) return module.scheme;
  } catch (cause) {
    throw unusable(specifier, cause);
  }
  throw unusable(specifier, new Error('it exports no `scheme` with id, compile, createClient and createEvaluator'));
}

function isAdapter(module: unknown): module is { readonly scheme: HEScheme } {
  const scheme: unknown = typeof module === 'object' && module !== null && 'scheme' in module ? module.scheme : null;
  return (
    typeof scheme === 'object' &&
    scheme !== null &&
    ['id', 'compile', 'createClient', 'createEvaluator'].every((member) => member in scheme)
  );
}

function unusable(id: string, cause: unknown): EnigmarkError {
  return new EnigmarkError('ADAPTER_UNUSABLE', {
    expected: `a usable adapter '${id}'`,
    got: cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : String(cause),
    remedy: isTakenForCommonJs(cause)
      ? 'adapters are ES modules: add "type": "module" to the package.json of its folder, or let its name end in .mjs or .mts'
      : 'check its name and that its library is installed',
    cause,
  });
}

/** Node reads a file as CommonJS where the nearest package.json says so, and then stumbles over `import` or `export`. */
function isTakenForCommonJs(cause: unknown): boolean {
  return cause instanceof SyntaxError && /Cannot use import statement|Unexpected token 'export'/.test(cause.message);
}
