/**
 * What a planner knows about the values after the layers planned so far. It goes forward layer by layer, together with calibration samples.
 *
 * @module
 */
import type { PlannedLayer, ValueFacts } from './planned-network.ts';
import { evaluatePlannedLayers, joinValues, toFloats } from './planned-reference.ts';
import type { RangeRule } from './range.ts';

/** A value that later layers read. */
export interface LayersSoFar {
  readonly facts: ValueFacts;
  /** Samples are of these values, counted as they are. */
  readonly rule: RangeRule;
}

/** At the input; samples are of inputs, counted as they are. */
export function beforeLayers(input: ValueFacts, rule: RangeRule): LayersSoFar {
  return { facts: { ...input, ...meanOf(rule) }, rule };
}

/** What a layer reads: one value, or several one behind the other. */
export interface Operands {
  readonly values: readonly { readonly width: number; readonly facts: ValueFacts }[];
  /** Samples are of all of them, one behind the other. */
  readonly rule: RangeRule;
}

/** The values that a layer reads, `width` numbers in each. */
export function operandsSoFar(values: readonly (LayersSoFar & { readonly width: number })[]): Operands {
  const { rule } = values[0]!;
  return {
    values: values.map(({ facts, width }) => ({ width, facts })),
    rule:
      rule.bound === 'proven' || values.length === 1
        ? rule
        : { ...rule, samples: rule.samples.map((_, sample) => joinSamples(values.map((value) => samplesOf(value.rule)[sample]!))) },
  };
}

function samplesOf(rule: RangeRule): readonly Float64Array[] {
  return rule.bound === 'proven' ? [] : rule.samples;
}

function joinSamples(parts: readonly Float64Array[]): Float64Array {
  return Float64Array.from(joinValues(parts), Number);
}

/** One layer further. `known`: what the layer makes of the samples, where that was computed already. */
export function behindLayer(layer: PlannedLayer, { values, rule }: Operands, known: readonly Float64Array[] | null): LayersSoFar {
  if (rule.bound === 'proven') return { facts: layer.output, rule };
  const samples = known ?? evaluatePlannedLayers(layer, rule.samples, values[0]!.facts.step).map(toFloats);
  return beforeLayers(layer.output, { ...rule, samples });
}

/** Root mean square of the sample whose values are largest in the mean: no margin, for means hardly differ between samples. */
function meanOf(rule: RangeRule): Pick<ValueFacts, 'rms'> {
  if (rule.bound === 'proven') return {};
  return { rms: Math.sqrt(rule.samples.reduce((most, sample) => Math.max(most, meanSquare(sample)), 0)) };
}

function meanSquare(sample: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < sample.length; at++) sum += sample[at]! * sample[at]!;
  return sum / sample.length;
}
