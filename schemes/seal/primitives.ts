/**
 * Single operations of node-seal: the rows of the primitives table. Results go into memory that is already there.
 *
 * @module
 */
import type { ComprModeType, Ciphertext } from 'node-seal/allows';
import { EnigmarkError } from '../errors.ts';
import type { RlweParameters } from '../rlwe/program/program.ts';
import { specialPrimeCount } from '../rlwe/program/special-primes.ts';
import type { Kernels, Primitive, PrimitiveBench } from '../scheme.ts';
import type { SealScheme } from './context.ts';
import { PrimitiveOperands } from './primitive-operands.ts';

/** Every operation at every level. @throws EnigmarkError KERNELS_UNSUPPORTED, LIBRARY_UNUSABLE, PARAMETERS_REFUSED */
export async function sealPrimitives(scheme: SealScheme, parameters: RlweParameters, kernels: Kernels): Promise<PrimitiveBench> {
  if (kernels !== 'library') {
    throw new EnigmarkError('KERNELS_UNSUPPORTED', {
      expected: "single operations of kernels 'library'",
      got: `'${kernels}'`,
      remedy: 'our kernels run whole circuits: see what they take for a fold or an affine layer',
    });
  }
  if (specialPrimeCount(parameters) > 1) {
    throw new EnigmarkError('KERNELS_UNSUPPORTED', {
      expected: 'a set of one special prime, by which the library switches keys',
      got: `'${parameters.id}' with ${specialPrimeCount(parameters)}`,
      remedy: 'choose another set',
    });
  }
  const bench = await PrimitiveOperands.make(scheme, parameters);
  const levels = Array.from({ length: bench.context.limbs }, (_, index) => bench.context.limbs - index);
  const primitives = [...clientPrimitives(bench), ...keyPrimitives(bench), ...levels.flatMap((limbs) => levelPrimitives(bench, limbs))];
  return {
    primitives,
    async [Symbol.asyncDispose]() {
      bench[Symbol.dispose]();
    },
  };
}

interface Savable {
  saveToArray(mode: ComprModeType): unknown;
  delete(): void;
}

function bytesOf({ library }: PrimitiveOperands, object: Savable): number {
  return (object.saveToArray(library.ComprModeType.none) as Uint8Array).length;
}

function primitive(name: string, level: number | null, bytes: number | null, run: () => void, right: () => boolean): Primitive {
  const verify = async (): Promise<boolean> => {
    run();
    return right();
  };
  return { name, level, bytes, run, verify };
}

/** The client's operations, at the highest level. */
function clientPrimitives(bench: PrimitiveOperands): readonly Primitive[] {
  const { library, encoding, encryptor, context } = bench;
  const { none } = library.ComprModeType;
  const { values, plain } = bench.operand(1, context.limbs, 1);
  const scale = plain.scale();
  const encoded = bench.plaintext();
  const fresh = bench.ciphertext();
  const expected = (slot: number): number => values[slot]!;
  encryptor.encrypt(plain, fresh);
  const seeded = (): Uint8Array => {
    const ciphertext = encryptor.encryptSymmetricSerializable(plain);
    const bytes = ciphertext.saveToArray(none) as Uint8Array;
    ciphertext.delete();
    return bytes;
  };
  const reads = (bytes: Uint8Array): boolean => {
    fresh.loadFromArray(context.context, bytes);
    return bench.holds(fresh, expected);
  };
  return [
    primitive(
      'encode',
      null,
      bytesOf(bench, plain),
      () => encoding.encode(values, context.limbs, scale, encoded),
      () => bench.shows(encoded, expected),
    ),
    primitive(
      'decode',
      null,
      null,
      () => encoding.decode(plain),
      () => bench.shows(plain, expected),
    ),
    primitive('encrypt, symmetric', null, seeded().length, seeded, () => reads(seeded())),
    primitive(
      'encrypt, public',
      null,
      bytesOf(bench, fresh),
      () => encryptor.encrypt(plain, fresh),
      () => bench.holds(fresh, expected),
    ),
  ];
}

