/**
 * A route as a plan: one upload, one circuit, one download.
 *
 * @module
 */
import type { Node, Operation, SlotShape, ValueType } from '../../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../../plan.ts';
import { appendBootstrap } from '../bootstrap-node.ts';
import { appendPolynomial } from '../polynomial/activation.ts';
import { operandMatrices, type PlannedLinear, type PlannedPart, type ValueFacts, valuesOut, valueWidths } from '../planned-network.ts';
import { fixedPoint, type Polynomial, valueAt } from '../polynomial/polynomial.ts';
import { type Interval, provenRanges, seenInterval } from '../range.ts';
import { INPUT, roundTrip } from '../round-trip.ts';
import { diagonalTerms } from './diagonals.ts';
import { addSamples, arrangedSamples, followSamples, type SlotSamples } from './followed-samples.ts';
import { gatherInput } from './gathered-input.ts';
import type { Route, RoutedLayer } from './route.ts';
import { arrangementOf, columnsOf, type SlotLayout, slotsOf } from './slot-layout.ts';
import { type SlotSums, slotStages } from './slot-sums.ts';

/** Slots are followed for as many calibration samples; the ranges of outputs stand on all of them. */
const SLOT_SAMPLES = 64;

/** The linear layers of a network as the search for routes sees them. */
export function routedLayers(network: PlannedPart): readonly RoutedLayer[] {
  const sources = layoutSources(network);
  return network.layers
    .filter((layer) => layer.kind === 'linear')
    .map((layer) => ({
      operands: operandMatrices(layer, network).map(({ of, matrix }) => ({ source: sources[of]!, matrix })),
      rows: layer.matrix.rows,
    }));
}

/** By value, the linear layer whose layout it has, null: that of the input. Polynomials and bootstraps leave values where they are. */
function layoutSources({ layers }: PlannedPart): readonly (number | null)[] {
  const sources: (number | null)[] = [null];
  let linear = 0;
  for (const layer of layers) sources.push(layer.kind === 'linear' ? linear++ : sources[layer.of]!);
  return sources;
}

/** Slots that all bootstraps of the network take together along a route. */
export function bootstrappedSlots(network: PlannedPart, route: Route, shape: SlotShape): number {
  const bootstraps = network.layers.filter((layer) => layer.kind === 'bootstrap');
  if (bootstraps.length === 0) return 0;
  const layouts = valueLayouts(network, route);
  return bootstraps.reduce((sum, { of }) => sum + layouts[of]!.ciphertexts * columnsOf(layouts[of]!, shape), 0);
}

/** Where each value lies. */
function valueLayouts(network: PlannedPart, { input, layers }: Route): readonly SlotLayout[] {
  return layoutSources(network).map((source) => (source === null ? input : layers[source]!.output));
}

function biasOf({ bias }: PlannedLinear, layout: SlotLayout): readonly Float64Array[] | null {
  if (bias.every((value) => value === 0)) return null;
  return arrangementOf(layout, bias.length).index.map((slots) => Float64Array.from(slots, (row) => (row < 0 ? 0 : bias[row]!)));
}

/** A product with one operand over slots. */
interface PlacedProduct {
  readonly of: number;
  readonly step: number | null;
  readonly sums: SlotSums;
  /** What the product leaves. */
  readonly layout: SlotLayout;
}

/** @returns the arrangement of the input and, for every linear layer, its products over slots, the bias with the first. */
function place(
  network: PlannedPart,
  layers: readonly PlannedLinear[],
  route: Route,
  shape: SlotShape,
): { readonly arrangement: Arrangement; readonly placed: readonly (readonly PlacedProduct[])[] } {
  const gathered = route.gathered ? gatherInput(layers[0]!.matrix, shape) : null;
  const placed = layers.map((layer, at) => {
    const { legs, output } = route.layers[at]!;
    const bias = biasOf(layer, output);
    const parts = operandMatrices(layer, network);
    if (at === 0 && gathered !== null) {
      const { terms, folds, foldRows } = gathered;
      return [{ of: 0, step: layer.matrix.step, sums: { shape, terms, folds, foldRows, bias }, layout: gathered.output }];
    }
    return parts.map(({ of, matrix }, part) => {
      const leg = legs[part]!;
      const { folds, foldRows, babies } = leg;
      const terms = diagonalTerms(matrix, leg, babies, shape);
      return { of, step: matrix.step, sums: { shape, terms, folds, foldRows, bias: part === 0 ? bias : null }, layout: leg.output };
    });
  });
  return { arrangement: gathered?.arrangement ?? arrangementOf(route.input, network.inputs), placed };
}

