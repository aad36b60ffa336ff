/**
 * One update where a scheme has tables of single numbers and no products of ciphertexts: x w = ((x + w)^2 - x^2 - w^2) / 2, squares by
 * tables. The client sends sums of x^2 with the samples and that of w^2 with the weights, so that one table is left of every product.
 *
 * @module
 */
import type { Circuit, LookupTable } from '../../../schemes/circuit.ts';
import { quantise, type FixedPoint } from '../algorithm.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { sigmoid } from '../sigmoid.ts';
import { NumberCircuit, type Extent } from './parts.ts';

/** Largest magnitudes of whole numbers: the fewer values a sum of two has, the fewer of them noise mistakes for others. */
export const MOST_COUNTS = { feature: 7, weight: 15 } as const;
/** What the rehearsal saw is exceeded by no more than this: noise moves weights. */
const MARGIN = 1.5;

export interface BatchSize {
  readonly samples: number;
  /** The constant one of the bias among them. */
  readonly features: number;
}

/** For every feature of a sample a square for its score and one for its gradient, the sigmoid, and the square of the error. */
export function tablesOf({ samples, features }: BatchSize): number {
  return samples * (2 * features + 2);
}

/** How many counts of the output make a gradient of one: squares leave products doubled. */
export function countsOfGradient({ feature, error }: FixedPoint): number {
  return 2 ** (feature + error + 1);
}

/**
 * Port x has the features of each sample one behind the other, y labels times 2^bits.error, w weights; xx and xxs sums of squares of x, by
 * sample and by feature; ww squares of w, each by itself because their sum would be wider than what a table reads.
 */
export function squaresCircuit(size: BatchSize, bits: FixedPoint, rehearsed: Rehearsal['sizes']): Circuit {
  const { samples, features } = size;
  const { feature: x, weight: w } = MOST_COUNTS;
  const one = 2 ** bits.error;
  const ofSample = (sample: number): readonly number[] => range(features).map((feature) => features * sample + feature);
  const ofFeature = (feature: number): readonly number[] => range(samples).map((sample) => features * sample + feature);
  const circuit = new NumberCircuit();
  const rows = circuit.input('x', samples * features, around(x));
  const labels = circuit.input('y', samples, { min: 0, max: one });
  const squaresOfRows = circuit.input('xx', samples, { min: 0, max: features * x ** 2 });
  const squaresOfColumns = circuit.input('xxs', features, { min: 0, max: samples * x ** 2 });
  const weights = circuit.input('w', features, around(w));
  const squaresOfWeights = circuit.input('ww', features, { min: 0, max: w ** 2 });
  /** Sums of two numbers for every feature of every sample, squared. */
  const squaredSums = (spread: number, extent: Extent, layer: string): number =>
    circuit.square(circuit.add({ op: 'add', left: rows, right: spread }, samples * features, extent, layer), layer);
  const rmsOf = {
    rows: 2 ** bits.feature * rehearsed.features.rms,
    weights: 2 ** bits.weight * rehearsed.weights.rms,
    errors: one * rehearsed.errors.rms,
  };

  const weightsBySample = circuit.spread(
    weights,
    range(samples).flatMap(() => range(features)),
    'scores',
  );
  const perScore = 2 ** (bits.feature + bits.weight + 1);
  const farthest = 2 * Math.ceil((MARGIN * rehearsed.scores.largest * perScore) / 2);
  const scores = circuit.sums(
    samples,
    [
      {
        of: squaredSums(weightsBySample, { ...around(x + w), rms: Math.hypot(rmsOf.rows, rmsOf.weights) }, 'scores'),
        sign: 1,
        at: ofSample,
      },
      { of: squaresOfRows, sign: -1, at: (sample) => [sample] },
      { of: squaresOfWeights, sign: -1, at: () => range(features) },
    ],
    { ...around(farthest), bound: 'calibrated', rms: perScore * rehearsed.scores.rms },
    'scores',
  );
  const table = sigmoidTable(farthest, perScore, bits);
  const probabilities = circuit.add({ op: 'table', of: scores, table }, samples, { min: 0, max: one }, 'sigmoid');
  const errors = circuit.add(
    { op: 'subtract', left: probabilities, right: labels },
    samples,
    { ...around(one), rms: rmsOf.errors },
    'sigmoid',
  );

  const errorsByFeature = circuit.spread(
    errors,
    range(samples).flatMap((sample) => range(features).map(() => sample)),
    'gradient',
  );
  const gradient = circuit.sums(
    features,
    [
      {
        of: squaredSums(errorsByFeature, { ...around(x + one), rms: Math.hypot(rmsOf.rows, rmsOf.errors) }, 'gradient'),
        sign: 1,
        at: ofFeature,
      },
      { of: circuit.square(errors, 'gradient'), sign: -1, at: () => range(samples) },
      { of: squaresOfColumns, sign: -1, at: (feature) => [feature] },
    ],
    {
      ...around(Math.ceil(MARGIN * countsOfGradient(bits) * rehearsed.gradients.largest)),
      bound: 'calibrated',
      rms: countsOfGradient(bits) * rehearsed.gradients.rms,
    },
    'gradient',
  );
  return {
    ...{ id: 'update', shape: { rows: 1, columns: 1 }, nodes: circuit.nodes, outputs: { gradient } },
    summed: { gradient: { slots: 1, size: countsOfGradient(bits) * rehearsed.gradients.rms } },
  };
}

/** Of doubled scores, which are even: every entry has the odd number on either side to itself. */
function sigmoidTable(farthest: number, perScore: number, { error }: FixedPoint): LookupTable {
  const outputs = Float64Array.from({ length: farthest + 1 }, (_, at) => quantise(sigmoid((2 * at - farthest) / perScore), error));
  return { min: -farthest, step: 2, outputs, negacyclic: false };
}

function around(most: number): Extent {
  return { min: -most, max: most };
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
