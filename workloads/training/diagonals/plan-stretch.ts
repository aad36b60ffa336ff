/**
 * Several updates between two refreshes: point and weights up; the same and the last gradient down.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { LabelledRows } from '../data/samples.ts';
import { batchesOf, momenta } from '../descent.ts';
import type { Course } from '../logistic-regression.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { monicSigmoid, type SigmoidPolynomial } from '../sigmoid.ts';
import type { TrainingRequest, UpdatePlan } from '../training.ts';
import { fastest } from './fastest.ts';
import { target, times } from './gradient-nodes.ts';
import { featureSums, perFeatureSlots, perSampleSlots, sampleSlots, type DiagonalLayout } from './layout.ts';
import { GRADIENT, POINT, samplesPort, stretchCircuit, targetPort, WEIGHTS, type StretchSteps } from './stretch.ts';

const LEARNS = 'weights after some of the updates and the sum of gradients of the batch behind them, which are of its own data and model';

/** What a stretch is planned for. */
export interface StretchRequest {
  /** Updates between two refreshes, 2 or more and no more than the course has. */
  readonly updates: number;
  readonly course: Course;
  readonly sizes: Rehearsal['sizes'];
  readonly polynomial: SigmoidPolynomial;
}

/** In the layout that is fastest by its compiled cost. */
export function planStretch(
  layouts: readonly DiagonalLayout[],
  { rows, labels }: LabelledRows,
  { updates, course, sizes, polynomial }: StretchRequest,
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const batches = batchesOf(rows.length, course.batch);
  const inTurn = Math.min(updates, batches.length);
  const steps = stretchSteps(course, batches.length, updates);
  const unit = Math.sqrt(course.rule.rate / batches[0]!.count);
  const counted: Rehearsal['sizes'] = {
    ...sizes,
    features: times(unit, sizes.features),
    weights: times(1 / unit, sizes.weights),
    gradients: times(unit, sizes.gradients),
  };
  const best = fastest(
    layouts,
    (layout) => steps.map((of, stretch) => stretchCircuit(`updates-${stretch}`, layout, inTurn, counted, polynomial, of)),
    compile,
  );
  if (isRefusal(best)) return best;
  const { candidate: layout, circuits, compiled } = best;
  const sigmoid = monicSigmoid(polynomial);
  const momentum = steps[0]!.hasMomentum;
  const placed = (numbers: Float64Array): readonly Float64Array[] => [
    perFeatureSlots(
      layout,
      numbers.map((value) => (sigmoid.scale / unit) * value),
    ),
  ];
  const outputs = [POINT, ...(momentum ? [WEIGHTS] : []), GRADIENT];
  /** All slots of a feature have its weight: their mean errs less than one. */
  const mean = (slots: Values): Float64Array => featureSums(layout, slots, (unit / sigmoid.scale) * (layout.diagonals / layout.samples));
  const ofStretch = range(updates);
  return {
    circuits,
    compiled,
    learns: LEARNS,
    gradientStep: null,
    samples(batch) {
      const place = batches.findIndex(({ first }) => first === batch.first) % inTurn;
      const targets = perSampleSlots(layout, batch.count, (sample) => target(sigmoid, labels[batch.first + sample]!));
      return {
        [samplesPort(place)]: sampleSlots(
          layout,
          rows.slice(batch.first, batch.first + batch.count).map((row) => row.map((value) => unit * value)),
        ),
        ...Object.fromEntries(ofStretch.filter((update) => update % inTurn === place).map((update) => [targetPort(update), [targets]])),
      };
    },
    trips: [
      {
        circuit: circuits[0]!.id,
        outputs,
        held: [...range(inTurn).map(samplesPort), ...ofStretch.map(targetPort)],
        send: (point, _batch, _decrypted, weights) => ({ [POINT]: placed(point), ...(momentum ? { [WEIGHTS]: placed(weights) } : {}) }),
      },
    ],
    gradient: (decrypted) => featureSums(layout, decrypted.at(-1)![0]!, 1 / (unit * sigmoid.factor)),
    stretch: {
      updates,
      circuit: (done) => circuits[(done / updates) % circuits.length]!.id,
      reached: ([point, weights]) => ({ point: mean(point![0]!), weights: mean((momentum ? weights! : point!)[0]!) }),
      typicalWeight: sizes.weights.rms,
    },
  };
}

/** Of each stretch in turn; of gradient descent they are all one. */
function stretchSteps({ rule, epochs }: Course, batches: number, updates: number): readonly StretchSteps[] {
  const total = epochs * batches;
  const all = momenta(rule, total);
  const hasMomentum = rule.method !== 'gradient';
  const count = hasMomentum ? Math.floor(total / updates) : 1;
  return range(count).map((stretch) => ({ hasMomentum, momenta: all.slice(stretch * updates, (stretch + 1) * updates - 1) }));
}

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
