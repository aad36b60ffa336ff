/**
 * An update by squares from tables, in one trip: weights up, gradient down.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { quantise, type FixedPoint } from '../algorithm.ts';
import type { LabelledRows } from '../data/samples.ts';
import { ONE_TRIP_LEARNS, type TrainingRequest, type UpdatePlan } from '../training.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { countsOfGradient, MOST_COUNTS, squaresCircuit, tablesOf, type BatchSize } from './squares-circuit.ts';

/** Of an update: on one thread these take about a minute. */
const MOST_TABLES = 3000;
/** Bits of an error, which is at most one: as many values as features have. */
const ERROR_BITS = 3;
/** What a float training saw is exceeded by no more than this where numbers are rounded. */
const MARGIN = 1.5;

/** As many bits as features and weights of that size leave room for. */
export function tableBits({ features, weights }: Rehearsal['sizes']): FixedPoint {
  const bits = (most: number, largest: number): number => Math.floor(Math.log2((most + 1 / 2) / largest));
  return {
    feature: bits(MOST_COUNTS.feature, features.largest),
    weight: bits(MOST_COUNTS.weight, MARGIN * weights.largest),
    error: ERROR_BITS,
  };
}

/** Why an update takes too many tables, and how many samples it could have; null where it does not. */
export function tooManyTables(size: BatchSize): string | null {
  const tables = tablesOf(size);
  if (tables <= MOST_TABLES) return null;
  const fit = Math.floor(MOST_TABLES / tablesOf({ ...size, samples: 1 }));
  const fits = fit > 0 ? `${fit} samples would` : `no sample of ${size.features} features would`;
  return `an update of ${size.samples} samples of ${size.features} features takes ${tables} tables, two for every product and two for every sample; ${MOST_TABLES} run in about a minute, so that ${fits}`;
}

export function planSquares(
  { rows, labels }: LabelledRows,
  size: BatchSize,
  bits: FixedPoint,
  rehearsed: Rehearsal['sizes'],
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const circuit = squaresCircuit(size, bits, rehearsed);
  const compiled = compile([circuit]);
  if (isRefusal(compiled)) return compiled;
  const counted = rows.map((row) => row.map((value) => quantise(value, bits.feature)));
  return {
    circuits: [circuit],
    compiled,
    learns: ONE_TRIP_LEARNS,
    gradientStep: 1 / countsOfGradient(bits),
    samples({ first, count }) {
      const batch = counted.slice(first, first + count);
      const columns = Array.from({ length: size.features }, (_, feature) => Float64Array.from(batch, (row) => row[feature]!));
      return {
        x: numbers(batch.flatMap((row) => [...row])),
        y: numbers(Array.from(labels.subarray(first, first + count), (label) => quantise(label, bits.error))),
        xx: numbers(batch.map(sumOfSquares)),
        xxs: numbers(columns.map(sumOfSquares)),
      };
    },
    trips: [
      {
        ...{ circuit: circuit.id, outputs: ['gradient'], held: ['x', 'y', 'xx', 'xxs'] },
        send(point) {
          const weights = point.map((value) => quantise(value, bits.weight));
          return { w: numbers([...weights]), ww: numbers([...weights.map((value) => value ** 2)]) };
        },
      },
    ],
    gradient: ([sums]) => Float64Array.from(sums!, ([sum]) => Number(sum) / countsOfGradient(bits)),
  };
}

/** Each in a ciphertext of its own. */
function numbers(values: readonly number[]): readonly Values[] {
  return values.map((value) => Float64Array.of(value));
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value ** 2, 0);
}
