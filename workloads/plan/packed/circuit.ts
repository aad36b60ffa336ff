/**
 * A route as a plan: one upload, one circuit, one download.
 *
 * @module
 */
import type { Node, SlotShape, ValueType } from '../../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import { appendPolynomial } from '../activation.ts';
import type { PlannedLinear, PlannedNetwork } from '../planned-network.ts';
import { fixedPoint, type Polynomial, valueAt } from '../polynomial.ts';
import { calibratedRanges, type Interval, provenRanges } from '../range.ts';
import { diagonalTerms } from './diagonals.ts';
import { gatherInput } from './gathered-input.ts';
import { babySteps, type Route } from './route.ts';
import { arrangementOf, type SlotLayout, slotsOf } from './slot-layout.ts';
import { type SlotSums, slotStages } from './slot-sums.ts';

/** Name of the circuit, its port and its output. */
export const CIRCUIT = 'network';
export const INPUT = 'input';
export const OUTPUT = 'output';

/** Slots are followed for as many calibration samples; the ranges of outputs stand on all of them. */
const SLOT_SAMPLES = 64;

/** A linear layer over slots, and the layout it leaves. */
interface PlacedLayer {
  readonly sums: SlotSums;
  readonly output: SlotLayout;
}

function biasOf({ bias }: PlannedLinear, layout: SlotLayout): readonly Float64Array[] | null {
  if (bias.every((value) => value === 0)) return null;
  return arrangementOf(layout, bias.length).index.map((slots) => Float64Array.from(slots, (row) => (row < 0 ? 0 : bias[row]!)));
}

/** @returns the arrangement of the input and, for every linear layer, its sums over slots. */
function place(
  network: PlannedNetwork,
  layers: readonly PlannedLinear[],
  route: Route,
  shape: SlotShape,
): { readonly arrangement: Arrangement; readonly placed: readonly PlacedLayer[] } {
  const placed: PlacedLayer[] = [];
  let arrangement: Arrangement;
  let left = layers;
  if (route.gathered) {
    const { arrangement: gathered, terms, folds, foldRows, output } = gatherInput(layers[0]!.matrix, shape);
    placed.push({ output, sums: { shape, terms, folds, foldRows, bias: biasOf(layers[0]!, output) } });
    arrangement = gathered;
    left = layers.slice(1);
  } else {
    arrangement = arrangementOf(route.input, network.inputs);
  }
  for (const [at, layer] of left.entries()) {
    const step = route.steps[at]!;
    const { output, folds, foldRows, diagonals } = step;
    const terms = diagonalTerms(layer.matrix, step, babySteps(diagonals), shape);
    placed.push({ output, sums: { shape, terms, folds, foldRows, bias: biasOf(layer, output) } });
  }
  return { arrangement, placed };
}

/** Numbers of one sample in the slots, ciphertext by ciphertext. */
function arranged({ index }: Arrangement, sample: Float64Array): Float64Array {
  const slots = index[0]!.length;
  const values = new Float64Array(index.length * slots);
  for (const [ciphertext, numbers] of index.entries()) {
    for (let slot = 0; slot < slots; slot++) if (numbers[slot]! >= 0) values[ciphertext * slots + slot] = sample[numbers[slot]!]!;
  }
  return values;
}

function hull(ranges: readonly Interval[]): Interval {
  return { min: Math.min(...ranges.map(({ min }) => min)), max: Math.max(...ranges.map(({ max }) => max)) };
}

