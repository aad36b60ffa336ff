/**
 * Who computes: what an adapter implements.
 *
 * Data flows one way: `compile` turns circuits into what the client and the evaluator must know; the client makes keys and
 * ciphertexts; the evaluator, built from bytes that hold no secret, turns ciphertexts into ciphertexts; the client decrypts.
 * Both sides meet only in bytes, each wrapped in an envelope (`envelope.ts`).
 *
 * @module
 */
import type { Circuit, Operation, SlotShape, TrunkFacts, Values, ValueType } from './circuit.ts';
import type { Memory } from './memory.ts';

export { held_bytes, type Memory } from './memory.ts';

/** Whose code evaluates: the library's own operations, or Enigmark's kernels on the library's bytes. */
export type Kernels = 'library' | 'own';

/** How hard one key is to find; `security.ts` turns it into bits. */
export interface Hardness {
  readonly key: string;
  readonly problem: 'rlwe' | 'lwe' | 'glwe' | 'factoring';
  /** Ring degree or LWE dimension; bits of the modulus for factoring. */
  readonly dimension: number;
  readonly modulus_log2: number;
  /** Standard deviation of the error over the modulus; null where the bound assumes the standard 3.2. */
  readonly error_log2: number | null;
  readonly secret: 'ternary' | 'binary' | null;
  /** Coefficients of the secret that are not zero, where they are so few that the tables do not hold; absent: they are not. */
  readonly weight?: number;
}

