/**
 * The error of every node, in the noise of its ciphertexts and in wrong outputs of tables before it.
 *
 * @module
 */
import { operands, type Circuit, type Node } from '../../circuit.ts';
import { addProbabilities_log2, tail_log2 } from '../../probability.ts';
import { readingMultiplier } from './lookup.ts';
import type { InputForm } from './input-form.ts';
import { bootstrapVariance, keyswitchVariance, modulusSwitchVariance } from './noise.ts';
import type { TfheParameters } from '../parameters.ts';
import { SCALE_UNITS } from './scales.ts';
import type { NodeScales } from './scale-assignment.ts';
import { tableErrorOf, type TableError } from './table-error.ts';
import { readingsOf, type Reading } from './table-reading.ts';

/** Of one ciphertext of a bundle, the worst. */
export interface NodeError {
  /** Variance on the torus. */
  readonly noise: number;
  /** Variance in counted units that wrong outputs of earlier tables leave, on average over inputs. */
  readonly wrong: number;
  /** Expected number of wrong outputs among the tables this value depends on. */
  readonly flips: number;
  /** Greatest effect of one of them, in counted units. */
  readonly jump: number;
  /** Whether the ciphertexts of the bundle have independent errors. */
  readonly independent: boolean;
  /** Origins of the error: nodes that are inputs or tables. */
  readonly origins: ReadonlySet<string>;
}

export interface ErrorModel {
  readonly errors: Readonly<Record<string, readonly NodeError[]>>;
  /** Chance that any table of one evaluation meets an input that noise takes across an edge, at worst over inputs. */
  readonly tableFailure_log2: number;
  /** Chance that any table of one evaluation gives another output than without noise, on average over inputs. */
  readonly wrongTables: number;
}

export function modelErrors(circuits: readonly Circuit[], scales: NodeScales, set: TfheParameters, form: InputForm): ErrorModel {
  const errors: Record<string, NodeError[]> = {};
  let tableFailure_log2 = -Infinity;
  let rightTables = 1;
  for (const circuit of circuits) {
    const done: NodeError[] = (errors[circuit.id] = []);
    for (const [index, node] of circuit.nodes.entries()) {
      const scale = scales[circuit.id]![index]!;
      const origin = `${circuit.id}/${index}`;
      const read = readingsOf(node, circuit.nodes).map((reading) => readTable(reading, done, scales[circuit.id]!, set));
      for (const { failure_log2, rate } of read) {
        tableFailure_log2 = addProbabilities_log2(tableFailure_log2, failure_log2 + Math.log2(node.type.width));
        rightTables *= (1 - rate) ** node.type.width;
      }
      if (read.length > 0) done.push(tableError(read, origin, set));
      else if (node.op === 'input') done.push(inputError(node, origin, circuits, errors, form.variance(node.type, scale, set)));
      else done.push(linearError(node, done));
    }
  }
  return { errors, tableFailure_log2, wrongTables: 1 - rightTables };
}

function inputError(
  node: Extract<Node, { op: 'input' }>,
  origin: string,
  circuits: readonly Circuit[],
  errors: Readonly<Record<string, readonly NodeError[]>>,
  variance: number,
): NodeError {
  const fresh = { noise: variance, wrong: 0, flips: 0, jump: 0 };
  const before = node.sources.flatMap((source) => {
    if (source === 'client') return [];
    const output = circuits.find(({ id }) => id === source.circuit)?.outputs[source.output];
    const error = output === undefined ? undefined : errors[source.circuit]?.[output];
    return error === undefined ? [] : [error];
  });
  const worst = [fresh, ...before].reduce((a, b) => ({
    noise: Math.max(a.noise, b.noise),
    wrong: Math.max(a.wrong, b.wrong),
    flips: Math.max(a.flips, b.flips),
    jump: Math.max(a.jump, b.jump),
  }));
  return { ...worst, independent: before.every(({ independent }) => independent), origins: new Set([origin]) };
}

