/**
 * The plan of an adapter that is interpreted: what follows from the circuits is filled in, what only the scheme knows is given.
 *
 * @module
 */
import { multiplicativeDepth, portsOf } from './analysis.ts';
import type { Circuit } from './circuit.ts';
import { planDigest } from './envelope.ts';
import { interpretedCounts } from './interpreter.ts';
import type { Compiled, Correctness, Hardness, ParameterSet, Port, Requirement } from './scheme.ts';

/** What only the scheme knows. */
export interface SchemePlan {
  /** The adapter's id. */
  readonly scheme: string;
  readonly parameters: ParameterSet;
  /** One entry for each key; none where there are no keys, and then the tables say that nothing is hidden. */
  readonly hardness: readonly Hardness[];
  /** Bytes of each kind of key that the evaluator needs. */
  readonly keys: Readonly<Record<string, number>>;
  /** Whether the primitives have `affine`. */
  readonly hasAffine: boolean;
  /** Most memory of the evaluator: ciphertexts, encoded operands, keys. */
  readonly peak_bytes: number;
  /** What a right answer is at an output port. */
  readonly correctness: (port: Port) => Correctness;
  /** Bytes of all ciphertexts of a port, on their way up or down. */
  readonly bytesOf: (port: Port, way: 'up' | 'down') => number;
}

/**
 * A plan for `interpret`, with one pass. Times are not predicted.
 *
 * @param circuits - what is to be run; every operation in them is claimed
 * @param need - as `compile` was given it
 * @param plan - what only the scheme knows
 * @returns what `compile` returns
 * @example
 * ```ts
 * import { interpretedPlan, type Circuit, type Requirement } from 'enigmark';
 *
 * const exact = { kind: 'exact', failure_log2: null } as const;
 * const compile = (circuits: readonly Circuit[], need: Requirement) =>
 *   interpretedPlan(circuits, need, {
 *     scheme: 'mine',
 *     parameters: { id: 'only' },
 *     ...{ hardness: [], keys: {}, hasAffine: false, peak_bytes: 2 ** 20 },
 *     correctness: () => exact,
 *     bytesOf: ({ type }) => 8 * type.width,
 *   });
 * ```
 */
export function interpretedPlan(circuits: readonly Circuit[], need: Requirement, plan: SchemePlan): Compiled {
  const { scheme, parameters, hardness, keys, hasAffine, peak_bytes, correctness, bytesOf } = plan;
  const ports = portsOf(circuits, 1);
  const content = { scheme, parameters, encryption: need.encryption, ports, keys: Object.keys(keys), details: null };
  const id = planDigest(content);
  const isOutput = new Set(circuits.flatMap((circuit) => Object.keys(circuit.outputs).map((name) => `${circuit.id}.${name}`)));
  const [down, up] = [true, false].map((outputs) => Object.entries(ports).filter(([name]) => isOutput.has(name) === outputs));
  return {
    id,
    client: { id, ...content },
    evaluator: null,
    hardness,
    estimate: {
      counts: interpretedCounts(circuits, { affine: hasAffine }),
      depth: multiplicativeDepth(circuits),
      correctness: Object.fromEntries(down!.map(([name, port]) => [name, correctness(port)])),
      evaluate_ns: null,
      prepare_ns: null,
      peak_bytes,
      bytes: {
        keys,
        input: up!.reduce((sum, [, port]) => sum + bytesOf(port, 'up'), 0),
        output: down!.reduce((sum, [, port]) => sum + bytesOf(port, 'down'), 0),
      },
    },
  };
}
