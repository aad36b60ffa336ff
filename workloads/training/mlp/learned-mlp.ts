/**
 * A learned network of one hidden layer as a file's network.
 *
 * @module
 */
import type { TrainingData } from '../data/samples.ts';
import { savedSamples, type LearnedNetwork } from '../learned-network.ts';
import { secondLayer, type Sides } from './perceptron.ts';

/** Dense, square, dense; the weights of the constant feature are the bias. */
export function mlpNetwork(data: TrainingData, { features, hidden, outputs }: Sides, weights: Float64Array): LearnedNetwork {
  const inputs = features - 1;
  const { range, ...samples } = savedSamples(data, inputs);
  const split = secondLayer({ features, hidden, outputs });
  const units = Array.from({ length: hidden }, (_, unit) => weights.subarray(unit * features, (unit + 1) * features));
  return {
    samples,
    network: {
      input: { shape: { channels: inputs, height: 1, width: 1 }, ...range },
      layers: [
        {
          ...{ kind: 'dense', name: 'hidden', inputs, outputs: hidden },
          weights: Float64Array.from(units.flatMap((unit) => [...unit.subarray(0, inputs)])),
          bias: Float64Array.from(units, (unit) => unit[inputs]!),
        },
        { kind: 'activation', name: 'square', activation: 'square' },
        {
          ...{ kind: 'dense', name: 'scores', inputs: hidden, outputs },
          weights: Float64Array.from(weights.subarray(split)),
          bias: new Float64Array(outputs),
        },
      ],
    },
  };
}
