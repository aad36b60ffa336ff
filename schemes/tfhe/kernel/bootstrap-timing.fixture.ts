/**
 * Times of bootstraps, for the benches of this folder.
 *
 * @module
 */
import { makeBootstrapper } from './bootstrap.ts';
import { readCompressedCiphertext } from '../wire/ciphertext-wire.ts';
import { expandKey } from './expand-key.ts';
import { readServerKey } from '../wire/key-wire.ts';
import { loadKernel, preferredPath } from './kernel.ts';
import { paddedWords } from './linear.ts';
import { SharedMemory } from './memory.ts';
import { bigDimension, parameterSets, type TfheParameters } from '../parameters.ts';
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
 * Prints a table: median, least and n of every case and set, in milliseconds a bootstrap. The cases of a set take turns, so
 * that what else the machine does meets them alike.
 *
 * @param wanted Ids of sets; none: all but those for tests.
 */
export async function printTimes(cases: readonly TimedCase[], wanted: readonly string[]): Promise<void> {
  const sets = Object.values<TfheParameters>(parameterSets).filter(({ id }) =>
    wanted.length > 0 ? wanted.includes(id) : !id.startsWith('insecure-'),
  );
  process.stdout.write(`milliseconds a bootstrap; the kernel's path: ${preferredPath()}\n`);
  process.stdout.write('set     threads  at once  median   least   n\n');
  for (const set of sets) {
    for (const [index, samples_ms] of (await timesOf(set, cases)).entries()) {
      const { threads, count } = cases[index]!;
      samples_ms.sort((a, b) => a - b);
      const [least, median] = [samples_ms[0]!, samples_ms[samples_ms.length >> 1]!].map((time_ms) => time_ms.toFixed(2));
      const cells = [threads, count, median, least, samples_ms.length].map(String);
      process.stdout.write(`${set.id.padEnd(6)}${cells.map((cell, at) => cell.padStart([9, 9, 8, 8, 4][at]!)).join('')}\n`);
    }
  }
}

/** By case: one time a round, of one bootstrap. */
async function timesOf(set: TfheParameters, cases: readonly TimedCase[]): Promise<number[][]> {
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
