/**
 * The suite that every adapter passes, under vitest, node:test or another runner of that kind.
 *
 * Which laws apply follows from the adapter's own manifest: its operations, arithmetic and family. Nothing else can be
 * skipped.
 *
 * @module
 */
import type { AddTest, Claim } from './claim.ts';
import { bootstrapping } from './claims/bootstrapping.ts';
import { claimedOperations } from './claims/claimed-operations.ts';
import { clientPlan } from './claims/client-plan.ts';
import { combinedOperations } from './claims/combined-operations.ts';
import { compilation } from './claims/compilation.ts';
import { counts } from './claims/counts.ts';
import { damagedEnvelopes } from './claims/damaged-envelopes.ts';
import { depth } from './claims/depth.ts';
import { disposal } from './claims/disposal.ts';
import { flippedBits } from './claims/flipped-bits.ts';
import { freshEncryptions } from './claims/fresh-encryptions.ts';
import { keptSecrets } from './claims/kept-secrets.ts';
import { keys } from './claims/keys.ts';
import { layers } from './claims/layers.ts';
import { limits } from './claims/limits.ts';
import { manifest } from './claims/manifest.ts';
import { memory } from './claims/memory.ts';
import { roundTrip } from './claims/round-trip.ts';
import { secretBytes } from './claims/secret-bytes.ts';
import { unclaimedOperations } from './claims/unclaimed-operations.ts';
import { valueRange } from './claims/value-range.ts';
import { createSubject, type SubjectOptions } from './subject.ts';

export type { AddTest, Claim } from './claim.ts';
export type { Effort, Subject, SubjectOptions } from './subject.ts';

/** The functions of a test runner that the suite needs. Runners without a time limit may ignore it. */
export interface Runner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly test: (name: string, body: () => Promise<void>, timeout_ms?: number) => unknown;
}

/** In the order of the reports: what is right, what was promised, what is refused, what is secret, what is freed. */
export const claims: readonly Claim[] = [
  manifest,
  compilation,
  clientPlan,
  roundTrip,
  claimedOperations,
  combinedOperations,
  unclaimedOperations,
  valueRange,
  depth,
  bootstrapping,
  limits,
  counts,
  layers,
  keys,
  freshEncryptions,
  secretBytes,
  keptSecrets,
  damagedEnvelopes,
  flippedBits,
  disposal,
  memory,
];

/**
 * Adds the suite to the runner: all that an adapter's author writes to prove it.
 *
 * @param options the adapter, what it is tested with (`SubjectOptions`), and the functions `describe` and `test` of a runner
 * @throws Error where the adapter takes none of its own shapes with the parameters
 * @example
 * ```ts
 * import { describe, test } from 'node:test';
 * import { describeConformance } from 'enigmark/conformance';
 * import { scheme } from './scheme.ts';
 *
 * describeConformance({ scheme, shape: { rows: 1, columns: 8 }, describe, test });
 * ```
 */
export function describeConformance({ describe, test, ...options }: SubjectOptions & Runner): void {
  const subject = createSubject(options);
  const { scheme, shape, need, effort } = subject;
  const parameters = need.parameters === undefined ? '' : ` with '${need.parameters}'`;
  describe(`${scheme.id} conforms${parameters}, ${shape.rows} x ${shape.columns}, kernels '${need.kernels}'`, () => {
    for (const claim of claims) {
      const tests: Parameters<AddTest>[] = [];
      claim.add(subject, (...added) => tests.push(added));
      // Runners refuse an empty group.
      if (tests.length === 0) continue;
      describe(claim.title, () => {
        for (const [name, body] of tests) test(name, body, effort.timeout_ms);
      });
    }
  });
}
