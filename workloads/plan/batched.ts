/**
 * The batched layout (CryptoNets, ICML 2016): a ciphertext per value, and slot s of every ciphertext belongs to sample s.
 *
 * @module
 */
import type { Node, SlotShape } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';
import { appendBootstrap } from './bootstrap-node.ts';
import { appendPolynomial } from './polynomial/activation.ts';
import { linearRange } from './linear-range.ts';
import {
  type OperandMatrix,
  operandMatrices,
  type EvaluatorLayer,
  type PlannedLinear,
  type PlannedPart,
  valueFacts,
  valuesOut,
  valueWidths,
} from './planned-network.ts';
import type { Interval } from './range.ts';
import { INPUT, roundTrip } from './round-trip.ts';

/** Ciphertext i holds value i of every sample. */
function samplesInSlots(values: number, batch: number): Arrangement {
  return {
    values,
    index: Array.from({ length: values }, (_, value) => Int32Array.from({ length: batch }, (_, slot) => slot * values + value)),
  };
}

/**
 * A plan that takes as many samples at once as the shape has slots.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function planBatched(network: PlannedPart, shape: SlotShape): Plan {
  const batch = shape.rows * shape.columns;
  const { inputs, input, layers } = network;
  const nodes: Node[] = [{ op: 'input', port: INPUT, sources: ['client'], type: { width: inputs, ...input }, layer: INPUT }];
  /** The node of every value. */
  const values = [0];
  for (const layer of layers) {
    values.push(
      layer.kind === 'linear' ? appendLinear(nodes, layer, network, values) : appendActivation(nodes, layer, values[layer.of]!, batch),
    );
  }
  const widths = valueWidths(network);
  const [output, ...others] = valuesOut(network).map((value) => ({
    node: values[value]!,
    arrangement: samplesInSlots(widths[value]!, batch),
  }));
  return roundTrip({ shape, nodes, input: samplesInSlots(inputs, batch), output: output!.arrangement, others, batch });
}

/** @returns the node of the result */
function appendActivation(nodes: Node[], layer: Exclude<EvaluatorLayer, PlannedLinear>, of: number, slots: number): number {
  const { width } = nodes[of]!.type;
  if (layer.kind === 'polynomial') return appendPolynomial(nodes, of, layer.polynomial, layer.name, slots);
  if (layer.kind === 'bootstrap') return appendBootstrap(nodes, of, layer.name, slots);
  return nodes.push({ op: 'table', of, table: layer.table, type: { width, ...layer.output }, layer: layer.name }) - 1;
}

/** A product for each operand, the bias with the first, and their sum. @returns its node */
function appendLinear(nodes: Node[], layer: PlannedLinear, network: PlannedPart, values: readonly number[]): number {
  const { name, bias, output } = layer;
  const { step, bound } = output;
  const parts = operandMatrices(layer, network);
  const ranges = parts.length === 1 ? [output] : operandRanges(layer, parts, network);
  let sum = -1;
  for (const [at, { of, matrix }] of parts.entries()) {
    const [constants, width] = [at === 0 ? bias : new Float64Array(matrix.rows), matrix.rows];
    const type = { step, bound, ...ranges[at]!, width };
    nodes.push({ op: 'affine', of: values[of]!, matrix, bias: constants, type, layer: name });
    if (at > 0) {
      const total = at === parts.length - 1 ? output : addRanges(nodes[sum]!.type, type);
      nodes.push({ op: 'add', left: sum, right: nodes.length - 1, type: { step, bound, ...total, width }, layer: name });
    }
    sum = nodes.length - 1;
  }
  return sum;
}

/** What the product with each operand reaches, the bias counted with the first. */
function operandRanges(layer: PlannedLinear, parts: readonly OperandMatrix[], network: PlannedPart): readonly Interval[] {
  const { bias, output, rule } = layer;
  const facts = valueFacts(network);
  let first = 0;
  return parts.map(({ of, matrix }, at) => {
    const [from, to] = [first, (first += matrix.columns)];
    const own = rule.bound === 'proven' ? rule : { ...rule, samples: rule.samples.map((sample) => sample.subarray(from, to)) };
    const map = { matrix, bias: at === 0 ? bias : new Float64Array(matrix.rows) };
    return linearRange(map, { values: [{ width: matrix.columns, facts: facts[of]! }], rule: own }, output.step !== null);
  });
}

function addRanges(left: Interval, right: Interval): Interval {
  return { min: left.min + right.min, max: left.max + right.max };
}
