/**
 * Programs written by hand, and parties that run them: node-seal on one side and our evaluator on the other.
 *
 * @module
 */
import { parameterSets } from '../../ckks/parameters.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import type { Circuit } from '../../circuit.ts';
import { isRefusal, type Compiled, type HEClient, type HEEvaluator, type KeyPart, type Requirement } from '../../scheme.ts';
import { createSealClient } from '../../seal/client.ts';
import { lowerBootstrap } from '../bootstrap/lower-bootstrap.ts';
import { assembled } from '../compile/compiled.ts';
import { ownOperationTime } from '../compile/kernel-choice.ts';
import { ownInstructionTime } from '../compile/own-switch-time.ts';
import { createPrimes } from '../numbers/primes.ts';
import type { Emit, Instruction, Place, RlweParameters, RlweProgram } from '../program/program.ts';
import { specialPrimeCount, splitPrimes } from '../program/special-primes.ts';
import { createOwnEvaluator } from './evaluator.ts';

export const small: RlweParameters = parameterSets['insecure-bootstrap'];
export const large: RlweParameters = parameterSets['bootstrap-31'];

/** What values are encrypted at before they are bootstrapped: three primes, two of them for SlotToCoeff. */
export const FRESH = { limbs: 3, scale: 2 ** 40 } as const;

/** From the input to the output of a program. */
export type Write = (value: Place, emit: Emit) => Place;

const need: Requirement = {
  security_bits: 128,
  precision_bits: 10,
  failure_log2: -40,
  kernels: 'own',
  threads: 1,
  memory_bytes: 2 ** 35,
  encryption: 'symmetric',
};

/** One circuit of an input and a bootstrap, by any program. */
export interface Written {
  readonly circuit: Circuit;
  readonly compiled: Compiled;
}

export function write(parameters: RlweParameters, slots: number, fresh: Pick<Place, 'limbs' | 'scale'>, program: Write): Written {
  const shape = { rows: 1, columns: parameters.degree / 2 } as const;
  const builder = new CircuitBuilder('renewal', shape, null);
  const circuit = builder.build({ y: builder.bootstrap(builder.input('x', 1, { min: -1, max: 1 }, null), slots) });
  const instructions: Instruction[] = [];
  const emit: Emit = (given) => {
    const instruction: Instruction = Object.assign(given, { result: instructions.length });
    instructions.push(instruction);
    return instruction;
  };
  const output = program(emit({ op: 'input', port: 'x', width: 1, polynomials: 2, node: 0, ...fresh }), emit);
  const special = specialPrimeCount(parameters);
  const primes = createPrimes(parameters.degree, parameters.modulus_bits);
  const compiled = assembled([circuit], need, {
    ...{ scheme: 'ckks', parameters, primes, plainModuli: [], keysPerPass: false, ownNoiseIsLess: true },
    programs: [{ id: circuit.id, shape, instructions, outputs: { y: output.result } }],
    runs: 'own',
    form: 'points',
    ...{ vector_ns: 1, constant_ns: 1, constantBytes: () => 0 },
    time: ownOperationTime('points', special),
    instructionTime: ownInstructionTime(parameters.degree, dataPrimes(parameters), special),
    correctness: { kind: 'approximate', precision_bits: need.precision_bits, modelled_bits: need.precision_bits },
  });
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  return { circuit, compiled };
}

/** As numbers, first to last. */
export function dataPrimes(parameters: RlweParameters): readonly number[] {
  return splitPrimes(parameters, createPrimes(parameters.degree, parameters.modulus_bits)).data.map(Number);
}

/** A bootstrap of values in [-1, 1], and of nothing else. `change` may spoil an instruction. */
export function writeBootstrap(
  parameters: RlweParameters,
  slots: number,
  change: (instruction: Omitted, emit: Emit) => Omitted = (instruction) => instruction,
): Written {
  return write(parameters, slots, FRESH, (value, emit) =>
    lowerBootstrap(parameters, dataPrimes(parameters), value, { node: 1, slots, range: 1 }, (given) => emit(change(given, emit))),
  );
}

/** An instruction before it has a register. */
export type Omitted = Parameters<Emit>[0];

/** A client of a program, and the keys that it made. */
export interface Keyed extends AsyncDisposable {
  readonly client: HEClient;
  readonly keys: readonly KeyPart[];
}

export async function createKeyed({ compiled }: Written): Promise<Keyed> {
  const client = await createSealClient('ckks', compiled.client);
  const keys = await client.generateKeys();
  return { client, keys, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

/** An evaluator of a program with these keys, and their client. */
export class Run implements AsyncDisposable {
  readonly evaluator: HEEvaluator;
  readonly #client: HEClient;

  private constructor(client: HEClient, evaluator: HEEvaluator) {
    this.#client = client;
    this.evaluator = evaluator;
  }

  static async open({ circuit, compiled }: Written, { client, keys }: Pick<Keyed, 'client' | 'keys'>, threads = 1): Promise<Run> {
    const evaluator = await createOwnEvaluator('ckks', compiled, keys, { threads });
    await evaluator.prepare([circuit]);
    return new Run(client, evaluator);
  }

  /** What becomes of the values of all slots. */
  async of(values: Float64Array): Promise<Float64Array> {
    const stored = await this.evaluate(await this.#client.encrypt('x', [values]));
    const [found] = await this.#client.decrypt('renewal.y', [stored]);
    return Float64Array.from(found as ArrayLike<number | bigint>, Number);
  }

  /** What becomes of a ciphertext, in its envelope. */
  async evaluate(envelopes: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
    const x = await this.evaluator.load('x', envelopes);
    const { y } = await this.evaluator.run('renewal', { x });
    const stored = await this.evaluator.store(y!);
    this.evaluator.release(x);
    this.evaluator.release(y!);
    return stored;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.evaluator[Symbol.asyncDispose]();
  }
}

/** The plan of one program with the instructions of another: keys are the same. */
export function withProgramOf({ circuit, compiled }: Written, other: Written): Written {
  const { circuits } = other.compiled.evaluator as RlweProgram;
  return { circuit, compiled: { ...compiled, evaluator: { ...(compiled.evaluator as RlweProgram), circuits } } };
}

/** Random numbers in [-1, 1] that repeat after `slots` of them. */
export function repeatingValues(columns: number, slots: number, random: () => number): Float64Array {
  const few = Float64Array.from({ length: slots }, () => 2 * random() - 1);
  return Float64Array.from({ length: columns }, (_, slot) => few[slot % slots]!);
}

/** Each value as the mean of its copies, which repeat after `slots`. */
export function meansOfCopies(found: Float64Array, slots: number): Float64Array {
  const sums = new Float64Array(slots);
  for (const [slot, value] of found.entries()) sums[slot % slots]! += value;
  return sums.map((sum) => (sum * slots) / found.length);
}

/** log2 of 1 over the root mean square of the differences. */
export function bitsOf(found: Float64Array, expected: Float64Array): number {
  return -Math.log2(Math.sqrt(expected.reduce((sum, x, slot) => sum + (found[slot]! - x) ** 2, 0) / expected.length));
}

/**
 * Errors of a slot have a deviation of their own, by how large the secret is there: that of the worst of thousands over the root mean
 * square of all (`ckks/deviation.ts`).
 */
export const WORST_SLOT = Math.sqrt(8.3);

/** The largest difference over the root mean square of all. */
export function worstInDeviations(found: Float64Array, expected: Float64Array): number {
  const worst = expected.reduce((most, x, slot) => Math.max(most, Math.abs(found[slot]! - x)), 0);
  return worst * 2 ** bitsOf(found, expected);
}
