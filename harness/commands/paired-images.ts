/**
 * For `tfhe:paired`: a plan whose tables can be seen into, and what one image gives under encryption beside the planned network.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Circuit, Values } from '../../schemes/circuit.ts';
import { EnigmarkError } from '../../schemes/errors.ts';
import type { Plan, Action } from '../../workloads/plan.ts';
import type { Task } from '../../workloads/workload.ts';
import { predictedClass } from '../../workloads/network/reference.ts';

const count = z.int().min(0);

/** One image: classes, and how many outputs of each layer of tables differ, be it by a wrong entry or by noise of more than half a step. */
const pairedImage = z.strictObject({
  seed: count,
  sample: count,
  label: count,
  float: count,
  planned: count,
  encrypted: count,
  wrongTables: z.record(z.string(), count),
  evaluate_ns: z.number().min(0),
});
export type PairedImage = Readonly<z.infer<typeof pairedImage>>;

/**
 * The images of a file, one JSON object a line; none where there is no such file.
 *
 * @throws EnigmarkError PAIRS_DAMAGED naming the first line that is none
 */
export function readPairs(path: string): readonly PairedImage[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, index) => (line.trim() === '' ? [] : [parsePair(line, `${path} line ${index + 1}`)]));
}

function parsePair(line: string, place: string): PairedImage {
  try {
    return pairedImage.parse(JSON.parse(line));
  } catch (cause) {
    throw new EnigmarkError('PAIRS_DAMAGED', {
      expected: 'images that this command wrote',
      got: place,
      remedy: 'take that line out, or choose another --out',
      cause,
    });
  }
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