/**
 * The plan of a network along a route.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function routePlan(network: PlannedNetwork, route: Route, shape: SlotShape): Plan {
  const linear = network.layers.filter((layer) => layer.kind === 'linear');
  const { arrangement, placed } = place(network, linear, route, shape);
  const nodes: Node[] = [
    { op: 'input', port: INPUT, sources: ['client'], type: { ...network.input, width: arrangement.index.length }, layer: INPUT },
  ];
  const firstRule = linear[0]!.rule;
  let samples =
    firstRule.bound === 'calibrated' ? firstRule.samples.slice(0, SLOT_SAMPLES).map((sample) => arranged(arrangement, sample)) : [];
  let next = 0;
  for (const layer of network.layers) {
    if (layer.kind === 'linear') {
      const { sums } = placed[next]!;
      appendLinear(nodes, layer, sums, samples);
      samples = samples.map((sample) => lastStage(sums, sample));
      next++;
    } else if (layer.kind === 'polynomial') {
      const { step } = nodes.at(-1)!.type;
      appendPolynomial(nodes, nodes.length - 1, layer.polynomial, layer.name, slotsOf(shape));
      const polynomial = countedPolynomial(layer.polynomial, step);
      samples = samples.map((sample) => sample.map((value) => valueAt(polynomial, value)));
    } else {
      throw new TypeError('the packed layout has no tables');
    }
  }
  const values = linear.at(-1)!.matrix.rows;
  return {
    circuits: [{ id: CIRCUIT, shape, nodes, outputs: { [OUTPUT]: nodes.length - 1 } }],
    steps: [
      { do: 'upload', data: INPUT, port: INPUT, held: INPUT },
      { do: 'run', circuit: CIRCUIT, inputs: { [INPUT]: INPUT }, outputs: { [OUTPUT]: OUTPUT } },
      { do: 'release', held: INPUT },
      { do: 'download', held: OUTPUT, result: OUTPUT },
      { do: 'release', held: OUTPUT },
    ],
    arrangements: { [INPUT]: arrangement, [`${CIRCUIT}.${OUTPUT}`]: arrangementOf(placed.at(-1)!.output, values) },
    batch: 1,
  };
}

function countedPolynomial(polynomial: Polynomial, step: number | null): Polynomial {
  return step === null ? polynomial : fixedPoint(polynomial, step).integers;
}

function lastStage(sums: SlotSums, sample: Float64Array): Float64Array {
  return slotStages(sums, { constant: (value) => value, product: (weight, slot) => weight * sample[slot]! }).at(-1)!;
}

function appendLinear(nodes: Node[], layer: PlannedLinear, sums: SlotSums, samples: readonly Float64Array[]): void {
  const input = nodes.at(-1)!.type;
  const { matrix, rule, output, name } = layer;
  const stages = (domain: Parameters<typeof slotStages>[1]): readonly Float64Array[] => slotStages(sums, domain);
  const ranges =
    rule.bound === 'proven'
      ? provenRanges(stages, input, matrix.columns + 1, output.step !== null)
      : calibratedRanges(stages, samples, rule.margin);
  const { terms, folds, foldRows, bias } = sums;
  const last = ranges.length - 1;
  // What useful slots reach was seen on more samples than the others were followed for.
  const rangeAt = (stage: number): Interval => (stage === last ? hull([ranges[stage]!, output]) : ranges[stage]!);
  const type = (range: Interval): ValueType => ({ width: terms.length, bound: rule.bound, step: output.step, min: range.min, max: range.max });
  let stage = 0;
  nodes.push({ op: 'transform', of: nodes.length - 1, step: matrix.step, outputs: terms, type: type(rangeAt(0)), layer: name });
  if (folds.length > 0) {
    const folded = folds.map((_, at) => rangeAt(at + 1));
    stage += folds.length;
    nodes.push({ op: 'fold', of: nodes.length - 1, rotations: folds, type: type(hull(folded)), layer: name });
  }
  if (foldRows) {
    const before = nodes.length - 1;
    stage += 1;
    nodes.push({ op: 'swapRows', of: before, type: nodes[before]!.type, layer: name });
    nodes.push({ op: 'add', left: before, right: before + 1, type: type(rangeAt(stage)), layer: name });
  }
  if (bias !== null) nodes.push({ op: 'addPlain', of: nodes.length - 1, plains: bias, type: type(rangeAt(last)), layer: name });
}
