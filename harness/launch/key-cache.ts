/**
 * `--key-cache`: a client's secret and keys, kept between runs in a folder of the owner's alone. One file serves every plan of
 * one scheme, one parameter set and the same kinds of key.
 *
 * A file is the SHA-256 of what follows (32 bytes), the length of its header (u32, little endian), the header as JSON, the
 * secret, and the payload of every key in the header's order.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeFolders } from '../record/make-folders.ts';
import { open, seal } from '../../schemes/envelope.ts';
import { EnigmarkError } from '../../schemes/errors.ts';
import type { ClientPlan, KeyPart } from '../../schemes/scheme.ts';

const VERSION = 1;
const DIGEST_BYTES = 32;
const OWNER_ONLY = { folder: 0o700, file: 0o600 } as const;
const OTHERS = 0o077;

/** A kept secret, and the keys that belong to it. */
export interface KeptKeys {
  /** From `HEClient.exportSecret`. */
  readonly secret: Uint8Array;
  readonly keys: readonly KeyPart[];
}

const header = z.strictObject({
  version: z.literal(VERSION),
  binding: z.string(),
  secret_bytes: z.int().min(0),
  keys: z.array(z.strictObject({ kind: z.string(), bytes: z.int().min(0) })),
});

/**
 * Makes the folder where it is missing.
 *
 * @throws EnigmarkError KEY_CACHE_UNUSABLE where it cannot be made; KEY_CACHE_EXPOSED where others can enter it
 */
export function prepareKeyCache(folder: string): void {
  try {
    makeFolders(folder, OWNER_ONLY.folder);
  } catch (cause) {
    throw unusable('a folder that can be made', cause);
  }
  expectPrivate(statSync(folder), 'the folder of --key-cache', 'take the rights of others away (chmod 700), or name a new one');
}

/**
 * The keys kept for such a plan, in envelopes of this one; null: none are.
 *
 * @throws EnigmarkError KEY_CACHE_DAMAGED, KEY_CACHE_EXPOSED, KEY_CACHE_UNUSABLE
 */
export function readKeys(folder: string, plan: ClientPlan): KeptKeys | null {
  const name = fileName(plan);
  const bytes = readPrivate(join(folder, name), name);
  return bytes === null ? null : parse(bytes, plan, name);
}

/**
 * Keeps a client's keys: a reader meets the whole file or none.
 *
 * @throws EnigmarkError KEY_CACHE_UNUSABLE
 */
export function keepKeys(folder: string, plan: ClientPlan, { secret, keys }: KeptKeys): void {
  const payloads = keys.map(({ kind, bytes }) => open(bytes, { kind: 'key', plan: plan.id, name: kind, pass: 0 }));
  const text = Buffer.from(
    JSON.stringify({
      version: VERSION,
      binding: bindingOf(plan),
      secret_bytes: secret.length,
      keys: keys.map(({ kind }, index) => ({ kind, bytes: payloads[index]!.length })),
    } satisfies z.infer<typeof header>),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(text.length);
  const content = [length, text, secret, ...payloads];
  const path = join(folder, fileName(plan));
  const partial = `${path}.${process.pid}.new`;
  try {
    writeWhole(partial, [digestOf(content), ...content]);
    renameSync(partial, path);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw unusable('room and leave to write there', cause);
  }
}

/** The parts of a plan that keys may depend on, by the contract of `HEClient.exportSecret`. */
function bindingOf({ scheme, parameters, keys }: ClientPlan): string {
  return JSON.stringify([scheme, Object.entries(parameters).sort(), [...keys].sort()]);
}

function fileName(plan: ClientPlan): string {
  const digest = createHash('sha256').update(bindingOf(plan)).digest('hex');
  return `${plan.scheme}-${plan.parameters.id}-${digest.slice(0, 16)}.keys`;
}

function digestOf(parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function writeWhole(path: string, parts: readonly Uint8Array[]): void {
  const file = openSync(path, 'wx', OWNER_ONLY.file);
  try {
    for (const part of parts) for (let at = 0; at < part.length;) at += writeSync(file, part, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** null: there is no such file. */
function readPrivate(path: string, name: string): Buffer | null {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    expectPrivate(stats, `the file ${name}`, 'delete it: keys that others could read are secret no longer');
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof EnigmarkError) throw cause;
    throw unusable(`a readable file ${name}`, cause);
  }
}

/** Rights mean nothing on Windows. */
function expectPrivate(stats: Stats, what: string, remedy: string): void {
  const open = process.platform !== 'win32' && (stats.mode & OTHERS) !== 0;
  const foreign = process.getuid !== undefined && stats.uid !== process.getuid();
  if (!open && !foreign && !stats.isSymbolicLink()) return;
  const got = stats.isSymbolicLink() ? 'a link' : foreign ? "another user's" : `rights ${(stats.mode & 0o777).toString(8)}`;
  throw new EnigmarkError('KEY_CACHE_EXPOSED', { expected: `${what} for its owner alone`, got, remedy });
}

function parse(bytes: Buffer, plan: ClientPlan, name: string): KeptKeys {
  const content = bytes.subarray(DIGEST_BYTES);
  if (content.length < 4 || !bytes.subarray(0, DIGEST_BYTES).equals(digestOf([content]))) throw damaged(name, 'other bytes');
  const length = content.readUInt32LE();
  const parsed = header.safeParse(jsonOf(content.subarray(4, 4 + length)));
  if (!parsed.success) throw damaged(name, 'a header of another kind');
  const { binding, secret_bytes, keys } = parsed.data;
  if (binding !== bindingOf(plan)) throw damaged(name, 'keys of other parameters');
  let at = 4 + length;
  const take = (part_bytes: number): Uint8Array => new Uint8Array(content.subarray(at, (at += part_bytes)));
  const secret = take(secret_bytes);
  const parts = keys.map(({ kind, bytes: key_bytes }) => {
    return { kind, bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass: 0, payload: take(key_bytes) }) };
  });
  if (at !== content.length) throw damaged(name, `${content.length} bytes where the header tells of ${at}`);
  return { secret, keys: parts };
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function damaged(name: string, got: string): EnigmarkError {
  return new EnigmarkError('KEY_CACHE_DAMAGED', {
    expected: `the file ${name} of --key-cache as it was written`,
    got,
    remedy: 'delete it: the next launch makes new keys',
  });
}

function unusable(expected: string, cause: unknown): EnigmarkError {
  return new EnigmarkError('KEY_CACHE_UNUSABLE', {
    expected: `a --key-cache with ${expected}`,
    // The system's message is left out: it names the path.
    got: cause instanceof Error && 'code' in cause ? String(cause.code) : 'another error',
    remedy: 'name another folder, or go without --key-cache',
    cause,
  });
}
