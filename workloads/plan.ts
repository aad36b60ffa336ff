/**
 * What a workload asks to be run: circuits, and the rounds between client and evaluator as data.
 *
 * @module
 */
import type { Circuit } from '../schemes/circuit.ts';

/**
 * Public rule between the values of a batch and slots. A batch is `Plan.batch` samples of `values` numbers, sample-major.
 * Slot s of ciphertext i holds number index[i][s] of the batch; -1 is zero. Outputs are read by the inverse: the first
 * slot that names a number holds it.
 */
export interface Arrangement {
  /** Numbers per sample. */
  readonly values: number;
  readonly index: readonly Int32Array[];
}

/** Carried out in order; `held` names a bundle at the evaluator. */
export type Action =
  /** The client arranges, encrypts and sends `data`; the evaluator keeps it as `held`. */
  | { readonly do: 'upload'; readonly data: string; readonly port: string; readonly held: string }
  | {
      readonly do: 'run';
      readonly circuit: string;
      /** Input port to held name. */
      readonly inputs: Readonly<Record<string, string>>;
      /** Output name to held name. */
      readonly outputs: Readonly<Record<string, string>>;
    }
  /** The client decrypts `from`, applies a function, and sends it back into `port`. `learns` says what it sees. */
  | {
      readonly do: 'client';
      readonly from: string;
      readonly apply: 'identity' | 'relu' | 'sign';
      readonly port: string;
      readonly held: string;
      readonly learns: string;
    }
  | { readonly do: 'download'; readonly held: string; readonly result: string }
  | { readonly do: 'release'; readonly held: string };

export interface Plan {
  readonly circuits: readonly Circuit[];
  readonly actions: readonly Action[];
  /** By port (uploads) and by `circuit.output` (downloads). */
  readonly arrangements: Readonly<Record<string, Arrangement>>;
  /** Samples that one run of all actions serves. */
  readonly batch: number;
}
