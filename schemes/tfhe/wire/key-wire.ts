/**
 * The library's serialised evaluation keys (tfhe-rs 1.7.0): bodies and the seeds of their masks. Every dimension is known
 * from the parameter set, so anything else is refused before memory is taken for it.
 *
 * @module
 */
import { BinaryReader } from './binary.ts';
import { MESSAGE_BITS, readModulus, readSeed } from './ciphertext-wire.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';

/** Bodies in storage order, and the seed of the masks between them. */
export interface SeededWords<Words extends BigUint64Array | Uint32Array> {
  readonly bodies: Words;
  readonly seed: Uint8Array;
}

/** Words are of 64 bits, or of 32 for the library's Boolean interface. */
export interface SeededServerKey<Words extends BigUint64Array | Uint32Array = BigUint64Array | Uint32Array> {
  /** Encrypts bit i of the big key at level l: k * N rows of levels from fine to coarse. */
  readonly keyswitch: SeededWords<Words>;
  /** Encrypts bit i of the small key: n GGSW matrices, levels from fine to coarse, k + 1 rows each. */
  readonly bootstrap: SeededWords<Words>;
}

const STANDARD_PATTERN = 0;
const CLASSIC_BOOTSTRAP = 0;
const KEYSWITCH_FIRST = 0;
const MODULUS_SWITCH = { standard: 0, drift: 1, centeredMean: 2 } as const;

/**
 * A shortint key of exactly this parameter set.
 * @throws EnigmarkError KEY_DAMAGED
 */
export function readServerKey(bytes: Uint8Array, set: TfheParameters): SeededServerKey<BigUint64Array> {
  const reader = new BinaryReader(bytes, 'KEY_DAMAGED');
  reader.expectU32(STANDARD_PATTERN, 'atomic pattern');
  const keyswitch = readKeyswitchKey(reader, set, 64, () => reader.words64(keyswitchBodies(set), 'keyswitch bodies'));
  reader.expectU32(CLASSIC_BOOTSTRAP, 'kind of bootstrap');
  const bootstrap = readBootstrapKey(reader, set, 64, () => reader.words64(bootstrapBodies(set), 'bootstrap bodies'));
  const modulusSwitch = reader.u32();
  // Both need no key material here: the evaluator centres by itself.
  if (modulusSwitch !== MODULUS_SWITCH.standard && modulusSwitch !== MODULUS_SWITCH.centeredMean)
    throw reader.damage('a modulus switch of kind 0 or 2', `${modulusSwitch}`);
  reader.expectU32(KEYSWITCH_FIRST, 'bootstrap order');
  reader.expectU64(2 ** MESSAGE_BITS, 'message modulus');
  reader.expectU64(1, 'carry modulus');
  reader.expectU64(2 ** MESSAGE_BITS - 1, 'greatest degree');
  reader.u64(); // Greatest noise level: the library's own bookkeeping, replaced by the noise model here.
  reader.end();
  return { keyswitch, bootstrap };
}

/**
 * A key of the library's Boolean interface.
 * @throws EnigmarkError KEY_DAMAGED
 */
export function readBooleanServerKey(bytes: Uint8Array, set: TfheParameters): SeededServerKey<Uint32Array> {
  const reader = new BinaryReader(bytes, 'KEY_DAMAGED');
  const bootstrap = readBootstrapKey(reader, set, 32, () => reader.words32(bootstrapBodies(set), 'bootstrap bodies'));
  const keyswitch = readKeyswitchKey(reader, set, 32, () => reader.words32(keyswitchBodies(set), 'keyswitch bodies'));
  reader.expectU32(KEYSWITCH_FIRST, 'bootstrap order');
  reader.end();
  return { keyswitch, bootstrap };
}

function keyswitchBodies(set: TfheParameters): number {
  return bigDimension(set) * set.keyswitchLevels;
}

function bootstrapBodies(set: TfheParameters): number {
  return set.lweDimension * set.bootstrapLevels * (set.glweDimension + 1) * set.polynomialSize;
}

function readKeyswitchKey<Words extends BigUint64Array | Uint32Array>(
  reader: BinaryReader,
  set: TfheParameters,
  bits: number,
  readBodies: () => Words,
): SeededWords<Words> {
  const bodies = readBodies();
  reader.expectU64(set.keyswitchBase_log2, 'keyswitch base');
  reader.expectU64(set.keyswitchLevels, 'keyswitch levels');
  reader.expectU64(set.lweDimension + 1, 'LWE size');
  const seed = readSeed(reader);
  readModulus(reader, bits);
  return { bodies, seed };
}

function readBootstrapKey<Words extends BigUint64Array | Uint32Array>(
  reader: BinaryReader,
  set: TfheParameters,
  bits: number,
  readBodies: () => Words,
): SeededWords<Words> {
  const bodies = readBodies();
  reader.expectU64(set.glweDimension + 1, 'GLWE size');
  reader.expectU64(set.polynomialSize, 'polynomial size');
  reader.expectU64(set.bootstrapBase_log2, 'bootstrap base');
  reader.expectU64(set.bootstrapLevels, 'bootstrap levels');
  const seed = readSeed(reader);
  readModulus(reader, bits);
  return { bodies, seed };
}

/** Bytes of a serialised shortint key of this set. */
export function serverKey_bytes(set: TfheParameters): number {
  const seedAndModulus = 44 + 24;
  const keyswitch = 8 + keyswitchBodies(set) * 8 + 3 * 8 + seedAndModulus;
  const bootstrap = 8 + bootstrapBodies(set) * 8 + 4 * 8 + seedAndModulus;
  return 4 + keyswitch + 4 + bootstrap + 2 * 4 + 4 * 8;
}
