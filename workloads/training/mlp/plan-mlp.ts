/**
 * An update of a network in one trip: weights of both layers up, their gradients down.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { LabelledRows } from '../data/samples.ts';
import { fastest } from '../diagonals/fastest.ts';
import type { Size } from '../rehearsal.ts';
import { ONE_TRIP_LEARNS, type TrainingRequest, type UpdatePlan } from '../training.ts';
import { CIRCUIT, FIRST_GRADIENT, SECOND_GRADIENT, updateCircuit, type MlpSizes } from './circuit.ts';
import { addWeightSlots, firstWeights, labelSlots, sampleSlots, secondWeights, unitSlots, weightSlots, type MlpLayout } from './layout.ts';
import { weightCount } from './perceptron.ts';
import type { SeenSizes } from './rehearse-mlp.ts';

/** On the ring that is fastest by compiled cost. */
export function planMlp(
  layouts: readonly MlpLayout[],
  { rows, labels }: LabelledRows,
  sizes: SeenSizes,
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const best = fastest(layouts, (layout) => [updateCircuit(layout, sizesIn(layout, sizes))], compile);
  if (isRefusal(best)) return best;
  const { candidate: layout, circuits, compiled } = best;
  const [first, second] = [firstWeights(layout), secondWeights(layout)];
  return {
    circuits,
    compiled,
    learns: ONE_TRIP_LEARNS,
    gradientStep: null,
    samples: (batch) => ({
      x: sampleSlots(layout, rows.slice(batch.first, batch.first + batch.count)),
      y: labelSlots(layout, labels.slice(batch.first, batch.first + batch.count)),
    }),
    trips: [
      {
        circuit: CIRCUIT,
        outputs: [FIRST_GRADIENT, SECOND_GRADIENT],
        held: ['x', 'y'],
        send: (point) => ({ w: weightSlots(first, point), v: weightSlots(second, point) }),
      },
    ],
    gradient([ofFirst, ofSecond]) {
      const sums = new Float64Array(weightCount(layout));
      // The derivative of a square is twice its root.
      addWeightSlots(first, ofFirst!, 2, sums);
      addWeightSlots(second, ofSecond!, 1, sums);
      return sums;
    },
  };
}

/** Deviations within which slots of sums stay. */
const TAIL = 6;

/** Gradients are cut into slots: a part of the whole, and what samples of one slot differ by from the mean. */
function sizesIn(layout: MlpLayout, seen: SeenSizes): MlpSizes {
  const { group, blocks } = layout;
  const slots = unitSlots(layout);
  const sums = (left: Size, right: Size, terms: number, whole: number, perWeight: number): Size => {
    const scatter = Math.sqrt(terms) * left.rms * right.rms;
    return { largest: whole / perWeight + TAIL * scatter + left.largest * right.largest, rms: Math.hypot(whole / perWeight, scatter) };
  };
  const [first, second] = seen.gradientLargest;
  return {
    ...seen,
    firstGradient: seen.firstGradient / 2,
    firstSlots: sums(seen.derivatives, seen.features, group * blocks, first / 2, slots / group),
    secondSlots: sums(seen.errors, seen.hidden, blocks, second, slots),
  };
}
