/**
 * The packed layout of schemes whose slots are the coefficients of a polynomial, and are not rotated: one sample, several inputs in a
 * ciphertext, several outputs in another, by products of polynomials (Kronecker, 1882).
 *
 * Ciphertext g holds inputs gK to gK + K - 1 as X_g(z) = sum of x_(gK+a) z^a. With W_g(z) = sum over outputs j and places a of
 * w_(j, gK+a) z^(jK + K-1 - a), coefficient jK + K-1 of the sum of X_g W_g is output j. The coefficients between mix inputs with the weights
 * of two neighbouring outputs, and must be held as well.
 *
 * @module
 */
import type { ConvolutionTerm, Node, SlotShape, ValueType } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import type { PlannedLinear, PlannedNetwork } from '../planned-network.ts';
import { calibratedRanges, type Domain, type Interval, provenRanges, wholeInterval } from '../range.ts';
import { CIRCUIT, INPUT, roundTrip } from '../round-trip.ts';

/** How many inputs and outputs a ciphertext holds: (perInput, perOutput) = (K, J) takes (J + 1) K - 1 slots. */
interface Packing {
  readonly perInput: number;
  readonly perOutput: number;
}

/**
 * As many outputs together as leave room for two inputs: what an evaluator does for each ciphertext that goes out is by far more than for
 * each that comes in.
 */
function packingOf(outputs: number, slots: number): Packing {
  const most = Math.max(1, Math.min(outputs, Math.floor((slots + 1) / 2) - 1));
  const perOutput = Math.ceil(outputs / Math.ceil(outputs / most));
  return { perInput: Math.floor((slots + 1) / (perOutput + 1)), perOutput };
}

/** The plan over a shape, made when it is asked for; refused with LAYOUT_UNSUPPORTED where it is not one linear layer. */
export function convolvedPlans(network: PlannedNetwork, shape: SlotShape): readonly (() => Plan)[] | Refusal {
  const [layer, second] = network.layers;
  if (layer?.kind === 'linear' && second === undefined) return [() => convolvedPlan(network, layer, shape)];
  const reason =
    second === undefined
      ? 'the packed layout begins with a linear layer'
      : `'${second.name}' needs values that were multiplied by each other or moved, which slots without rotations do not allow; \`--activation client\` lets the client apply activations`;
  return refuse('LAYOUT_UNSUPPORTED', reason, { circuit: CIRCUIT });
}

/** A layer in slots. */
interface Convolution {
  readonly slots: number;
  readonly packing: Packing;
  /** W_g of every result; ciphertexts whose weights are all zero have no term. */
  readonly outputs: readonly (readonly ConvolutionTerm[])[];
  /** Biases, in the slots of outputs. */
  readonly plains: readonly Float64Array[];
}

/** @throws EnigmarkError RANGE_TOO_LARGE */
function convolvedPlan(network: PlannedNetwork, layer: PlannedLinear, shape: SlotShape): Plan {
  const { matrix, name, output } = layer;
  const slots = shape.rows * shape.columns;
  const packing = packingOf(matrix.rows, slots);
  const { perInput, perOutput } = packing;
  const ciphertexts = Math.ceil(matrix.columns / perInput);
  const convolution: Convolution = { slots, packing, outputs: termsOf(layer, packing), plains: plainsOf(layer, packing, slots) };
  const { outputs, plains } = convolution;
  const [sums, biased] = rangesOf(layer, network.input, convolution);
  const typeOf = (range: Interval): ValueType => ({ width: outputs.length, step: output.step, bound: output.bound, ...range });
  const nodes: Node[] = [
    { op: 'input', port: INPUT, sources: ['client'], type: { ...network.input, width: ciphertexts, filled: perInput }, layer: INPUT },
    { op: 'convolve', of: 0, step: matrix.step, outputs, type: typeOf(sums!), layer: name },
  ];
  if (layer.bias.some((value) => value !== 0)) nodes.push({ op: 'addPlain', of: 1, plains, type: typeOf(biased!), layer: name });
  const arrangements = {
    input: arrangementOf(matrix.columns, perInput, slots, (place) => place),
    output: arrangementOf(matrix.rows, perOutput, slots, (place) => outputSlot(place, packing)),
  };
  return roundTrip({ shape, nodes, ...arrangements, batch: 1 });
}

/** Of an output, counted from the first in its ciphertext. */
function outputSlot(place: number, { perInput }: Packing): number {
  return (place + 1) * perInput - 1;
}

function arrangementOf(values: number, each: number, slots: number, slotOf: (place: number) => number): Arrangement {
  const index = Array.from({ length: Math.ceil(values / each) }, () => new Int32Array(slots).fill(-1));
  for (let value = 0; value < values; value++) index[Math.floor(value / each)]![slotOf(value % each)] = value;
  return { values, index };
}

function termsOf({ matrix }: PlannedLinear, packing: Packing): readonly (readonly ConvolutionTerm[])[] {
  const { perInput, perOutput } = packing;
  const results = Array.from({ length: Math.ceil(matrix.rows / perOutput) }, () => new Map<number, Float64Array>());
  for (let row = 0; row < matrix.rows; row++) {
    const terms = results[Math.floor(row / perOutput)]!;
    for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++) {
      const column = matrix.indices[entry]!;
      const from = Math.floor(column / perInput);
      const weights = terms.get(from) ?? new Float64Array(perOutput * perInput);
      weights[outputSlot(row % perOutput, packing) - (column % perInput)]! += matrix.values[entry]!;
      terms.set(from, weights);
    }
  }
  return results.map((terms) => [...terms].map(([from, weights]) => ({ from, weights })));
}

function plainsOf({ matrix, bias }: PlannedLinear, packing: Packing, slots: number): readonly Float64Array[] {
  const { perOutput } = packing;
  const plains = Array.from({ length: Math.ceil(matrix.rows / perOutput) }, () => new Float64Array(slots));
  for (const [row, value] of bias.entries()) plains[Math.floor(row / perOutput)]![outputSlot(row % perOutput, packing)] = value;
  return plains;
}

/** Of the sums, and of the sums with their biases; every coefficient is within. */
function rangesOf({ matrix, rule, output }: PlannedLinear, input: Interval, convolution: Convolution): readonly Interval[] {
  const { slots, packing, outputs, plains } = convolution;
  const stages = (domain: Domain): readonly Float64Array[] => {
    const sums = new Float64Array(outputs.length * slots);
    for (const [result, terms] of outputs.entries()) {
      for (const { from, weights } of terms) {
        const first = from * packing.perInput;
        const inputs = Math.min(packing.perInput, matrix.columns - first);
        for (const [power, weight] of weights.entries()) {
          for (let place = 0; weight !== 0 && place < inputs; place++) {
            sums[result * slots + power + place]! += domain.product(weight, first + place);
          }
        }
      }
    }
    return [sums, sums.map((sum, at) => sum + domain.constant(plains[Math.floor(at / slots)]![at % slots]!))];
  };
  if (rule.bound === 'proven') return provenRanges(stages, () => input, matrix.columns + 1, output.step !== null);
  const [sums, biased] = calibratedRanges(stages, rule.samples, rule.margin);
  const withOutput = { min: Math.min(biased!.min, output.min), max: Math.max(biased!.max, output.max) };
  return [sums!, withOutput].map((range) => (output.step === null ? range : wholeInterval(range)));
}