function linearError(node: Node, done: readonly NodeError[]): NodeError {
  const from = operands(node).map((of) => done[of]!);
  const first = from[0]!;
  switch (node.op) {
    case 'add':
    case 'subtract': {
      return sumOf(first, from[1]!);
    }
    case 'affine': {
      const { rows, offsets, indices, values } = node.matrix;
      const readOnce = new Set(indices).size === indices.length;
      const sums = Array.from({ length: rows }, (_, row) => weighted(first, values.subarray(offsets[row], offsets[row + 1])));
      return { ...worstOf(sums), independent: first.independent && readOnce };
    }
    case 'pick': {
      const distinct = new Set(node.from.map(([of, at]) => `${of}/${at}`)).size === node.from.length;
      return { ...worstOf(from), independent: distinct && from.every(({ independent }) => independent) };
    }
    default:
      return first;
  }
}

/** Of one row over a bundle. Dependent errors are taken to be the same error. */
function weighted(error: NodeError, weights: Float64Array): NodeError {
  const magnitudes = weights.map(Math.abs);
  const sum = magnitudes.reduce((total, weight) => total + weight, 0);
  const squares = magnitudes.reduce((total, weight) => total + weight ** 2, 0);
  const gain = error.independent ? squares : sum ** 2;
  return {
    ...error,
    noise: gain * error.noise,
    wrong: gain * error.wrong,
    flips: weights.length * error.flips,
    jump: magnitudes.reduce((most, weight) => Math.max(most, weight), 0) * error.jump,
  };
}

/** Of a sum or difference. */
function sumOf(a: NodeError, b: NodeError): NodeError {
  const disjoint = a.origins.isDisjointFrom(b.origins);
  const add = (x: number, y: number): number => (disjoint ? x + y : (Math.sqrt(x) + Math.sqrt(y)) ** 2);
  return {
    noise: add(a.noise, b.noise),
    wrong: add(a.wrong, b.wrong),
    flips: a.flips + b.flips,
    jump: Math.max(a.jump, b.jump),
    independent: disjoint && a.independent && b.independent,
    origins: a.origins.union(b.origins),
  };
}

function worstOf(errors: readonly NodeError[]): NodeError {
  return errors.reduce((a, b) => ({
    noise: Math.max(a.noise, b.noise),
    wrong: Math.max(a.wrong, b.wrong),
    flips: Math.max(a.flips, b.flips),
    jump: Math.max(a.jump, b.jump),
    independent: a.independent && b.independent,
    origins: a.origins.union(b.origins),
  }));
}

interface TableRead extends TableError {
  readonly failure_log2: number;
}

function tableError(read: readonly TableRead[], origin: string, set: TfheParameters): NodeError {
  return {
    noise: read.length * bootstrapVariance(set),
    wrong: read.reduce((sum, { meanSquare }) => sum + meanSquare, 0),
    flips: read.reduce((sum, { rate }) => sum + rate, 0),
    jump: Math.max(...read.map(({ jump }) => jump)),
    independent: true,
    origins: new Set([origin]),
  };
}

/** How often a table is wrong: at worst over inputs, and on average. */
function readTable({ table, type, of }: Reading, done: readonly NodeError[], scales: readonly number[], set: TfheParameters): TableRead {
  const scale = scales[of[0]![0]]!;
  const error = of.map(([node]) => done[node]!).reduce(sumOf);
  const multiplier = readingMultiplier(table, scale, type);
  const unit = (multiplier * scale) / SCALE_UNITS;
  const noise = multiplier ** 2 * error.noise + keyswitchVariance(set) + modulusSwitchVariance(set);
  const made = tableErrorOf(table, type, Math.sqrt(noise / unit ** 2 + error.wrong), Math.sqrt(noise) / unit);
  // Steps of the modulus switch may lie across an edge by half a step.
  const distance = unit / 2 - (table.negacyclic ? 0 : 1 / (4 * set.polynomialSize));
  const failure_log2 = made.jump === 0 ? -Infinity : tail_log2(Math.max(distance, 0) / Math.sqrt(noise));
  return { ...made, failure_log2 };
}
