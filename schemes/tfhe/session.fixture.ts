/**
 * A whole session in one process, for tests: compile, keys, encryption, one circuit, decryption.
 *
 * @module
 */
import type { Circuit, LookupTable, Node, Operation, ValueType } from '../circuit.ts';
import { isRefusal, type Compiled, type Estimate, type Requirement } from '../scheme.ts';
import { createClient } from './client.ts';
import { compile } from './compile.ts';
import { createEvaluator } from './evaluator.ts';

export const NEED: Requirement = {
  security_bits: 128,
  precision_bits: 6,
  failure_log2: -40,
  kernels: 'own',
  threads: 1,
  memory_bytes: 2 ** 31,
  encryption: 'symmetric',
};

/** A counted type. */
export function counted(width: number, min: number, max: number): ValueType {
  return { width, min, max, bound: 'proven', step: 1 };
}

/** A circuit of one output, its last node; every node is a layer of its own. */
export function circuitOf(nodes: readonly (Operation & { readonly type: ValueType })[]): Circuit {
  const layered: Node[] = nodes.map((node, index) => ({ ...node, layer: `${index}` }));
  return { id: 'circuit', shape: { rows: 1, columns: 1 }, nodes: layered, outputs: { result: nodes.length - 1 } };
}

export function input(port: string, type: ValueType): Operation & { readonly type: ValueType } {
  return { op: 'input', port, sources: ['client'], type };
}

/** A plain table over min, min + step, ... */
export function tableOf(min: number, step: number, outputs: readonly number[]): LookupTable {
  return { min, step, outputs: Float64Array.from(outputs), negacyclic: false };
}

/** @throws where the circuit is refused. */
export function compiled(circuit: Circuit, need: Partial<Requirement> = {}): Compiled {
  const result = compile([circuit], { ...NEED, ...need });
  if (isRefusal(result)) throw new Error(`${result.code}: ${result.reason}`);
  return result;
}

export interface Outcome {
  /** Values of the output for each run. */
  readonly results: readonly (readonly number[])[];
  readonly estimate: Estimate;
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs the circuit on each of `runs`, values by port, with one pair of client and evaluator. */
export async function session(
  circuit: Circuit,
  runs: readonly Readonly<Record<string, readonly number[]>>[],
  need: Partial<Requirement> = {},
): Promise<Outcome> {
  const plan = compiled(circuit, need);
  await using client = createClient(plan.client);
  await using evaluator = createEvaluator(plan, await client.generateKeys(), { threads: need.threads ?? 1 });
  await evaluator.prepare([circuit]);
  const results: number[][] = [];
  for (const values of runs) {
    const inputs: Record<string, Awaited<ReturnType<typeof evaluator.load>>> = {};
    for (const [port, numbers] of Object.entries(values)) {
      const bundle = numbers.map((number) => Float64Array.of(number));
      inputs[port] = await evaluator.load(port, await client.encrypt(port, bundle));
    }
    const { result } = await evaluator.run(circuit.id, inputs);
    results.push((await client.decrypt('circuit.result', [await evaluator.store(result!)])).map((slots) => Number(slots[0])));
    for (const held of [...Object.values(inputs), result!]) evaluator.release(held);
  }
  const counts = evaluator.counts();
  if (evaluator.memory().objects !== 0) throw new Error(`${evaluator.memory().objects} ciphertexts were not freed`);
  return { results, estimate: plan.estimate, counts };
}
