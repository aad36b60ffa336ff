/**
 * Times of bootstraps alone, with a key made for it.
 *
 * @module
 */
import { makeBootstrapper } from '../kernel/bootstrap.ts';
import { readCompressedCiphertext } from '../wire/ciphertext-wire.ts';
import { expandKey } from '../kernel/expand-key.ts';
import { readServerKey } from '../wire/key-wire.ts';
import { loadKernel, preferredPath } from '../kernel/kernel.ts';
import { paddedWords } from '../kernel/linear.ts';
import { SharedMemory } from '../kernel/memory.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';
import { makeSecretKey } from '../library/runtime.ts';

/** So many bootstraps at once, on so many threads. */
export interface TimedCase {
  readonly threads: number;
  readonly count: number;
}

/** Before these, a function's first calls run in V8's baseline compiler. */
const WARMUP_ROUNDS = 3;
const ROUNDS = 15;

/**
 * Milliseconds of one bootstrap: by case, one time a round. The cases take turns, so that what else the machine does meets them alike.
 */
export async function timeBootstraps(set: TfheParameters, cases: readonly TimedCase[]): Promise<number[][]> {
  const secret = makeSecretKey(set);
  const memory = new SharedMemory();
  const kernel = loadKernel(memory.memory, preferredPath());
  const engine = expandKey(readServerKey(secret.makeServerKey(), set), set, kernel, memory);
  const dimension = bigDimension(set);
  const most = Math.max(...cases.map(({ count }) => count));
  const [inputs, outputs] = [0, 1].map(() => Array.from({ length: most }, () => memory.allocate(8 * paddedWords(dimension))));
  for (const address of inputs!) {
    const words = readCompressedCiphertext(secret.encryptCompressed(1n), dimension);
    memory.words64(address, words.length).set(words);
  }
  secret.free();
  const polynomial = new Uint32Array(set.polynomialSize).fill(2 ** 28);
  const timed = cases.map(({ threads, count }) => {
    return { count, samples_ms: [] as number[], bootstrapper: makeBootstrapper(kernel, memory, engine, { threads }) };
  });
  for (let round = -WARMUP_ROUNDS; round < ROUNDS; round++) {
    for (const { bootstrapper, count, samples_ms } of timed) {
      const started = performance.now();
      await bootstrapper.apply(inputs!.slice(0, count), outputs!.slice(0, count), polynomial);
      if (round >= 0) samples_ms.push((performance.now() - started) / count);
    }
  }
  for (const { bootstrapper } of timed) bootstrapper.dispose();
  return timed.map(({ samples_ms }) => samples_ms);
}