/** Named and JSON-able; the adapter's own fields follow the id. */
export interface ParameterSet {
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface Requirement {
  readonly security_bits: number;
  /** Of real outputs: the error is at most 2^-precision_bits of the output's range. */
  readonly precision_bits: number;
  /** Allowed probability of a wrong result per evaluation, as log2. */
  readonly failure_log2: number;
  readonly kernels: Kernels;
  readonly threads: number;
  /** A plan that needs more is refused before it runs. */
  readonly memory_bytes: number;
  readonly encryption: 'symmetric' | 'public';
  /** Id of a set that must be used. */
  readonly parameters?: string;
}

export interface Port {
  readonly type: ValueType;
  readonly shape: SlotShape;
  /** Plaintext primes (CRT), run one at a time so that memory stays bounded. */
  readonly passes: number;
  /** Ciphertexts of one slot that travel in one envelope, the last of which may have fewer; absent: each has an envelope of its own. */
  readonly perEnvelope?: number;
}

/** Public, and free of model weights: all that the client learns. */
export interface ClientPlan {
  /** Digest of everything else in the plan: keys and ciphertexts name it, and another plan's are refused. */
  readonly id: string;
  /** The adapter's id. */
  readonly scheme: string;
  readonly parameters: ParameterSet;
  readonly encryption: 'symmetric' | 'public';
  /** Inputs by port name, outputs as `circuit.output`. */
  readonly ports: Readonly<Record<string, Port>>;
  /** Kinds of key the evaluator needs. */
  readonly keys: readonly string[];
  /** The adapter's own part. */
  readonly details: unknown;
}

/** What a right answer is, fixed before the run. */
export type Correctness =
  /** failure_log2: chance that one run of all circuits decrypts to anything wrong, at worst over inputs; null: it cannot. */
  | { readonly kind: 'exact'; readonly failure_log2: number | null }
  /**
   * Error at most 2^-precision_bits of max(|min|, |max|). modelled_bits: what the plan's error model promises of its least precise output,
   * at least as much; null: the adapter has no model. failure_log2: chance that a bootstrap of a run gives another value; absent: none.
   */
  | { readonly kind: 'approximate'; readonly precision_bits: number; readonly modelled_bits: number | null; readonly failure_log2?: number }
  /**
   * Tables whose noise changes some of their outputs: what comes out is a draw, which `HEScheme.createSimulator` repeats in the clear.
   * maxSteps: farther off no output may be, whatever is drawn. failure_log2: chance that any table of one evaluation gives another
   * output than without noise, on average over inputs.
   */
  | { readonly kind: 'noisy'; readonly maxSteps: number; readonly failure_log2: number };

/** By operation; 'rotate@3' counts rotations at 3 limbs, where the cost depends on them. */
export type OperationCounts = Readonly<Record<string, number>>;

/** Predictions for one run of every circuit. */
export interface Estimate {
  readonly counts: OperationCounts;
  /** Longest chain of encrypted multiplications or tables. */
  readonly depth: number;
  /** By output port. */
  readonly correctness: Readonly<Record<string, Correctness>>;
  /** One thread of the machine that the cost table was measured on; null: no table. */
  readonly evaluate_ns: number | null;
  /** What the counted operations alone take there, without loading, storing and what lies between; absent: the adapter does not say. */
  readonly floor_ns?: number;
  /** Encoding the plaintext operands, on that machine. */
  readonly prepare_ns: number | null;
  /** Peak of evaluator memory: keys, encoded model, ciphertexts. */
  readonly peak_bytes: number;
  readonly bytes: {
    readonly keys: Readonly<Record<string, number>>;
    readonly input: number;
    readonly output: number;
    /** The same by port, inputs and outputs; absent: the adapter does not say. */
    readonly ports?: Readonly<Record<string, number>>;
    /** What the same would take without what is the format's: residues in as many bits as their primes have, one seed, no headers. */
    readonly packed?: { readonly keys: number; readonly input: number; readonly output: number };
  };
}

export interface Compiled {
  /** The client plan's id. */
  readonly id: string;
  readonly client: ClientPlan;
  /** The adapter's program. */
  readonly evaluator: unknown;
  readonly hardness: readonly Hardness[];
  readonly estimate: Estimate;
}

/** Why a scheme cannot run the circuits: a row `unsupported`, never a blank. */
export interface Refusal {
  readonly code: string;
  readonly reason: string;
  readonly circuit: string;
  readonly node: number | null;
}

/**
 * Tells the two results of `compile` apart.
 *
 * @param result what `compile` returned
 * @returns whether it is the reason why the scheme does not run the circuits
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { isRefusal } from 'enigmark';
 *
 * assert.ok(isRefusal({ code: 'OUT_OF_LEVELS', reason: 'too deep', circuit: 'network', node: null }));
 * ```
 */
export function isRefusal(result: object): result is Refusal {
  return 'code' in result && 'reason' in result;
}

export interface KeyPart {
  /** 'relinearization', 'galois', 'bootstrapping', ... */
  readonly kind: string;
  readonly bytes: Uint8Array;
}

export interface Options {
  /** Worker threads inside an evaluator. Default 1. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface ClientOptions extends Options {
  /** What `exportSecret` gave, of a client with the same parameters: this one then makes keys of it. */
  readonly secret?: Uint8Array;
}

/** A bundle at the evaluator; may stay between rounds (training). */
export interface Held {
  readonly port: string;
  readonly pass: number;
}

export interface LayerEvent {
  readonly layer: string;
  readonly elapsed_ns: number;
  /** Valid during the callback only; null: fused away. */
  readonly value: Held | null;
}

/** One timed operation for the primitives table. */
export interface Primitive {
  readonly name: string;
  /** Limbs it runs at; null where it has no level. */
  readonly level: number | null;
  /** Size of what it makes; null where that is a number, or nothing of the scheme's. */
  readonly bytes: number | null;
  run(): void | Promise<void>;
  /** Runs once, and tells whether the result is right. */
  verify(): Promise<boolean>;
}

/** Primitives share keys and operands, which are freed together. */
export interface PrimitiveBench extends AsyncDisposable {
  readonly primitives: readonly Primitive[];
}

/**
 * A noisy plan in the clear: every operation of the evaluator with its noise drawn, and neither keys nor ciphertexts. A plan is
 * simulated over thousands of samples in the time of one encrypted evaluation, and so is held to a prediction.
 */
export interface Simulator {
  /** Values in slot order, one per ciphertext of the port; so are results. */
  load(port: string, values: readonly Values[]): Simulated;
  run(circuit: string, inputs: Readonly<Record<string, Simulated>>): Promise<Readonly<Record<string, Simulated>>>;
  read(port: string, bundle: Simulated): Values[];
}

/** What a simulator holds in the place of a bundle of ciphertexts; only it reads them. */
export interface Simulated {
  readonly simulated: unknown;
}

export interface SimulatorOptions {
  /** Draws from the standard normal distribution. */
  readonly normal: () => number;
  /** Told what each table of a circuit gives in turn, before the noise of outputs: equal numbers are equal entries. */
  readonly onTable?: (outputs: Int32Array) => void;
}

export interface HEScheme {
  /** 'ckks'; another library's: 'ckks-openfhe'. */
  readonly id: string;
  /** `--scheme ckks` takes every id of that scheme. */
  readonly scheme: string;
  /** By the name of its package; of two: 'node-seal and node-tfhe'. */
  readonly library: { readonly name: string; readonly version: string; readonly kernels: readonly Kernels[] };
  readonly family: 'none' | 'partial' | 'leveled' | 'full';
  readonly arithmetic: 'real' | 'integer';
  /** Claims: each compiles alone, every other is refused. */
  readonly operations: ReadonlySet<Operation['op']>;
  /** The planner tries them in this order, smallest first. */
  readonly shapes: readonly SlotShape[];
  readonly parameterSets: Readonly<Record<string, ParameterSet>>;
  /** Absent: all circuits are of one kind. */
  readonly trunk?: TrunkFacts;
  /** Pure and free of the library: it runs also where nothing is measured. */
  compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal;
  /** @throws EnigmarkError KEY_DAMAGED where the secret is not one of these parameters. */
  createClient(plan: ClientPlan, options?: ClientOptions): Promise<HEClient>;
  createEvaluator(compiled: Compiled, keys: readonly KeyPart[], options?: Options): Promise<HEEvaluator>;
  /** Of schemes whose plans may be noisy: a noisy plan that nothing predicts is not run. `circuits` are those that were compiled. */
  createSimulator?(compiled: Compiled, circuits: readonly Circuit[], options: SimulatorOptions): Promise<Simulator>;
  /** Rejects with KERNELS_UNSUPPORTED where these kernels have no single operations. */
  primitives?(set: ParameterSet, kernels: Kernels, options?: Options): Promise<PrimitiveBench>;
}

/** Holds the secret. Every method throws EnigmarkError DISPOSED after disposal. */
export interface HEClient extends AsyncDisposable {
  /** Exactly the plan's keys; the secret stays. */
  generateKeys(options?: Options): Promise<readonly KeyPart[]>;
  /**
   * Makes ahead what the next encryption of a port needs and no value decides (of Paillier, masks). It is used once; without the call,
   * `encrypt` makes it. The harness times it as a stage of its own, which the client can pass through before it has data.
   */
  makeAhead?(port: string): Promise<void>;
  /** One envelope per ciphertext of the port, or as many as `Port.perEnvelope` says; values in slot order. */
  encrypt(port: string, values: readonly Values[], pass?: number): Promise<Uint8Array[]>;
  /** Envelopes of every pass; values in slot order, one per ciphertext of the port. */
  decrypt(port: string, passes: readonly (readonly Uint8Array[])[]): Promise<Values[]>;
  /**
   * Bits left before decryption goes wrong; needs the secret, so client only. Rejects with UNKNOWN_PORT for what a layer left, where
   * ciphertexts can be read at ports only.
   */
  noise?(ciphertext: Uint8Array, expected?: Values): Promise<{ readonly margin_bits: number }>;
  /**
   * For the key cache only, which takes a secret and its keys up for any plan with the same parameters and kinds of key: where
   * keys depend on more of a plan, a client has no such method.
   */
  exportSecret?(): Promise<Uint8Array>;
  memory(): Memory;
}

/** Holds no secret. Every method throws EnigmarkError DISPOSED after disposal. */
export interface HEEvaluator extends AsyncDisposable {
  /** Which of an adapter's code paths runs here, where the machine decides: 'fused' or 'fallback'. */
  readonly path?: string;
  /** Plaintext operands are encoded once, at their level and scale. */
  prepare(circuits: readonly Circuit[]): Promise<void>;
  load(port: string, ciphertexts: readonly Uint8Array[], pass?: number): Promise<Held>;
  run(
    circuit: string,
    inputs: Readonly<Record<string, Held>>,
    onLayer?: (event: LayerEvent) => void | Promise<void>,
  ): Promise<Readonly<Record<string, Held>>>;
  /** Envelopes of a bundle, or of those of its ciphertexts that are named by `only`. */
  store(value: Held, only?: readonly number[]): Promise<Uint8Array[]>;
  release(value: Held): void;
  /** Operations since the evaluator was made. */
  counts(): OperationCounts;
  memory(): Memory;
}
