/**
 * Bootstraps one by one and in batches of 16 a thread, on one thread and on two: `npm run tfhe:threads [-- set ...]`.
 *
 * @module
 */
import { printTimes } from './bootstrap-timing.fixture.ts';
import { MAXIMUM_BATCH } from './workspace.ts';

await printTimes(
  [1, 2].flatMap((threads) => [1, threads * MAXIMUM_BATCH].map((count) => ({ threads, count }))),
  process.argv.slice(2),
);
