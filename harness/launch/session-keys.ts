/**
 * A launch's keys: made now, or kept from an earlier launch.
 *
 * @module
 */
import type { ClientPlan, HEClient, KeyPart } from '../../schemes/scheme.ts';
import { keepKeys, type KeptKeys } from './key-cache.ts';
import type { LaunchMessage } from './messages.ts';
import type { MeasuredRecord } from '../record/record.ts';

export interface SessionKeys {
  readonly keys: readonly KeyPart[];
  /** null: they were made in an earlier launch. */
  readonly elapsed_ns: number | null;
  readonly keyCache: NonNullable<MeasuredRecord['keyCache']> | null;
}

/** Why `stages.keygen` is null where keys were taken up again. */
export const REUSED = 'the keys are those of an earlier launch, from --key-cache';

export interface KeyRequest {
  readonly plan: ClientPlan;
  /** Folder of --key-cache. */
  readonly folder: string | null;
  /** What it held; the client has that secret. */
  readonly kept: KeptKeys | null;
}

/** @throws EnigmarkError KEY_CACHE_UNUSABLE */
export async function sessionKeys(
  client: HEClient,
  { plan, folder, kept }: KeyRequest,
  tell: (message: LaunchMessage) => void,
): Promise<SessionKeys> {
  if (kept !== null) return { keys: kept.keys, elapsed_ns: null, keyCache: 'reused' };
  tell({ kind: 'progress', stage: 'keygen', done: 0, total: null });
  const started = process.hrtime.bigint();
  const keys = await client.generateKeys();
  const elapsed_ns = Number(process.hrtime.bigint() - started);
  if (folder === null) return { keys, elapsed_ns, keyCache: null };
  if (client.exportSecret === undefined) {
    tell({ kind: 'notice', text: `--key-cache: keys of ${plan.scheme} cannot be kept, every launch makes its own` });
    return { keys, elapsed_ns, keyCache: null };
  }
  keepKeys(folder, plan, { secret: await client.exportSecret(), keys });
  return { keys, elapsed_ns, keyCache: 'made' };
}
