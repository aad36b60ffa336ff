/**
 * Errors of every part of a bootstrap (keyswitch, modulus switch, blind rotation), measured with the client key.
 *
 * @module
 */
import { readCompressedCiphertext } from '../wire/ciphertext-wire.ts';
import { phaseOf, readClientKey } from './client-key.ts';
import { expandKey } from '../kernel/expand-key.ts';
import { readServerKey } from '../wire/key-wire.ts';
import { loadKernel, type KernelPath } from '../kernel/kernel.ts';
import { addToBody, paddedWords } from '../kernel/linear.ts';
import { entryAt, greatestScale, place, tablePolynomial } from '../model/lookup.ts';
import { SharedMemory } from '../kernel/memory.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';
import { makeSecretKey, type SecretKey } from '../library/runtime.ts';
import { makeWorkspace, MAXIMUM_BATCH, TILE, tilesOf } from '../kernel/workspace.ts';

/** Mean and variance over the torus of the errors seen so far. */
export class Errors {
  count = 0;
  #sum = 0;
  #squares = 0;

  /** @param error In units of 2^-bits. */
  add(error: bigint, bits: number): void {
    const value = Number(BigInt.asIntN(bits, error)) / 2 ** bits;
    this.count++;
    this.#sum += value;
    this.#squares += value ** 2;
  }
  get mean(): number {
    return this.#sum / this.count;
  }
  get variance(): number {
    return this.#squares / this.count - this.mean ** 2;
  }
}

export interface Measurement {
  readonly keyswitch: Errors;
  readonly modulusSwitch: Errors;
  readonly bootstrap: Errors;
  /** Outputs that were not the table's entry. */
  wrong: number;
}

/** Masks and bodies of messages in units of 2^-33 of the torus; each may be overwritten when the next is asked for. */
export type EncryptMessages = (secret: SecretKey, messages: readonly number[]) => Iterable<BigUint64Array> | AsyncIterable<BigUint64Array>;

interface Measured {
  readonly batches: number;
  readonly entries: number;
  readonly path: KernelPath;
  /** Default: the library, value by value. */
  readonly encrypt?: EncryptMessages;
}

/**
 * `batches` times 16 bootstraps of random inputs, each batch with a random table over `entries` whole inputs.
 * @param onBatch Called after each batch.
 */
export async function measureNoise(
  set: TfheParameters,
  { batches, entries, path, encrypt = encryptEach(bigDimension(set)) }: Measured,
  onBatch?: (measured: Measurement) => void,
): Promise<Measurement> {
  const secret = makeSecretKey(set);
  const memory = new SharedMemory();
  const kernel = loadKernel(memory.memory, path);
  const engine = expandKey(readServerKey(secret.makeServerKey(), set), set, kernel, memory);
  const workspace = makeWorkspace(memory, set, MAXIMUM_BATCH);
  const { big, small } = readClientKey(secret.serialize(), set);
  const dimension = bigDimension(set);
  const rotation = set.lweDimension + 1;
  const rotationBits = Math.log2(2 * set.polynomialSize);
  const type = { width: 1, min: 0, max: entries - 1, bound: 'proven', step: 1 } as const;
  const polynomial = memory.allocate(4 * set.polynomialSize);
  const addresses = memory.allocate(8 * MAXIMUM_BATCH);
  const ciphertexts = Array.from({ length: 2 * MAXIMUM_BATCH }, () => memory.allocate(8 * paddedWords(dimension)));
  memory.words32(addresses, ciphertexts.length).set(ciphertexts);
  const measured: Measurement = { keyswitch: new Errors(), modulusSwitch: new Errors(), bootstrap: new Errors(), wrong: 0 };

  for (let batch = 0; batch < batches; batch++) {
    const outputs = Float64Array.from({ length: entries }, () => Math.floor(Math.random() * entries));
    const table = { min: 0, step: 1, outputs, negacyclic: false };
    const scale = greatestScale(table, type);
    const placement = place(table, type, scale, set.polynomialSize);
    memory.words32(polynomial, set.polynomialSize).set(tablePolynomial(table, placement, scale, set.polynomialSize));
    const values = Array.from({ length: MAXIMUM_BATCH }, () => Math.floor(Math.random() * entries));
    const messages = values.map((value) => 2 * scale * value);
    let index = 0;
    for await (const words of encrypt(secret, messages)) {
      memory.words64(ciphertexts[index]!, words.length).set(words);
      addToBody(memory, ciphertexts[index]!, dimension, BigInt(placement.shift) << 32n);
      index++;
    }
    kernel.bootstrap(engine.address, workspace.address, addresses, addresses + 4 * MAXIMUM_BATCH, polynomial, MAXIMUM_BATCH);
    for (const [index, value] of values.entries()) {
      const before = BigInt(2 * scale * value + 2 * placement.shift) << 31n;
      const switched = phaseOf(memory.words32(workspace.switched + index * tilesOf(set) * TILE * 4, rotation), small, 32);
      measured.keyswitch.add(switched - (before >> 32n), 32);
      const powers = phaseOf(memory.words32(workspace.rotations + index * rotation * 4, rotation), small, rotationBits);
      measured.modulusSwitch.add((powers << BigInt(32 - rotationBits)) - switched, 32);
      const expected = entryAt(table, value) * scale;
      const after = phaseOf(memory.words64(ciphertexts[MAXIMUM_BATCH + index]!, dimension + 1), big, 64);
      const error = BigInt.asIntN(64, after - (BigInt(expected) << 32n));
      if (Math.abs(Number(error >> 32n)) > scale / 2) measured.wrong++;
      else measured.bootstrap.add(error, 64);
    }
    onBatch?.(measured);
  }
  secret.free();
  return measured;
}

function encryptEach(dimension: number): EncryptMessages {
  return (secret, messages) => messages.map((message) => readCompressedCiphertext(secret.encryptCompressed(BigInt(message)), dimension));
}
