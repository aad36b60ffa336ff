/**
 * The bits of a client key, for measurements of noise.
 *
 * @module
 */
import { BinaryReader } from '../wire/binary.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';

export interface ClientKeyBits {
  readonly big: BigUint64Array;
  readonly small: BigUint64Array;
  /** Standard deviations that the library wrote beside the key. */
  readonly lweNoise: number;
  readonly glweNoise: number;
}

/** @param bytes From `SecretKey.serialize`. */
export function readClientKey(bytes: Uint8Array, set: TfheParameters): ClientKeyBits {
  const reader = new BinaryReader(bytes, 'KEY_DAMAGED');
  reader.expectU32(0, 'atomic pattern');
  const big = reader.words64(bigDimension(set), 'big key');
  reader.expectU64(set.polynomialSize, 'polynomial size');
  const small = reader.words64(set.lweDimension, 'small key');
  reader.expectU32(0, 'kind of parameters');
  for (const size of [set.lweDimension, set.glweDimension, set.polynomialSize]) reader.expectU64(size, 'dimension');
  const gaussian = (): number => {
    reader.expectU32(0, 'distribution');
    const deviation = new DataView(reader.bytes(8).buffer).getFloat64(0, true);
    reader.bytes(8);
    return deviation;
  };
  return { big, small, lweNoise: gaussian(), glweNoise: gaussian() };
}

/** Phase of a ciphertext in units of its words. */
export function phaseOf(words: BigUint64Array | Uint32Array, key: BigUint64Array, modulusBits: number): bigint {
  let phase = BigInt(words[key.length]!);
  for (const [index, bit] of key.entries()) if (bit === 1n) phase -= BigInt(words[index]!);
  return BigInt.asIntN(modulusBits, phase);
}
