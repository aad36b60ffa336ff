/**
 * The evaluator of kernels 'library': paillier-bigint's sums and multiples, one after the other.
 *
 * @module
 */
import { PublicKey } from 'paillier-bigint';
import type { Primitives } from '../eager-primitives.ts';
import { interpret } from '../interpreter.ts';
import type { Compiled, HEEvaluator, KeyPart } from '../scheme.ts';
import { openPublicKey } from './evaluate/public-key.ts';
import { bytesOf, integerOf, invert, modulo } from './numbers/integers.ts';
import { ciphertext_bytes } from './parameters.ts';
import { affineExponents, convolutionExponents, type LayerExponents } from './program/layer-exponents.ts';
import type { PaillierProgram } from './program/program.ts';
import { fillSlots, packSlots } from './slots.ts';
import { CiphertextCheck, notCoprime } from './wire/ciphertext-wire.ts';

interface Ciphertext {
  readonly number: bigint;
}

/** @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED */
export function createLibraryEvaluator(compiled: Compiled, keys: readonly KeyPart[]): HEEvaluator {
  const { parameters, slot_bits } = compiled.evaluator as PaillierProgram;
  const n = openPublicKey(compiled, keys);
  const key = new PublicKey(n, n + 1n);
  const length = ciphertext_bytes(parameters);
  const check = new CiphertextCheck(n, length);
  const slots = Math.max(1, ...Object.values(compiled.client.ports).map(({ shape }) => shape.columns));
  const sum = (left: bigint, right: bigint): bigint => key.addition(left, right);
  const addPlain = (number: bigint, plain: bigint): Ciphertext => ({ number: key.plaintextAddition(number, modulo(plain, n)) });

  /** Sums of multiples; where there are none, 1 is a ciphertext of zero. */
  function layer(inputs: readonly Ciphertext[], exponents: LayerExponents): bigint[] {
    return exponents.map((row) =>
      row.map(({ input, positive, negative }) => multiple(inputs[input]!.number, positive - negative)).reduce(sum, 1n),
    );
  }
  /** A negative factor inverts. */
  function multiple(number: bigint, factor: bigint): bigint {
    if (factor < 0n && invert(number, n) === null) throw notCoprime();
    return key.multiply(number, factor);
  }

  const primitives: Primitives<Ciphertext, { readonly plain: bigint }> = {
    load(payload) {
      check.expectInRange(payload);
      return { number: integerOf(payload) };
    },
    store({ number }) {
      if (invert(number, n) === null) throw notCoprime();
      return bytesOf(number, length);
    },
    release: () => undefined,
    add: (left, right) => ({ number: sum(left.number, right.number) }),
    subtract: (left, right) => ({ number: sum(left.number, multiple(right.number, -1n)) }),
    encode: (values) => ({ plain: packSlots(values, slot_bits) }),
    addPlain: ({ number }, { plain }) => addPlain(number, plain),
    multiplyPlain: ({ number }, { plain }) => ({ number: multiple(number, plain) }),
    affine: (inputs, matrix, bias) =>
      layer(inputs, affineExponents(matrix)).map((number, row) => addPlain(number, fillSlots(bias[row]!, slots, slot_bits))),
    convolve: (inputs, terms) => ({ number: layer(inputs, convolutionExponents([terms], slot_bits))[0]! }),
    bytesOf: () => length,
    memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
    dispose: () => undefined,
  };
  return interpret(compiled, primitives);
}
