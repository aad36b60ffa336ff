/**
 * What a planner knows about the values after the layers planned so far. It goes forward layer by layer, together with calibration samples.
 *
 * @module
 */
import type { PlannedLayer, ValueFacts } from './planned-network.ts';
import { evaluatePlannedLayer } from './planned-reference.ts';
import type { RangeRule } from './range.ts';

/** Values that the next layer reads. */
export interface LayersSoFar {
  readonly facts: ValueFacts;
  /** Samples are of these values, counted as they are. */
  readonly rule: RangeRule;
}

/** At the input; samples are of inputs, counted as they are. */
export function beforeLayers(input: ValueFacts, rule: RangeRule): LayersSoFar {
  return { facts: { ...input, ...meanOf(rule) }, rule };
}

/** One layer further. */
export function behindLayer(layer: PlannedLayer, { facts, rule }: LayersSoFar): LayersSoFar {
  if (rule.bound === 'proven') return { facts: layer.output, rule };
  const samples = rule.samples.map((sample) => Float64Array.from(evaluatePlannedLayer(layer, sample, facts.step), Number));
  return beforeLayers(layer.output, { ...rule, samples });
}

/** Root mean square of the sample whose values are largest in the mean: no margin, for means hardly differ between samples. */
function meanOf(rule: RangeRule): Pick<ValueFacts, 'rms'> {
  if (rule.bound === 'proven') return {};
  const meanSquares = rule.samples.map((sample) => sample.reduce((sum, value) => sum + value * value, 0) / sample.length);
  return { rms: Math.sqrt(meanSquares.reduce((most, value) => Math.max(most, value), 0)) };
}