/** Keys as they are sent: seeded. */
function keyPrimitives(bench: PrimitiveOperands): readonly Primitive[] {
  const { generator, context } = bench;
  if (!context.context.usingKeyswitching()) return [];
  const key = (name: string, make: () => Savable): Primitive => {
    let bytes = 0;
    const run = (): void => {
      const made = make();
      bytes = bytesOf(bench, made);
      made.delete();
    };
    run();
    return primitive(name, null, bytes, run, () => bytes > 0);
  };
  return [
    key('make relinearisation key', () => generator.createRelinKeysSerializable()),
    key('make rotation key', () => generator.createGaloisKeysSerializableWithSteps(Int32Array.of(1))),
  ];
}

/** The server's operations at one level. Those after which noise or precision would leave no right result there are left out. */
function levelPrimitives(bench: PrimitiveOperands, limbs: number): readonly Primitive[] {
  const { scheme, evaluator, relinearization, galois, context, slots } = bench;
  const [a, b] = [bench.operand(1, limbs, 1), bench.operand(2, limbs, 1)];
  const [left, right] = [bench.operand(3, limbs, 2), bench.operand(4, limbs, 2)];
  const [result, product, decrypted] = [bench.ciphertext(), bench.ciphertext(), bench.plaintext()];
  evaluator.multiply(left.ciphertext, right.ciphertext, product);
  const list: Primitive[] = [
    primitive(
      'decrypt',
      limbs,
      null,
      () => bench.decryptor.decrypt(a.ciphertext, decrypted),
      () => bench.holds(a.ciphertext, (slot) => a.values[slot]!),
    ),
  ];
  const measure = (name: string, operate: (result: Ciphertext) => void, expected: (slot: number) => number): void => {
    operate(result);
    if (!bench.decrypts(result)) return;
    list.push(
      primitive(
        name,
        limbs,
        bytesOf(bench, result),
        () => operate(result),
        () => bench.holds(result, expected),
      ),
    );
  };
  const productOf = (slot: number): number => left.values[slot]! * right.values[slot]!;
  measure(
    'add',
    (to) => evaluator.add(a.ciphertext, b.ciphertext, to),
    (slot) => a.values[slot]! + b.values[slot]!,
  );
  measure(
    'subtract',
    (to) => evaluator.sub(a.ciphertext, b.ciphertext, to),
    (slot) => a.values[slot]! - b.values[slot]!,
  );
  measure(
    'add plain',
    (to) => evaluator.addPlain(a.ciphertext, b.plain, to),
    (slot) => a.values[slot]! + b.values[slot]!,
  );
  if (bench.multiplies(limbs)) {
    measure('multiply plain', (to) => evaluator.multiplyPlain(left.ciphertext, right.plain, to), productOf);
    measure('multiply', (to) => evaluator.multiply(left.ciphertext, right.ciphertext, to), productOf);
    measure(
      'square',
      (to) => evaluator.square(left.ciphertext, to),
      (slot) => left.values[slot]! ** 2,
    );
    if (context.context.usingKeyswitching()) {
      measure('relinearise', (to) => evaluator.relinearize(product, relinearization, to), productOf);
    }
  }
  if (context.context.usingKeyswitching()) {
    const columns = scheme === 'ckks' ? slots : slots / 2;
    const rotate = (to: Ciphertext): void =>
      scheme === 'ckks' ? evaluator.rotateVector(a.ciphertext, 1, galois, to) : evaluator.rotateRows(a.ciphertext, 1, galois, to);
    measure('rotate', rotate, (slot) => a.values[slot - (slot % columns) + ((slot + 1) % columns)]!);
    if (scheme !== 'ckks') {
      measure(
        'swap rows',
        (to) => evaluator.rotateColumns(a.ciphertext, galois, to),
        (slot) => a.values[(slot + columns) % slots]!,
      );
    }
  }
  if (limbs > 1 && scheme === 'ckks') {
    const high = bench.dividend(5, limbs);
    measure(
      'rescale',
      (to) => evaluator.rescaleToNext(high.ciphertext, to),
      (slot) => high.values[slot]!,
    );
  }
  if (limbs > 1 && scheme !== 'ckks') {
    measure(
      'switch modulus',
      (to) => evaluator.cipherModSwitchToNext(a.ciphertext, to),
      (slot) => a.values[slot]!,
    );
  }
  return list;
}
