/**
 * What a planner knows about the values after the layers planned so far. It goes forward layer by layer, together with calibration samples.
 *
 * @module
 */
import type { PlannedLayer, ValueFacts } from './planned-network.ts';
import { evaluatePlannedLayer, joinValues } from './planned-reference.ts';
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

/** The values that a layer reads, `widths` numbers in each. */
export function operandsSoFar(values: readonly LayersSoFar[], widths: readonly number[]): Operands {
  const [first, ...others] = values as [LayersSoFar, ...LayersSoFar[]];
  const { rule } = first;
  return {
    values: values.map(({ facts }, at) => ({ width: widths[at]!, facts })),
    rule:
      rule.bound === 'proven' || others.length === 0
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

/** One layer further. */
export function behindLayer(layer: PlannedLayer, { values, rule }: Operands): LayersSoFar {
  if (rule.bound === 'proven') return { facts: layer.output, rule };
  const { step } = values[0]!.facts;
  const samples = rule.samples.map((sample) => Float64Array.from(evaluatePlannedLayer(layer, sample, step), Number));
  return beforeLayers(layer.output, { ...rule, samples });
}

/** Root mean square of the sample whose values are largest in the mean: no margin, for means hardly differ between samples. */
function meanOf(rule: RangeRule): Pick<ValueFacts, 'rms'> {
  if (rule.bound === 'proven') return {};
  const meanSquares = rule.samples.map((sample) => sample.reduce((sum, value) => sum + value * value, 0) / sample.length);
  return { rms: Math.sqrt(meanSquares.reduce((most, value) => Math.max(most, value), 0)) };
}