/** Slots without a number hold 0, which the interval of inputs may leave out. */
function slotInterval({ min, max }: Interval, { index }: Arrangement): Interval {
  return index.some((numbers) => numbers.includes(-1))
    ? hull([
        { min, max },
        { min: 0, max: 0 },
      ])
    : { min, max };
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
  const type = { ...network.input, ...slotInterval(network.input, arrangement), width: arrangement.index.length };
  const nodes: Node[] = [{ op: 'input', port: INPUT, sources: ['client'], type, layer: INPUT }];
  const firstRule = linear[0]!.rule;
  const followed = firstRule.bound === 'calibrated' ? firstRule.samples.slice(0, SLOT_SAMPLES) : [];
  const layouts = valueLayouts(network, route);
  /** The node and the slots of every value. */
  const values: { readonly node: number; readonly samples: SlotSamples }[] = [
    { node: 0, samples: arrangedSamples(arrangement, shape, followed, route.gathered ? null : route.input) },
  ];
  let next = 0;
  for (const layer of network.layers) {
    if (layer.kind === 'linear') {
      // No weight meets a slot of the input without a number.
      const intervalOf = (value: number): Interval => (value === 0 ? network.input : nodes[values[value]!.node]!.type);
      const products = placed[next]!.map((product) => ({ ...product, ...values[product.of]!, interval: intervalOf(product.of) }));
      const samples = appendLinear(nodes, layer, products);
      values.push({ node: nodes.length - 1, samples });
      next++;
    } else if (layer.kind === 'polynomial') {
      const { node, samples } = values[layer.of]!;
      const { step } = nodes[node]!.type;
      const last = appendPolynomial(nodes, node, layer.polynomial, layer.name, slotsOf(shape));
      nodes[last] = { ...nodes[last]!, type: withOutput(nodes[last]!.type, layer.output) };
      const polynomial = countedPolynomial(layer.polynomial, step);
      const slots = samples.slots.map((sample) => sample.map((value) => valueAt(polynomial, value)));
      values.push({ node: last, samples: { ...samples, slots } });
    } else if (layer.kind === 'bootstrap') {
      const { node, samples } = values[layer.of]!;
      values.push({ node: appendBootstrap(nodes, node, layer.name, columnsOf(layouts[layer.of]!, shape)), samples });
    } else {
      throw new TypeError('the packed layout has no tables');
    }
  }
  const widths = valueWidths(network);
  const [output, ...others] = valuesOut(network).map((value) => ({
    node: values[value]!.node,
    arrangement: arrangementOf(layouts[value]!, widths[value]!),
  }));
  return roundTrip({ shape, nodes, input: arrangement, output: output!.arrangement, others, batch: 1 });
}

function countedPolynomial(polynomial: Polynomial, step: number | null): Polynomial {
  return step === null ? polynomial : fixedPoint(polynomial, step).integers;
}

/** What useful slots reach was seen on more samples than the others were followed for. */
function withOutput(type: ValueType, { rms, ...output }: ValueFacts): ValueType {
  return { ...type, ...hull([type, output]), ...(rms === undefined ? {} : { rms }) };
}

interface ReadProduct extends PlacedProduct {
  readonly node: number;
  /** What its weights meet. */
  readonly interval: Interval;
  readonly samples: SlotSamples;
}

/** Appends the product with each operand and their sum. @returns the slots of the sum */
function appendLinear(nodes: Node[], layer: PlannedLinear, products: readonly ReadProduct[]): SlotSamples {
  const { rule, output, name } = layer;
  const [first, ...others] = products as [ReadProduct, ...ReadProduct[]];
  let { node: left, samples } = appendProduct(nodes, layer, first, others.length === 0);
  for (const [at, product] of others.entries()) {
    const { node: right, samples: added } = appendProduct(nodes, layer, product, false);
    samples = addSamples(samples, added);
    const [a, b] = [nodes[left]!.type, nodes[right]!.type];
    const range = rule.bound === 'proven' ? { min: a.min + b.min, max: a.max + b.max } : seenInterval(samples.slots, rule.margin);
    const type = { ...a, ...range };
    left = nodes.push({ op: 'add', left, right, type: at === others.length - 1 ? withOutput(type, output) : type, layer: name }) - 1;
  }
  return samples;
}

/** Appends the product with one operand. @returns its node and slots */
function appendProduct(
  nodes: Node[],
  layer: PlannedLinear,
  { node, step, sums, samples, interval, layout }: ReadProduct,
  isWhole: boolean,
): { readonly node: number; readonly samples: SlotSamples } {
  const { matrix, rule, output, name } = layer;
  const stages = (domain: Parameters<typeof slotStages>[1]): readonly Float64Array[] => slotStages(sums, domain);
  const { ranges, last: followed } =
    rule.bound === 'proven'
      ? { ranges: provenRanges(stages, () => interval, matrix.columns + 1, output.step !== null), last: samples }
      : followSamples(sums, samples, { margin: rule.margin, output: layout });
  const { terms, folds, foldRows, bias } = sums;
  const last = ranges.length - 1;
  const append = (operation: Operation, from: number, to: number): void => {
    const { min, max } = hull(ranges.slice(from, to + 1));
    const type: ValueType = { width: terms.length, bound: rule.bound, step: output.step, min, max };
    nodes.push({ ...operation, type: isWhole && to === last ? withOutput(type, output) : type, layer: name });
  };
  let stage = 0;
  append({ op: 'transform', of: node, step, outputs: terms }, 0, 0);
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
  return { node: nodes.length - 1, samples: followed };
}
