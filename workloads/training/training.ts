/**
 * Training as a workload: samples, labels and weights are ciphertexts, and the owner of the data takes a step with every gradient that it
 * decrypts.
 *
 * @module
 */
import type { Circuit, Values } from '../../schemes/circuit.ts';
import type { Compiled, HEScheme, Refusal } from '../../schemes/scheme.ts';
import type { TrainingData } from './data/samples.ts';
import type { Algorithm } from './algorithm.ts';
import type { Model } from './model.ts';
import type { Course } from './logistic-regression.ts';
import type { Batch } from './descent.ts';
import type { Rehearsal } from './rehearsal.ts';

/** diagonals: the matrix of samples as ciphertexts, one for each diagonal of its blocks; of blocks of one slot, one for each number. */
export const TRAINING_LAYOUTS = ['diagonals'] as const;
export type TrainingLayout = (typeof TRAINING_LAYOUTS)[number];

/** Where an update is one trip. */
export const ONE_TRIP_LEARNS = 'the sum of gradients of every batch, which are of its own data and model';

/** Slots of bundles by port. */
export type PortValues = Readonly<Record<string, readonly Values[]>>;

/** One trip of an update: the client sends, the evaluator runs a circuit, the client decrypts its outputs. */
export interface Trip {
  readonly circuit: string;
  readonly outputs: readonly string[];
  /** Ports of the circuit that hold samples, which stay at the evaluator. */
  readonly held: readonly string[];
  /**
   * What the client sends for it. `decrypted`: the outputs of the trips before, in this update, in their order; `weights`: the model, where
   * gradients are taken elsewhere.
   */
  readonly send: (point: Float64Array, batch: Batch, decrypted: readonly (readonly Values[])[], weights: Float64Array) => PortValues;
}

/** Several updates in one trip, of which the evaluator takes the steps; the client takes the last. */
export interface Stretch {
  readonly updates: number;
  /** The trip's circuit behind so many updates: numbers of the descent stand in circuits. */
  readonly circuit: (done: number) => string;
  /** Where the last gradient was taken, and the model there, from what the trip left. */
  readonly reached: (decrypted: readonly (readonly Values[])[]) => { readonly point: Float64Array; readonly weights: Float64Array };
  /** What errors of weights are held against. */
  readonly typicalWeight: number;
}

/** How an update is computed, once a scheme has taken it. */
export interface UpdatePlan {
  readonly circuits: readonly Circuit[];
  readonly compiled: Compiled;
  readonly trips: readonly Trip[];
  /** In plain words: what the client sees between the trips. */
  readonly learns: string;
  /** What one count of a decrypted gradient is worth; null: gradients are real numbers. */
  readonly gradientStep: number | null;
  /** Samples of a batch, sent once. */
  samples(batch: Batch): PortValues;
  /** The sum of the batch's gradients, from what all trips left. */
  gradient(decrypted: readonly (readonly Values[])[]): Float64Array;
  /** Absent: the client takes every step. */
  readonly stretch?: Stretch;
}

/** What the encrypted training is compared with: two trainings in the clear, and the sizes of gradients. */
export type TrainingRehearsal = Pick<Rehearsal, 'polynomial' | 'sigmoid'> & { readonly sizes: Pick<Rehearsal['sizes'], 'gradients'> };

/** A training that is ready to run. */
export interface TrainingTask {
  readonly update: UpdatePlan;
  readonly data: TrainingData;
  readonly course: Course;
  /** Features, the constant one of the bias among them. */
  readonly features: number;
  readonly model: Model;
  /** What the updates are held to. */
  readonly algorithm: Pick<Algorithm, 'gradient' | 'polynomial'>;
  readonly rehearsal: TrainingRehearsal;
}

/** Between client and evaluator, the same in both directions. */
export interface Connection {
  readonly bits_per_s: number;
  /** Of an empty message and its answer. */
  readonly roundTrip_ns: number;
}

export interface TrainingRequest {
  readonly scheme: Pick<HEScheme, 'arithmetic' | 'operations' | 'shapes'>;
  readonly seed: number;
  /** Whether the client applies the sigmoid itself, in a trip of its own. */
  readonly clientActivation: boolean;
  /** Updates between two refreshes of the weights; all: none is refreshed. null: as many as are fastest over `connection`. */
  readonly updates: number | 'all' | null;
  readonly connection: Connection;
  /**
   * The scheme's compile with the run's requirement; outputs that are summed are held to so many bits of their size, or to `fewer` of them
   * where a descent bears it.
   */
  readonly compile: (circuits: readonly Circuit[], fewer?: number) => Compiled | Refusal;
}

/** A model that is trained on encrypted data. */
export interface TrainingWorkload {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  readonly layouts: readonly TrainingLayout[];
  /** Plans and compiles; a refusal becomes a row `unsupported`. */
  prepareTraining(request: TrainingRequest): Promise<TrainingTask | Refusal>;
}
