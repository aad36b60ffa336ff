/**
 * A route as a plan: one upload, one circuit, one download.
 *
 * @module
 */
import type { Node, Operation, SlotShape, ValueType } from '../../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import { appendPolynomial } from '../polynomial/activation.ts';
import { outputWidth, type PlannedLinear, type PlannedPart, type ValueFacts } from '../planned-network.ts';
import { fixedPoint, type Polynomial, valueAt } from '../polynomial/polynomial.ts';
import { calibratedRanges, type Interval, provenRanges } from '../range.ts';
import { INPUT, roundTrip } from '../round-trip.ts';
import { diagonalTerms } from './diagonals.ts';
import { gatherInput } from './gathered-input.ts';
import type { Route } from './route.ts';
import { arrangementOf, type SlotLayout, slotsOf } from './slot-layout.ts';
import { type SlotSums, slotStages } from './slot-sums.ts';

/** Slots are followed for as many calibration samples; the ranges of outputs stand on all of them. */
const SLOT_SAMPLES = 64;

/** A linear layer over slots, and the layout of its result. */
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
  network: PlannedPart,
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
    const leg = route.legs[at]!;
    const { output, folds, foldRows, babies } = leg;
    const terms = diagonalTerms(layer.matrix, leg, babies, shape);
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
export function routePlan(network: PlannedPart, route: Route, shape: SlotShape): Plan {
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
      const last = appendPolynomial(nodes, nodes.length - 1, layer.polynomial, layer.name, slotsOf(shape));
      nodes[last] = { ...nodes[last]!, type: withOutput(nodes[last]!.type, layer.output) };
      const polynomial = countedPolynomial(layer.polynomial, step);
      samples = samples.map((sample) => sample.map((value) => valueAt(polynomial, value)));
    } else {
      throw new TypeError('the packed layout has no tables');
    }
  }
  const output = arrangementOf(placed.at(-1)!.output, outputWidth(network));
  return roundTrip(shape, nodes, { input: arrangement, output }, 1);
}

function countedPolynomial(polynomial: Polynomial, step: number | null): Polynomial {
  return step === null ? polynomial : fixedPoint(polynomial, step).integers;
}

function lastStage(sums: SlotSums, sample: Float64Array): Float64Array {
  return slotStages(sums, { constant: (value) => value, product: (weight, slot) => weight * sample[slot]! }).at(-1)!;
}

/** What useful slots reach was seen on more samples than the others were followed for. */
function withOutput(type: ValueType, { rms, ...output }: ValueFacts): ValueType {
  return { ...type, ...hull([type, output]), ...(rms === undefined ? {} : { rms }) };
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
  const append = (operation: Operation, from: number, to: number): void => {
    const { min, max } = hull(ranges.slice(from, to + 1));
    const type: ValueType = { width: terms.length, bound: rule.bound, step: output.step, min, max };
    nodes.push({ ...operation, type: to === last ? withOutput(type, output) : type, layer: name });
  };
  let stage = 0;
  append({ op: 'transform', of: nodes.length - 1, step: matrix.step, outputs: terms }, 0, 0);
  if (folds.length > 0) {
    stage = folds.length;
    append({ op: 'fold', of: nodes.length - 1, rotations: folds }, 1, stage);
  }
  if (foldRows) {
    const before = nodes.length - 1;
    append({ op: 'swapRows', of: before }, stage, stage);
    stage += 1;
    append({ op: 'add', left: before, right: before + 1 }, stage, stage);
  }
  if (bias !== null) append({ op: 'addPlain', of: nodes.length - 1, plains: bias }, last, last);
}
