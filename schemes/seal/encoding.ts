/**
 * Slots to SEAL plaintexts and back: real numbers at a scale (CKKS), integers modulo t (BFV).
 *
 * @module
 */
import type { CKKSEncoder, Evaluator, Plaintext } from 'node-seal/allows';
import type { Values } from '../circuit.ts';
import { CentredIntegers } from './centred-integers.ts';
import type { Context } from './context.ts';
import type { EvaluatorLibrary } from './runtime.ts';
import type { Scope } from './scope.ts';

/** The scope that the encoding was made with owns the plaintexts that it returns. */
interface SlotEncoding {
  /** One number per slot, missing ones zero, at a level and scale; into `plain` where one is given. */
  encode(values: Values, limbs: number, scale: number | null, plain?: Plaintext): Plaintext;
  /** The same number in every slot. */
  constant(value: number | bigint, limbs: number, scale: number | null): Plaintext;
  /** The factor that is really used: for integers the equal one nearest to zero, which adds the least noise. */
  factor(value: number): number;
}

export interface RealEncoding extends SlotEncoding {
  readonly kind: 'real';
  decode(plain: Plaintext): Float64Array;
}

export interface IntegerEncoding extends SlotEncoding {
  readonly kind: 'integer';
  /** Modulo the plaintext prime, nearest to zero. */
  decode(plain: Plaintext): BigInt64Array;
}

export type Encoding = RealEncoding | IntegerEncoding;

/** Real numbers; a plaintext belongs to one level. */
export function realEncoding(library: EvaluatorLibrary, scope: Scope, context: Context, evaluator: Evaluator): RealEncoding {
  const encoder: CKKSEncoder = scope.own(new library.CKKSEncoder(context.context));
  const encode = (values: Float64Array, limbs: number, scale: number | null, given?: Plaintext): Plaintext => {
    const plain = given ?? scope.own(new library.Plaintext());
    encoder.encode(values, scale ?? 1, plain);
    if (limbs < context.limbs) evaluator.plainModSwitchToInplace(plain, context.parmsId(limbs));
    return plain;
  };
  const slots = encoder.slotCount();
  return {
    kind: 'real',
    factor: (value) => value,
    encode: (values, limbs, scale, plain) =>
      encode(values instanceof Float64Array ? values : Float64Array.from(values, Number), limbs, scale, plain),
    constant: (value, limbs, scale) => encode(new Float64Array(slots).fill(Number(value)), limbs, scale),
    decode: (plain) => encoder.decodeFloat64(plain) as Float64Array,
  };
}

/** Integers modulo t, read back in (-t/2, t/2); a plaintext fits every level. */
export function integerEncoding(library: EvaluatorLibrary, scope: Scope, context: Context, plainModulus: bigint): IntegerEncoding {
  const encoder = scope.own(new library.BatchEncoder(context.context));
  const slots = encoder.slotCount();
  // SEAL takes only numbers that are reduced already. It copies them, so that one array will do.
  const reduced = new BigInt64Array(slots);
  const centre = new CentredIntegers(plainModulus);
  const encode = (values: BigInt64Array, given?: Plaintext): Plaintext => {
    const plain = given ?? scope.own(new library.Plaintext());
    encoder.encode(values, plain);
    return plain;
  };
  return {
    kind: 'integer',
    factor: (value) => Number(centre.one(value)),
    encode: (values, _limbs, _scale, plain) => encode(centre.all(values, reduced), plain),
    constant(value) {
      const plain = encode(new BigInt64Array(slots).fill(centre.one(value)));
      // Only coefficient 0 is set. One coefficient is all that SEAL's product by a constant needs to keep.
      plain.resize(1);
      plain.shrinkToFit();
      return plain;
    },
    decode: (plain) => encoder.decodeBigInt64(plain) as BigInt64Array,
  };
}
