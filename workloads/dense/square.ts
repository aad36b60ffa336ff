/**
 * Square dense layers of random weights: how the cost grows with the size.
 *
 * @module
 */
import { Random } from '../data/random.ts';
import type { DenseLayer } from '../network/dense.ts';
import { signedInput } from '../network/quantisation.ts';
import { vectorShape } from '../network/shape.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import type { Workload } from '../workload.ts';

const SAMPLES = 64;
const INPUT_BITS = 8;
const WEIGHT_BITS = 8;

/** Normal weights of variance 1 / size, so that outputs keep the size of inputs; no bias. */
function randomLayer(size: number, seed: number): DenseLayer {
  const random = Random.from(seed, `dense-${size} weights`);
  const weights = new Float64Array(size * size).map(() => random.normal(0, 1 / Math.sqrt(size)));
  return { kind: 'dense', name: 'dense', inputs: size, outputs: size, weights, bias: new Float64Array(size) };
}

/** The workload `dense-<size>`. */
export function squareLayer(size: number): Workload {
  return {
    id: `dense-${size}`,
    group: 'dense',
    title: `Dense layer ${size} x ${size}, random weights`,
    layouts: ['batched', 'packed'],
    async prepare(request) {
      const vectors = (what: string): readonly Float64Array[] => {
        const random = Random.from(request.seed, `dense-${size} ${what}`);
        return Array.from({ length: SAMPLES }, () => new Float64Array(size).map(() => random.uniform(-1, 1)));
      };
      const samples = vectors('inputs');
      return Promise.resolve(
        prepareNetwork(request, {
          network: { input: { shape: vectorShape(size), min: -1, max: 1 }, layers: [randomLayer(size, request.seed)] },
          samples: SAMPLES,
          sample: (index) => samples[index]!,
          labels: null,
          calibration: { inputs: vectors('calibration'), words: `${SAMPLES} other random vectors` },
          data: `${SAMPLES} random vectors, uniform from -1 to 1 (seed ${request.seed})`,
          quantisation: { input: signedInput(INPUT_BITS), weightBits: WEIGHT_BITS },
          tables: null,
          ranges: () => ({ bound: 'proven' }),
          degree: 2,
        }),
      );
    },
  };
}
