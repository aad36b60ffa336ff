/**
 * For tests: the suite run by hand, so that its failures can be looked at.
 *
 * @module
 */
import { describeConformance } from './describe-conformance.ts';
import type { SubjectOptions } from './subject.ts';

export interface Outcome {
  readonly claim: string;
  readonly test: string;
  /** Null where the test passed. */
  readonly error: Error | null;
}

/** Runs the suite, or one claim of it, one test after the other. A test that takes too long has failed. */
export async function outcomesOf(options: SubjectOptions, timeout_ms: number, only?: string): Promise<readonly Outcome[]> {
  const tests: { readonly claim: string; readonly name: string; readonly body: () => Promise<void> }[] = [];
  let claim = '';
  describeConformance({
    ...options,
    describe(name, body) {
      claim = name;
      body();
    },
    test(name, body) {
      if (only === undefined || claim === only) tests.push({ claim, name, body });
    },
  });
  const outcomes: Outcome[] = [];
  for (const test of tests) outcomes.push({ claim: test.claim, test: test.name, error: await errorOf(test.body, timeout_ms) });
  return outcomes;
}

async function errorOf(body: () => Promise<void>, timeout_ms: number): Promise<Error | null> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`took more than ${timeout_ms} ms`)), timeout_ms);
  try {
    await Promise.race([body(), late]);
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    clearTimeout(timer);
  }
}
