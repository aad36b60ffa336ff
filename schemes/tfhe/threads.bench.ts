/**
 * Milliseconds a bootstrap, single and in batches, on one thread and on several:
 * `node schemes/tfhe/threads.bench.ts [set ...]`. Medians; the cases of a set take turns.
 *
 * @module
 */
import { makeBootstrapper } from './bootstrap.ts';
import { readCompressedCiphertext } from './ciphertext-wire.ts';
import { expandKey } from './expand-key.ts';
import { readServerKey } from './key-wire.ts';
import { loadKernel, preferredPath } from './kernel.ts';
import { paddedWords } from './linear.ts';
import { SharedMemory } from './memory.ts';
import { bigDimension, parameterSets } from './parameters.ts';
import { makeSecretKey } from './runtime.ts';

const ROUNDS = 9;
const CASES = [
  { threads: 1, count: 1 },
  { threads: 1, count: 16 },
  { threads: 2, count: 32 },
] as const;

const wanted = process.argv.slice(2);
for (const set of Object.values(parameterSets)) {
  if (wanted.length > 0 ? !wanted.includes(set.id) : set.id.startsWith('insecure-')) continue;
  const secret = makeSecretKey(set);
  const memory = new SharedMemory();
  const kernel = loadKernel(memory.memory, preferredPath());
  const engine = expandKey(readServerKey(secret.makeServerKey(), set), set, kernel, memory);
  const dimension = bigDimension(set);
  const ciphertexts = Array.from({ length: 64 }, () => memory.allocate(8 * paddedWords(dimension)));
  for (const address of ciphertexts) {
    const words = readCompressedCiphertext(secret.encryptCompressed(1n), dimension);
    memory.words64(address, words.length).set(words);
  }
  const polynomial = new Uint32Array(set.polynomialSize).fill(2 ** 28);
  const cases = CASES.map(({ threads, count }) => ({
    threads,
    count,
    samples_ms: [] as number[],
    bootstrapper: makeBootstrapper(kernel, memory, engine, { threads }),
  }));
  for (let round = -2; round < ROUNDS; round++) {
    for (const { bootstrapper, count, samples_ms } of cases) {
      const started = performance.now();
      await bootstrapper.apply(ciphertexts.slice(0, count), ciphertexts.slice(32, 32 + count), polynomial);
      if (round >= 0) samples_ms.push((performance.now() - started) / count);
    }
  }
  for (const { threads, count, samples_ms, bootstrapper } of cases) {
    samples_ms.sort((a, b) => a - b);
    const median = samples_ms[ROUNDS >> 1]!;
    process.stdout.write(
      `${set.id.padEnd(6)} ${kernel.path}  threads ${threads}  ${String(count).padStart(2)} at once  ${median.toFixed(2).padStart(6)} ms a bootstrap (least ${samples_ms[0]!.toFixed(2)}, n = ${ROUNDS})\n`,
    );
    bootstrapper.dispose();
  }
  secret.free();
}
