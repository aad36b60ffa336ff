/**
 * What a workload asks to be run: circuits, and the rounds between client and evaluator as data.
 *
 * @module
 */
import type { Circuit } from '../schemes/circuit.ts';
import type { Activation } from './network/activation.ts';

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

/** A pool over the values of one sample: output i is the mean, or the largest, of the values that window i names. */
export interface Pool {
  readonly kind: 'mean' | 'largest';
  /** Values that it takes. */
  readonly inputs: number;
  readonly windows: readonly Int32Array[];
}

/** A function of every value by itself, or one that takes several together. */
export type ClientStep = ({ readonly kind: 'activation' } & Activation) | Pool;

/**
 * What the client makes of decrypted numbers, in real numbers: factor and offset first, then the steps in turn. The results are counted in the step of the
 * port that they go into; those beyond its range take its end, so that the range is proven.
 */
export interface ClientFunction {
  /** Real value = factor * number * step + offset: what the evaluator was spared. */
  readonly factor: number;
  readonly offset: number;
  readonly steps: readonly ClientStep[];
}

/** A bundle that the client decrypts, and what becomes of its numbers. */
export interface Decrypted {
  readonly from: string;
  readonly apply: ClientFunction;
}

/**
 * What the client sends in a round: what becomes of bundles, one behind the other in every sample, and the port and name under which the
 * evaluator gets it.
 */
export interface Exchange {
  readonly of: readonly Decrypted[];
  readonly port: string;
  readonly held: string;
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
  /**
   * A round: the client decrypts some bundles, makes others of them and sends these. `learns` says what it sees in doing so; `name` stands
   * in tables.
   */
  | { readonly do: 'client'; readonly name: string; readonly exchanges: readonly Exchange[]; readonly learns: string }
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
