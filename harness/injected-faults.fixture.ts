/**
 * For `noisy-networks.bench.ts`: noisy plans with something wrong in them, and how often launches of n images are called incorrect.
 *
 * @module
 */
import type { Circuit, Node, Values } from '../schemes/circuit.ts';
import type { HEScheme } from '../schemes/scheme.ts';
import { Random } from '../workloads/data/random.ts';
import type { Task } from '../workloads/workload.ts';
import { type Drawing, drawErrors, type NoisePrediction } from './launch/noise/prediction.ts';
import { judgeNoisy } from './launch/noise/judgement.ts';
import type { SampleErrors } from './launch/noise/sample-errors.ts';

/** Something wrong in an evaluator. */
export interface Fault {
  readonly name: string;
  inject(task: Task, normal: () => number): Pick<Drawing, 'circuits' | 'normal' | 'changed'>;
}

const circuitsOf = ({ plan }: Task): readonly Circuit[] => plan.circuits;

export const faults: readonly Fault[] = [
  { name: 'none', inject: (task, normal) => ({ circuits: circuitsOf(task), normal }) },
  { name: 'noise doubled', inject: (task, normal) => ({ circuits: circuitsOf(task), normal: () => 2 * normal() }) },
  {
    name: 'tables of the first layer shifted by one entry',
    inject: (task, normal) => ({ circuits: changedNode(task, (node) => node.op === 'table', shiftedTable), normal }),
  },
  {
    name: 'one weight of the first layer wrong: the largest, with the other sign',
    inject: (task, normal) => ({ circuits: changedNode(task, (node) => node.op === 'affine', otherSign), normal }),
  },
  {
    name: 'the same of the last layer',
    inject: (task, normal) => ({ circuits: changedNode(task, (node) => node === task.plan.circuits[0]!.nodes.at(-1), otherSign), normal }),
  },
  {
    name: 'noise of a twelfth of the largest output added to all outputs',
    inject: (task, normal) => {
      const deviation = task.outputRange.largest / 12 / task.output.step!;
      return {
        circuits: circuitsOf(task),
        normal,
        changed: (outputs) => numbers(outputs).map((value) => Math.round(value + deviation * normal())),
      };
    },
  },
  {
    name: 'the mean output for every image',
    inject: (task, normal) => {
      const mean = meanOutput(task);
      return { circuits: circuitsOf(task), normal, changed: () => mean };
    },
  },
];

function changedNode(task: Task, is: (node: Node) => boolean, change: (node: Node) => Node): readonly Circuit[] {
  const [circuit, ...others] = task.plan.circuits;
  const at = circuit!.nodes.findIndex(is);
  return [{ ...circuit!, nodes: circuit!.nodes.with(at, change(circuit!.nodes[at]!)) }, ...others];
}

/** Every entry holds what its neighbour should; the only edge of a sign moves by one unit. */
function shiftedTable(node: Node): Node {
  if (node.op !== 'table') return node;
  const { table } = node;
  const outputs = numbers(table.outputs);
  const shifted = table.negacyclic
    ? { ...table, min: table.min + 1 }
    : { ...table, outputs: outputs.map((output, at) => outputs[at + 1] ?? output) };
  return { ...node, table: shifted };
}

function otherSign(node: Node): Node {
  if (node.op !== 'affine') return node;
  const largest = node.matrix.values.reduce((best, weight, at, all) => (Math.abs(weight) > Math.abs(all[best]!) ? at : best), 0);
  return { ...node, matrix: { ...node.matrix, values: node.matrix.values.with(largest, -node.matrix.values[largest]!) } };
}

function meanOutput(task: Task): Float64Array {
  const sum = new Float64Array(task.output.values);
  for (let sample = 0; sample < task.samples; sample++) numbers(task.planned(sample)).forEach((value, at) => (sum[at]! += value));
  return sum.map((total) => Math.round(total / task.samples));
}

function numbers(values: Values): Float64Array {
  return Float64Array.from<number | bigint>(values, Number);
}

/** Times that every image is drawn: chance moves the share of alarms less than in one. */
const DRAWS = 3;

/** Errors of all images under the fault; noise is not the prediction's. */
export function drawFault(task: Task, scheme: HEScheme, fault: Fault): Promise<SampleErrors> {
  const random = Random.from(1, `noise under ${fault.name}`);
  return drawErrors(task, scheme, { ...fault.inject(task, () => random.normal()), draws: DRAWS });
}

/** Of so many groups of n images, drawn at random, the share that is called incorrect. */
export function shareIncorrect(predicted: NoisePrediction, { meanSquares, otherClass }: SampleErrors, n: number, groups: number): number {
  const random = Random.from(n, 'groups of images');
  let incorrect = 0;
  for (let group = 0; group < groups; group++) {
    const chosen = distinct(random, meanSquares.length, n);
    const measured = {
      meanSquares: chosen.map((index) => meanSquares[index]!),
      otherClass: otherClass === null ? null : chosen.map((index) => otherClass[index]!),
    };
    if (judgeNoisy(predicted, measured).wrong !== null) incorrect++;
  }
  return incorrect / groups;
}

function distinct(random: Random, below: number, count: number): readonly number[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(below));
  return [...chosen];
}
