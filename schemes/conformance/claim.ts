/**
 * What one file of the suite exports: a law, and the tests that hold an adapter to it.
 *
 * @module
 */
import type { Subject } from './subject.ts';

/** Adds a test. The body rejects where the law is broken. */
export type AddTest = (name: string, body: () => Promise<void>) => void;

export interface Claim {
  readonly title: string;
  /** Adds nothing where the adapter's own manifest says that the law does not apply. */
  readonly add: (subject: Subject, test: AddTest) => void;
}
