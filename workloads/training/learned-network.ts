/**
 * Learned weights as a network that `--network` runs on encrypted inputs.
 *
 * @module
 */
import type { Network } from '../network/network.ts';
import type { SavedSamples } from '../network/file/save-network.ts';
import type { TrainingData } from './data/samples.ts';

export interface LearnedNetwork {
  readonly network: Network;
  readonly samples: SavedSamples;
}

/** Rows as they are saved, without the constant feature behind `inputs` others, and the range of all of them. */
export function savedSamples(
  { training, heldOut }: TrainingData,
  inputs: number,
): SavedSamples & { readonly range: Pick<Network['input'], 'min' | 'max'> } {
  const features = (rows: readonly Float64Array[]): Float64Array[] =>
    rows.map((row) => Float64Array.from(row.subarray(0, inputs), Math.fround));
  const [calibration, judged] = [features(training.rows), features(heldOut.rows)];
  let [min, max] = [0, 0];
  for (const row of [...calibration, ...judged]) {
    for (const value of row) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return { inputs: judged, labels: heldOut.labels, calibration, range: { min, max } };
}

/**
 * One dense layer of two outputs, minus and plus half the score, so that the larger one names the class. Inputs are features as they were
 * trained on, standardised where they were, without the constant one of the bias.
 *
 * @param weights Of the features, the bias last.
 */
export function learnedNetwork(data: TrainingData, weights: Float64Array): LearnedNetwork {
  const inputs = weights.length - 1;
  const { range, ...samples } = savedSamples(data, inputs);
  const half = Array.from(weights.subarray(0, inputs), (weight) => weight / 2);
  const bias = weights[inputs]! / 2;
  return {
    network: {
      input: { shape: { channels: inputs, height: 1, width: 1 }, ...range },
      layers: [
        {
          kind: 'dense',
          name: 'scores',
          inputs,
          outputs: 2,
          weights: Float64Array.from([...half.map((weight) => -weight), ...half]),
          bias: Float64Array.of(-bias, bias),
        },
      ],
    },
    samples,
  };
}
