/**
 * Single operations: the rows of the primitives table. Client and evaluator meet in one process here.
 *
 * @module
 */
import type { PrimitiveBench } from '../../scheme.ts';
import { makeBootstrapper } from '../kernel/bootstrap.ts';
import { COMPRESSED_CIPHERTEXT_BYTES, fullCiphertext_bytes, readCompressedCiphertext, writeCiphertext } from '../wire/ciphertext-wire.ts';
import { expandKey } from '../kernel/expand-key.ts';
import { gatePrimitives } from './gate-primitives.ts';
import { readServerKey } from '../wire/key-wire.ts';
import { loadKernel, preferredPath } from '../kernel/kernel.ts';
import { LIBRARY_BLOCKS, makeLibraryBootstrap } from '../library/library-bootstrap.ts';
import { equalRows, paddedWords, prepareLinear, type LinearRows } from '../kernel/linear.ts';
import { place, tablePolynomial } from '../model/lookup.ts';
import { SharedMemory } from '../kernel/memory.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';
import { makeSecretKey } from '../library/runtime.ts';
import { SCALE_UNITS } from '../model/scales.ts';
import { primitive, type TimedOperation } from './timed-primitive.ts';
import { makeWorkspace, MAXIMUM_BATCH } from '../kernel/workspace.ts';

/** Inputs of the table: what the smallest set carries exactly. */
const ENTRIES = 4;
const SCALE = SCALE_UNITS / (2 * ENTRIES);
const TABLE = { min: 0, step: 1, outputs: Float64Array.of(2, 0, 3, 1), negacyclic: false } as const;
const TYPE = { width: 1, min: 0, max: ENTRIES - 1, bound: 'proven', step: 1 } as const;

/** With this set, what depends on no set is timed too: gates, and the library's own bootstrap, which has these dimensions. */
const SET_OF_LIBRARY = 'n2048';

/** @throws EnigmarkError LIBRARY_UNSUPPORTED, OUT_OF_MEMORY */
export function tfhePrimitives(set: TfheParameters): PrimitiveBench {
  const own = setPrimitives(set);
  const gates = set.id === SET_OF_LIBRARY ? gatePrimitives() : null;
  const peer = set.id === SET_OF_LIBRARY ? makeLibraryBootstrap() : null;
  const operations =
    peer === null ? own.operations : [...own.operations, { name: `node-tfhe's own bootstrap, ${LIBRARY_BLOCKS} at once`, ...peer }];
  return {
    primitives: [...operations.map(primitive), ...(gates?.primitives ?? [])],
    async [Symbol.asyncDispose]() {
      own.free();
      peer?.free();
      await gates?.[Symbol.asyncDispose]();
    },
  };
}

function setPrimitives(set: TfheParameters): { readonly operations: readonly TimedOperation[]; free(): void } {
  const dimension = bigDimension(set);
  const secret = makeSecretKey(set);
  const memory = new SharedMemory();
  const kernel = loadKernel(memory.memory, preferredPath());
  const engine = expandKey(readServerKey(secret.makeServerKey(), set), set, kernel, memory);
  const bootstrapper = makeBootstrapper(kernel, memory, engine, { threads: 1 });
  const workspace = makeWorkspace(memory, set, MAXIMUM_BATCH);
  const polynomial = tablePolynomial(TABLE, place(TABLE, TYPE, SCALE, set.polynomialSize), SCALE, set.polynomialSize);

  const values = Array.from({ length: MAXIMUM_BATCH }, (_, index) => index % ENTRIES);
  const each = [...values.keys()];
  const bundle = (): number[] => each.map(() => memory.allocate(8 * paddedWords(dimension)));
  const [fresh, sums, placed, results] = [bundle(), bundle(), bundle(), bundle()] as const;
  const linear = (rows: LinearRows) => prepareLinear(kernel, memory, dimension, rows);
  const placing = linear(equalRows(each.map((at) => [at]), [1], place(TABLE, TYPE, SCALE, set.polynomialSize).shift)); // prettier-ignore
  const doubling = linear(equalRows(each.map((at) => [at, at]), [1, 1], 0)); // prettier-ignore

  let encrypted = secret.encryptCompressed(0n);
  const expand = (at: number): void => {
    const words = readCompressedCiphertext(encrypted, dimension);
    memory.words64(fresh[at]!, words.length).set(words);
  };
  const decrypt = (address: number): bigint => secret.decrypt(writeCiphertext(memory.words64(address, dimension + 1).slice()));
  const holds = (address: number, value: number): boolean => Math.round(Number(decrypt(address)) / (2 * SCALE)) % (2 * ENTRIES) === value;
  for (const [at, value] of values.entries()) {
    encrypted = secret.encryptCompressed(BigInt(2 * SCALE * value));
    expand(at);
  }
  placing.apply(fresh, placed);
  const small = memory.words32(workspace.switched, set.lweDimension + 1);
  const one = memory.allocate(4);
  memory.words32(one, 1)[0] = placed[0]!;
  const keyswitch = (): void => kernel.keyswitch(engine.address, workspace.address, one, 1);
  keyswitch();
  const switched = small.slice();
  const last = MAXIMUM_BATCH - 1;

  const bootstrap = (count: number): TimedOperation => ({
    name: count === 1 ? 'bootstrap' : `bootstrap, ${count} at once`,
    bytes: count * fullCiphertext_bytes(dimension),
    run: () => bootstrapper.apply(placed.slice(0, count), results.slice(0, count), polynomial),
    right: () => values.slice(0, count).every((value, at) => holds(results[at]!, TABLE.outputs[value]!)),
  });
  const operations: readonly TimedOperation[] = [
    {
      name: 'encrypt',
      bytes: COMPRESSED_CIPHERTEXT_BYTES,
      run: () => void (encrypted = secret.encryptCompressed(BigInt(2 * SCALE * values[last]!))),
      right: () => holds(fresh[last]!, values[last]!),
    },
    {
      name: 'expand',
      bytes: fullCiphertext_bytes(dimension),
      run: () => expand(last),
      right: () => holds(fresh[last]!, values[last]!),
    },
    { name: 'decrypt', run: () => void decrypt(fresh[1]!), right: () => holds(fresh[1]!, values[1]!) },
    {
      name: `add, ${MAXIMUM_BATCH} at once`,
      bytes: MAXIMUM_BATCH * fullCiphertext_bytes(dimension),
      run: () => doubling.apply(fresh, sums),
      right: () => values.every((value, at) => holds(sums[at]!, 2 * value)),
    },
    // The small key never leaves the library; that this is right shows in the bootstraps.
    { name: 'keyswitch', run: keyswitch, right: () => small.every((word, index) => word === switched[index]) },
    bootstrap(1),
    bootstrap(MAXIMUM_BATCH),
  ];
  return {
    operations,
    free() {
      bootstrapper.dispose();
      secret.free();
    },
  };
}
