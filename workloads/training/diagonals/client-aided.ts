/**
 * An update in two trips: weights up, scores down; errors up, gradient down. The client applies the sigmoid itself, so that each product
 * stands alone and labels are never sent. Exact where numbers are whole.
 *
 * @module
 */
import type { Circuit, Values } from '../../../schemes/circuit.ts';
import { isRefusal, type Compiled, type Refusal } from '../../../schemes/scheme.ts';
import { dequantised, quantise, quantisedError, type FixedPoint } from '../algorithm.ts';
import type { LabelledRows } from '../data/samples.ts';
import type { Batch } from '../descent.ts';
import type { Rehearsal, Size } from '../rehearsal.ts';
import { sigmoid } from '../sigmoid.ts';
import type { TrainingRequest, UpdatePlan } from '../training.ts';
import { fastest } from './fastest.ts';
import { joined, joinedEach, partsOf, rowsOf, type Halves } from './halves.ts';
import { featureSums, perFeatureSlots, perSampleSlots, sampleSlots, type DiagonalLayout } from './layout.ts';
import { DiagonalCircuit } from './parts.ts';

const LEARNS = 'scores of its own samples and the sum of gradients of every batch; labels are never sent';
/** Scores are off by at most an eighth of it: that moves a sigmoid by an eighth of a sixteenth. */
const SCORE_SIZE = 1 / 4;

/** Of everything that is encrypted. */
interface Sizes {
  readonly features: Size;
  readonly weights: Size;
  readonly scores: Size;
  readonly errors: Size;
  readonly slots: Size;
}

/** The fastest of the candidates by compiled cost. @param bits null: real numbers. */
export function planClientAided(
  candidates: readonly Halves[],
  bits: FixedPoint | null,
  data: LabelledRows,
  rehearsed: Rehearsal['sizes'],
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const best = fastest(candidates, (halves) => aidedCircuits(halves, rehearsed, bits), compile);
  if (isRefusal(best)) return best;
  const { candidate, circuits, compiled } = best;
  return bits === null ? realPlan(candidate, data, circuits, compiled) : exactPlan(candidate, data, bits, circuits, compiled);
}

function aidedCircuits({ shape, layout }: Halves, rehearsed: Rehearsal['sizes'], bits: FixedPoint | null): readonly Circuit[] {
  const { diagonals, samples } = layout;
  const sizes = bits === null ? realSizes(layout, rehearsed) : countedSizes(layout, rehearsed, bits);
  const step = bits === null ? null : 1;
  const [scores, gradient] = [new DiagonalCircuit(layout, step), new DiagonalCircuit(layout, step)];
  const z = scores.scores(scores.input('x', diagonals, sizes.features), scores.input('w', 1, sizes.weights), sizes.scores);
  const g = gradient.gradient(gradient.input('x', diagonals, sizes.features), gradient.input('e', 1, sizes.errors), sizes.slots);
  const judged = (name: string, slots: number, size: number) => (bits === null ? { summed: { [name]: { slots, size } } } : {});
  return [
    { id: 'scores', shape, nodes: scores.nodes, outputs: { scores: z }, ...judged('scores', 1, SCORE_SIZE) },
    {
      id: 'gradient',
      shape,
      nodes: gradient.nodes,
      outputs: { gradient: g },
      ...judged('gradient', samples / diagonals, rehearsed.gradients.rms),
    },
  ];
}

function realSizes({ samples, diagonals }: DiagonalLayout, { features, weights, scores, errors, gradients }: Rehearsal['sizes']): Sizes {
  const part = Math.sqrt(diagonals / samples);
  return { features, weights, scores, errors, slots: { largest: part * gradients.largest, rms: part * gradients.rms } };
}

function countedSizes(
  { diagonals, features: count }: DiagonalLayout,
  rehearsed: Rehearsal['sizes'],
  { feature, weight, error }: FixedPoint,
): Sizes {
  const most = (largest: number): Size => ({ largest: Math.ceil(largest), rms: Math.ceil(largest) });
  // The rehearsal computes what the circuits do; its features, weights and scores are not rounded, which moves each by half a step.
  const features = most(rehearsed.features.largest * 2 ** feature + 1);
  const weights = most(rehearsed.weights.largest * 2 ** weight + 1);
  const moved = count * (features.largest + weights.largest);
  const scores = most(rehearsed.scores.largest * 2 ** (feature + weight) + moved);
  const errors = most(2 ** error);
  // A slot of the gradient is a sum over the diagonals.
  return { features, weights, scores, errors, slots: most(diagonals * features.largest * errors.largest) };
}

function realPlan({ shape, layout }: Halves, { rows, labels }: LabelledRows, circuits: readonly Circuit[], compiled: Compiled): UpdatePlan {
  const errors = (scores: Values, { first, count }: Batch): Float64Array =>
    perSampleSlots(layout, count, (sample) => sigmoid(Number(scores[sample])) - labels[first + sample]!);
  if (shape.rows !== 1) throw new Error('real numbers have one row of slots');
  return {
    circuits,
    compiled,
    learns: LEARNS,
    gradientStep: null,
    samples: ({ first, count }) => ({ x: sampleSlots(layout, rows.slice(first, first + count)) }),
    trips: [
      { circuit: 'scores', outputs: ['scores'], held: ['x'], send: (point) => ({ w: [perFeatureSlots(layout, point)] }) },
      { circuit: 'gradient', outputs: ['gradient'], held: ['x'], send: (_point, batch, [scores]) => ({ e: [errors(scores![0]!, batch)] }) },
    ],
    gradient: ([, decrypted]) => featureSums(layout, decrypted![0]!, 1),
  };
}

function exactPlan(
  { shape, layout }: Halves,
  { rows, labels }: LabelledRows,
  bits: FixedPoint,
  circuits: readonly Circuit[],
  compiled: Compiled,
): UpdatePlan {
  const counted = rows.map((row) => row.map((value) => quantise(value, bits.feature)));
  const errors = (scores: Values, batch: Batch): Float64Array => {
    const byRow = rowsOf(shape, scores);
    return joined(
      partsOf(shape, batch).map(({ first, count }, side) =>
        perSampleSlots(layout, count, (sample) => quantisedError(Number(byRow[side]![sample]), labels[first + sample]!, bits)),
      ),
    );
  };
  return {
    circuits,
    compiled,
    learns: LEARNS,
    gradientStep: dequantised(Float64Array.of(1), bits)[0]!,
    samples: (batch) => ({
      x: joinedEach(partsOf(shape, batch).map(({ first, count }) => sampleSlots(layout, counted.slice(first, first + count)))),
    }),
    trips: [
      {
        ...{ circuit: 'scores', outputs: ['scores'], held: ['x'] },
        send(point, batch) {
          const weights = perFeatureSlots(
            layout,
            point.map((value) => quantise(value, bits.weight)),
          );
          return { w: [joined(partsOf(shape, batch).map(() => weights))] };
        },
      },
      {
        ...{ circuit: 'gradient', outputs: ['gradient'], held: ['x'] },
        send: (_point, batch, [scores]) => ({ e: [errors(scores![0]!, batch)] }),
      },
    ],
    gradient([, decrypted]) {
      const sums = rowsOf(shape, decrypted![0]!).map((row) => featureSums(layout, row, 1));
      return dequantised(
        sums.reduce((total, side) => total.map((value, at) => value + side[at]!)),
        bits,
      );
    },
  };
}
