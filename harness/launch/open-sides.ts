/**
 * Client and evaluator of one launch, with keys. The keys' bytes are not kept here. They belong to neither side's memory, unless the
 * evaluator keeps them and counts them as its own.
 *
 * @module
 */
import type { Compiled, HEClient, HEEvaluator, HEScheme } from '../../schemes/scheme.ts';
import type { MeasuredRecord } from '../record/record.ts';
import { readKeys } from './key-cache.ts';
import type { LaunchMessage, LaunchRequest } from './messages.ts';
import { sessionKeys } from './session-keys.ts';
import { timed } from './timed.ts';

export interface Sides {
  /** The caller disposes of it, and of the evaluator. */
  readonly client: HEClient;
  readonly evaluator: HEEvaluator;
  readonly setup_ns: number;
  /** null: the keys came from the cache. */
  readonly keygen_ns: number | null;
  readonly keyCache: MeasuredRecord['keyCache'];
  /** By kind. */
  readonly keys_bytes: Readonly<Record<string, number>>;
}

/** @throws EnigmarkError KEY_CACHE_UNUSABLE, and as the adapter does */
export async function openSides(
  compiled: Compiled,
  { keyCache: folder, facts }: LaunchRequest,
  scheme: HEScheme,
  tell: (message: LaunchMessage) => void,
): Promise<Sides> {
  tell({ kind: 'progress', stage: 'setup', done: 0, total: null });
  const kept = folder === null ? null : readKeys(folder, compiled.client);
  const setup = await timed(() => scheme.createClient(compiled.client, kept === null ? {} : { secret: kept.secret }));
  const client = setup.result;
  try {
    const { keys, elapsed_ns, keyCache } = await sessionKeys(client, { plan: compiled.client, folder, kept }, tell);
    tell({ kind: 'progress', stage: 'setup', done: 0, total: null });
    const built = await timed(() => scheme.createEvaluator(compiled, keys, { threads: facts.threads }));
    const setup_ns = setup.elapsed_ns + built.elapsed_ns;
    return { client, evaluator: built.result, setup_ns, keygen_ns: elapsed_ns, keyCache, keys_bytes: sizesByKind(keys) };
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

function sizesByKind(keys: readonly { readonly kind: string; readonly bytes: Uint8Array }[]): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { kind, bytes } of keys) sizes[kind] = (sizes[kind] ?? 0) + bytes.length;
  return sizes;
}
