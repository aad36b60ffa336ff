import { defineConfig } from 'vitest/config';

const SLOW = '**/*.slow.test.ts';
const NEVER = ['node_modules/**', 'dist/**'];

/** Quick tests and slow ones apart: `vitest run --project quick`. Benchmarks are programs of their own. */
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      { test: { name: 'quick', include: ['**/*.test.ts'], exclude: [...NEVER, SLOW], testTimeout: 60_000 } },
      { test: { name: 'slow', include: [SLOW], exclude: NEVER, testTimeout: 600_000, hookTimeout: 600_000, fileParallelism: false } },
    ],
  },
});
