import { defineConfig } from 'vitest/config';

const SLOW = '**/*.slow.test.ts';
/** Thorough runs that take many minutes each. */
const FULL = '**/*.full.test.ts';
/** Runs on an engine that is told to round twice. */
const UNFUSED = '**/*.unfused.test.ts';
const NEVER = ['node_modules/**', 'dist/**'];
/** The example adapter in docs/ imports the package by its name, as its readers will. */
const alias = [
  { find: /^enigmark$/, replacement: new URL('schemes/index.ts', import.meta.url).pathname },
  { find: /^enigmark\/conformance$/, replacement: new URL('schemes/conformance/describe-conformance.ts', import.meta.url).pathname },
];
const patient = { testTimeout: 600_000, hookTimeout: 600_000 };

/** Quick tests, slow ones and thorough ones apart: `vitest run --project quick`. Benchmarks are programs of their own. */
export default defineConfig({
  test: {
    pool: 'forks',
    // vitest leaves a core to itself, which is half of a small machine.
    maxWorkers: '100%',
    // Keys and errors are random: a bound of six deviations is passed once in a while, and twice in a row hardly ever.
    retry: process.env['CI'] === undefined ? 0 : 1,
    projects: [
      {
        test: {
          name: 'quick',
          alias,
          include: ['**/*.test.ts'],
          // The example's own test is for another runner; `example-scheme.test.ts` runs the same suite.
          exclude: [...NEVER, 'docs/**', SLOW, FULL, UNFUSED],
          ...patient,
        },
      },
      { test: { name: 'slow', include: [SLOW], exclude: NEVER, ...patient } },
      { test: { name: 'full', include: [FULL], exclude: NEVER, ...patient } },
      {
        test: {
          name: 'unfused',
          include: [UNFUSED],
          exclude: NEVER,
          execArgv: ['--no-enable-fma3'],
          ...patient,
        },
      },
    ],
  },
});
