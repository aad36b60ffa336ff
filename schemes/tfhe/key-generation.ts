/**
 * The evaluation key of a plan. It is one call into the library that takes seconds, so that progress is reported at its start and its end
 * only.
 *
 * @module
 */
import { seal } from '../envelope.ts';
import type { ClientPlan, KeyPart, Options } from '../scheme.ts';
import type { SecretKey } from './library/runtime.ts';

/** @param makeKey See `ClientInputs`. */
export function generateKeys(
  secret: SecretKey,
  plan: ClientPlan,
  options: Options = {},
  makeKey: (kind: string, key: SecretKey) => Uint8Array | null = () => null,
): readonly KeyPart[] {
  options.signal?.throwIfAborted();
  options.onProgress?.(0, plan.keys.length);
  const keys = plan.keys.map((kind) => ({
    kind,
    bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass: 0, payload: makeKey(kind, secret) ?? secret.makeServerKey() }),
  }));
  options.onProgress?.(plan.keys.length, plan.keys.length);
  return keys;
}
