/**
 * An update in one trip in whole numbers: what exactness costs where the evaluator applies the polynomial. Nothing is rounded between
 * weights and gradient, so that numbers grow with every product.
 *
 * @module
 */
import type { Circuit } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { countedCubic, quantise, realGradient, type CountedCubic, type FixedPoint } from '../algorithm.ts';
import type { LabelledRows } from '../data/samples.ts';
import type { Rehearsal, Size } from '../rehearsal.ts';
import type { SigmoidPolynomial } from '../sigmoid.ts';
import { ONE_TRIP_LEARNS, type TrainingRequest, type UpdatePlan } from '../training.ts';
import { fastest } from './fastest.ts';
import { joined, joinedEach, partsOf, rowsOf, type Halves } from './halves.ts';
import { perFeatureSlots, perSampleSlots, sampleSlots, wholeFeatureSums } from './layout.ts';
import { DiagonalCircuit } from './parts.ts';
import { addSigmoid } from './sigmoid-nodes.ts';

/** Of everything that is encrypted, in whole numbers. */
interface CountedSizes {
  readonly features: Size;
  readonly weights: Size;
  readonly scores: Size;
  readonly errors: Size;
  readonly slots: Size;
}

/** The fastest of the candidates by compiled cost. @param polynomial of degree 3 */
export function planExactOneTrip(
  candidates: readonly Halves[],
  { rows, labels }: LabelledRows,
  rehearsed: Rehearsal['sizes'],
  polynomial: SigmoidPolynomial,
  bits: FixedPoint,
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const cubic = countedCubic(polynomial, bits);
  const best = fastest(candidates, (halves) => [exactCircuit(halves, sizesOf(halves, rehearsed, cubic, bits), cubic)], compile);
  if (isRefusal(best)) return best;
  const { circuits, compiled } = best;
  const { shape, layout } = best.candidate;
  const counted = rows.map((row) => row.map((value) => quantise(value, bits.feature)));
  return {
    circuits,
    compiled,
    learns: ONE_TRIP_LEARNS,
    gradientStep: Math.abs(realGradient(1n, cubic.perError, bits)),
    samples(batch) {
      const parts = partsOf(shape, batch);
      const targets = parts.map(({ first, count }) =>
        perSampleSlots(layout, count, (sample) => cubic.targets[labels[first + sample] as 0 | 1]),
      );
      return {
        x: joinedEach(parts.map(({ first, count }) => sampleSlots(layout, counted.slice(first, first + count)))),
        y: [joined(targets)],
      };
    },
    trips: [
      {
        ...{ circuit: 'update', outputs: ['gradient'], held: ['x', 'y'] },
        send(point, batch) {
          const weights = point.map((value) => quantise(value, bits.weight));
          return { w: [joined(partsOf(shape, batch).map(() => perFeatureSlots(layout, weights)))] };
        },
      },
    ],
    gradient([decrypted]) {
      const byRow = rowsOf(shape, decrypted![0]!).map((row) => wholeFeatureSums(layout, row));
      return Float64Array.from({ length: layout.features }, (_, feature) => {
        const sum = byRow.reduce((total, sums) => total + sums[feature]!, 0n);
        return realGradient(sum, cubic.perError, bits);
      });
    },
  };
}

function exactCircuit({ shape, layout }: Halves, sizes: CountedSizes, { linear, targets }: CountedCubic): Circuit {
  const circuit = new DiagonalCircuit(layout, 1);
  const x = circuit.input('x', layout.diagonals, sizes.features);
  const w = circuit.input('w', 1, sizes.weights);
  const y = circuit.input('y', 1, whole(Math.abs(targets[1])));
  const z = circuit.scores(x, w, sizes.scores);
  const slots = shape.rows * shape.columns;
  const p = addSigmoid(circuit, slots, z, { monic: [-linear] }, sizes.scores, sizes.errors);
  const errors = circuit.add({ op: 'subtract', left: p, right: y }, 1, sizes.errors, 'sigmoid');
  return { id: 'update', shape, nodes: circuit.nodes, outputs: { gradient: circuit.gradient(x, errors, sizes.slots) } };
}

/** The rehearsal computes what the circuit does; its features, weights and scores are not rounded, which moves each by half a step. */
function sizesOf(
  { layout: { diagonals, samples, features: count } }: Halves,
  rehearsed: Rehearsal['sizes'],
  { linear, targets }: CountedCubic,
  { feature, weight }: FixedPoint,
): CountedSizes {
  const features = whole(rehearsed.features.largest * 2 ** feature + 1);
  const weights = whole(rehearsed.weights.largest * 2 ** weight + 1);
  const moved = count * (features.largest + weights.largest);
  const scores = whole(rehearsed.scores.largest * 2 ** (feature + weight) + moved);
  const errors = whole(scores.largest * Math.max(scores.largest ** 2 - linear, linear) + Math.abs(targets[1]));
  // A slot of the gradient is a sum over the diagonals, of no more samples than there are.
  return { features, weights, scores, errors, slots: whole(Math.min(diagonals, samples) * features.largest * errors.largest) };
}

function whole(largest: number): Size {
  return { largest: Math.ceil(largest), rms: Math.ceil(largest) };
}
