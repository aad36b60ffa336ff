/**
 * What is measured, on which data, against which reference.
 *
 * @module
 */
import type { Circuit, SlotShape, Operation, TrunkFacts, Values } from '../schemes/circuit.ts';
import type { Compiled, Refusal } from '../schemes/scheme.ts';
import type { Plan } from './plan.ts';
import type { TrainingLayout, TrainingWorkload } from './training/training.ts';
import type { PlanCache } from './plan/plan-cache.ts';

/** batched: a ciphertext per value, samples in the slots. packed: one sample over the slots. interleaved: a few of them over the slots. */
export const LAYOUTS = ['batched', 'packed', 'interleaved'] as const;
export type Layout = (typeof LAYOUTS)[number];
/** Of networks and of trainings. */
export type AnyLayout = Layout | TrainingLayout;

/** What a planner may know of a scheme. */
export interface SchemeFacts {
  readonly arithmetic: 'real' | 'integer';
  readonly operations: ReadonlySet<Operation['op']>;
  readonly shapes: readonly SlotShape[];
  /** Absent: all circuits are of one kind. */
  readonly trunk?: TrunkFacts;
}

/** What the client does between upload and download: every activation, or nothing but renewing ciphertexts where levels run out. */
export const CLIENT_HELP = ['activation', 'refresh'] as const;
export type ClientHelp = (typeof CLIENT_HELP)[number];

/**
 * How far errors of intermediate outputs reach: a small error of the output of that name, `circuit.output`, moves the compared result by so
 * many times as much. That of the result itself is 1.
 */
export type Gains = Readonly<Record<string, number>>;

export interface TaskRequest {
  readonly scheme: SchemeFacts;
  readonly layout: Layout;
  /** Steers data order and random weights, never keys or encryption randomness. */
  readonly seed: number;
  /** Folder with the full data set as IDX files; null: the built-in images. */
  readonly dataFolder: string | null;
  /** Absent: the client only sends inputs and reads outputs. */
  readonly help?: ClientHelp;
  /** Whether ciphertexts of networks that are too deep may be bootstrapped, by schemes that can. Absent: they are refused. */
  readonly bootstrap?: boolean;
  /** The layer from which on tables compute, where the beginning of a network can be computed otherwise; absent: the quickest. */
  readonly cut?: string;
  /** Where plans are kept between launches; null: every launch plans anew. */
  readonly planCache: PlanCache | null;
  /**
   * The scheme's compile with the run's requirement: the planner compares candidates by their estimates. Errors of real outputs are
   * held against `outputs`; of several outputs together, as far as `gains` says that they reach.
   */
  compile(circuits: readonly Circuit[], outputs: OutputRange, gains?: Gains): Compiled | Refusal;
}

/**
 * What errors of outputs are held against: the largest absolute output of the float network on data that no run measures, where there is
 * such data. Known before any plan, and one for each network: the same under every scheme and in every layout.
 */
export interface OutputRange {
  /** In real numbers; 0 where every output is zero. */
  readonly largest: number;
  /** In plain words: where outputs were looked at. */
  readonly source: string;
}

/** The result that is compared: `Action.download.result`, and how to read it. */
export interface TaskOutput {
  readonly result: string;
  /** Numbers per sample. */
  readonly values: number;
  /** Real value of one counted unit; null: values are real already. */
  readonly step: number | null;
  /** Of one output that tells two classes apart, in real units: from there on it is class 1. */
  readonly threshold: number;
}

/** Samples that take a layer's values out of the range that calibration gave it: what they decrypt to is not what the plan computes. */
export interface PassedRange {
  readonly layer: string;
  readonly samples: number;
}

/** What a search over the interval of inputs found in the clear, beside the samples. */
export interface WorstCase {
  /** Largest difference of planned from float outputs, in real units. */
  readonly error: number;
  /** Inputs that were tried. */
  readonly tried: number;
  /** Those of them that leave a calibrated range. */
  readonly passing: number;
}

/** The float network on the data of a task, written for speed: its time is what overheads are counted against. */
export interface FloatBaseline {
  /** Of one sample each, in one run. */
  readonly inferences: number;
  /** Takes the next samples with every call. */
  run(): void;
}

/** A planned workload, ready to be run again and again on successive batches. */
export interface Task {
  readonly plan: Plan;
  readonly compiled: Compiled;
  /** Distinct samples. Batches wrap around; accuracy counts each sample once. */
  readonly samples: number;
  /** In plain words: which data, how many, and what fills slots beyond the distinct samples. */
  readonly data: string;
  readonly output: TaskOutput;
  /** Right class per sample, of one output 0 or 1; null where there are no classes. */
  readonly labels: ArrayLike<number> | null;
  /** Of networks that estimate numbers: the right outputs of a sample, in real units; null where there are none. */
  readonly targets: ((sample: number) => Float64Array) | null;
  /** Numbers of the batch that starts at sample `first`, sample-major, by `Action.upload.data`; counted in the port's step. */
  inputs(first: number): Readonly<Record<string, Values>>;
  /** Real outputs of the float network for one sample. */
  float(sample: number): Float64Array;
  /** Outputs of the planned network for one sample, in the clear and without its circuits; counted in the output's step. */
  planned(sample: number): Values;
  readonly outputRange: OutputRange;
  /** Of plans with rounds, whose intermediate outputs are approximate. */
  readonly gains?: Gains;
  /** Samples that leave calibrated ranges, by layer: known before anything is encrypted. */
  readonly passedRanges: readonly PassedRange[];
  /** That planning leaves little of the network, in plain words, and what would keep it; absent: it is kept, or was not looked at. */
  readonly lost?: string;
  /** Looks for inputs at which the planned network is far from the float one; null: the workload's own samples show it. */
  readonly worstCase: (() => WorstCase) | null;
  /** The same values, computed as without encryption; to be timed. */
  baseline(): FloatBaseline;
}

/** A network, or a layer of one, over data. */
export interface Workload {
  /** 'dense-784x10' */
  readonly id: string;
  /** 'dense': `--workload dense` takes every workload of the group. */
  readonly group: string;
  readonly title: string;
  readonly layouts: readonly Layout[];
  /** Plans and compiles; a refusal becomes a row `unsupported`. */
  prepare(request: TaskRequest): Promise<Task | Refusal>;
}

/** A circuit that is timed by itself, as single operations are. */
export interface CircuitPrimitive {
  /** 'affine 16x16' */
  readonly name: string;
  /** Its input port is named as the circuit is, its output 'y'. */
  readonly circuit: Circuit;
  /** Slots of every ciphertext: of the input, and the right ones of the output. */
  readonly values: () => { readonly input: readonly Values[]; readonly expected: readonly Values[] };
}

/** Single operations: a scheme's own, and small circuits of what it offers through circuits only. */
export interface PrimitivesWorkload {
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** Tells it from a network: single operations have no layout. */
  readonly layouts: null;
  circuits(arithmetic: SchemeFacts['arithmetic'], shape: SlotShape, seed: number): readonly CircuitPrimitive[];
}

export type RegisteredWorkload = Workload | PrimitivesWorkload | TrainingWorkload;

/** A model that is trained, as networks and single operations are not. */
export function isTrainingWorkload(workload: RegisteredWorkload): workload is TrainingWorkload {
  return 'prepareTraining' in workload;
}

/** A network or a layer of one. */
export function isNetworkWorkload(workload: RegisteredWorkload): workload is Workload {
  return 'prepare' in workload;
}
