/**
 * For `tfhe:paired`: a plan whose tables can be seen into, and what one image gives under encryption beside the planned network.
 *
 * @module
 */
import type { Circuit, Values } from '../../schemes/circuit.ts';
import type { Plan, Action } from '../../workloads/plan.ts';
import type { Task } from '../../workloads/workload.ts';
import { predictedClass } from '../../workloads/network/reference.ts';

/** One image: classes, and how many outputs of each layer of tables differ, be it by a wrong entry or by noise of more than half a step. */
export interface PairedImage {
  readonly seed: number;
  readonly sample: number;
  readonly label: number;
  readonly float: number;
  readonly planned: number;
  readonly encrypted: number;
  readonly wrongTables: Readonly<Record<string, number>>;
  readonly evaluate_ns: number;
}

/** The plan with every layer of tables downloaded too. Of plans with one circuit and ciphertexts of one value. */
export function seenInto(plan: Plan): { readonly plan: Plan; readonly tables: readonly string[] } {
  const circuit = plan.circuits[0]!;
  const tables = circuit.nodes.flatMap(({ op, layer, type }, node) => (op === 'table' ? [{ layer, node, width: type.width }] : []));
  const outputs = { ...circuit.outputs, ...Object.fromEntries(tables.map(({ layer, node }) => [layer, node])) };
  const seen: Circuit = { ...circuit, outputs };
  const actions = plan.actions.flatMap((action): readonly Action[] => {
    if (action.do !== 'run') return [action];
    const held = Object.fromEntries(tables.map(({ layer }) => [layer, layer]));
    const downloads = tables.map(({ layer }) => ({ do: 'download', held: layer, result: layer }) as const);
    return [{ ...action, outputs: { ...action.outputs, ...held } }, ...downloads];
  });
  const arrangements = Object.fromEntries(
    tables.map(({ layer, width }) => [
      `${circuit.id}.${layer}`,
      { values: width, index: Array.from({ length: width }, (_, value) => Int32Array.of(value)) },
    ]),
  );
  return {
    plan: { ...plan, circuits: [seen], actions, arrangements: { ...plan.arrangements, ...arrangements } },
    tables: tables.map(({ layer }) => layer),
  };
}

/** Outputs by name, encrypted and in the clear. */
export function compared(
  task: Task,
  tables: readonly string[],
  sample: number,
  { encrypted, clear }: Readonly<Record<'encrypted' | 'clear', Readonly<Record<string, Values>>>>,
): Omit<PairedImage, 'seed' | 'evaluate_ns'> {
  const classOf = (of: Readonly<Record<string, Values>>): number => predictedClass(Float64Array.from(of[task.output.result]!, Number));
  const wrong = (layer: string): number =>
    Array.from(encrypted[layer]!, Number).filter((value, at) => value !== Number(clear[layer]![at])).length;
  return {
    sample,
    label: task.labels![sample]!,
    float: predictedClass(task.float(sample)),
    planned: classOf(clear),
    encrypted: classOf(encrypted),
    wrongTables: Object.fromEntries(tables.map((layer) => [layer, wrong(layer)])),
  };
}
