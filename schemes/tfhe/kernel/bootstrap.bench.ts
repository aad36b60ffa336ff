/**
 * Bootstraps one by one and in batches of 16, on one thread: `npm run tfhe:pbs [-- set ...]`.
 *
 * @module
 */
import { printTimes } from './bootstrap-timing.fixture.ts';
import { MAXIMUM_BATCH } from './workspace.ts';

await printTimes(
  [1, MAXIMUM_BATCH].map((count) => ({ threads: 1, count })),
  process.argv.slice(2),
);
