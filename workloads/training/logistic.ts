/**
 * Logistic regression on encrypted samples, as workloads.
 *
 * @module
 */
import type { Refusal } from '../../schemes/scheme.ts';
import { diagonalLayouts } from './diagonals/layout.ts';
import { planOneTrip } from './diagonals/one-trip.ts';
import { withBias, type TrainingData } from './data/samples.ts';
import { rehearse, isDivergence, type Rehearsal } from './rehearsal.ts';
import type { Recipe } from './recipes.ts';
import { evaluate, fitSigmoid, type SigmoidPolynomial } from './sigmoid.ts';
import { TRAINING_LAYOUTS, type TrainingRequest, type TrainingTask, type TrainingWorkload, type UpdatePlan } from './training.ts';
import { isRefusal } from '../../schemes/scheme.ts';

export const TRAINING_GROUP = 'training-logistic';

export function logisticRegression(recipe: Recipe): TrainingWorkload {
  return {
    id: recipe.id,
    group: TRAINING_GROUP,
    title: recipe.title,
    layouts: TRAINING_LAYOUTS,
    prepareTraining: (request) => Promise.resolve(prepare(recipe, request)),
  };
}

function prepare(recipe: Recipe, request: TrainingRequest): TrainingTask | Refusal {
  const { course } = recipe;
  const plain = recipe.data(request.seed);
  const data: TrainingData = { ...plain, training: withBias(plain.training), heldOut: withBias(plain.heldOut) };
  const features = data.training.rows[0]!.length;
  const batch = Math.min(course.batch, data.training.rows.length);
  const unfit = unfitScheme(request) ?? unfitSize(request, batch, features);
  if (unfit !== null) return unfit;
  const polynomial = fitSigmoid(recipe.degree, recipe.interval);
  const rehearsal = rehearse(data, course, polynomial);
  if (isDivergence(rehearsal)) {
    const { update, largestScore } = rehearsal;
    const reason = `the rate ${course.rule.rate} diverges, in float too: after update ${update} a score is ${largestScore.toPrecision(3)}, and the polynomial is made for ${recipe.interval}; a lower rate holds`;
    return refused('TRAINING_DIVERGES', reason);
  }
  const update = smallestPlan(request, data, rehearsal, polynomial, batch, features);
  if (isRefusal(update)) return update;
  return { update, data, course, features, polynomial, activation: (score) => evaluate(polynomial, score), rehearsal };
}

/** On the smallest ring that takes it. */
function smallestPlan(
  { scheme, compile }: TrainingRequest,
  { training }: TrainingData,
  { sizes }: Rehearsal,
  polynomial: SigmoidPolynomial,
  batch: number,
  features: number,
): UpdatePlan | Refusal {
  let refusal: Refusal = refused('NO_SHAPE', 'the scheme offers no slots');
  for (const { rows, columns } of scheme.shapes) {
    if (rows !== 1) continue;
    const layouts = diagonalLayouts(columns, batch, features);
    if (layouts.length === 0) continue;
    const planned = planOneTrip(layouts, training, sizes, polynomial, compile);
    if (!isRefusal(planned)) return planned;
    refusal = planned;
  }
  return refusal;
}

/** Both sides of every product are encrypted, and numbers are real. */
function unfitScheme({ scheme }: TrainingRequest): Refusal | null {
  if (scheme.arithmetic === 'integer') {
    const reason =
      'whole numbers grow with every product: with 6 bits of a feature and 8 of a weight a gradient by a polynomial of degree 3 takes 48, more than one plaintext prime holds';
    return refused('PRECISION_TOO_LOW', reason);
  }
  if (scheme.operations.has('dot') && scheme.operations.has('rotateSum')) return null;
  return refused('OPERATION_UNSUPPORTED', "the scheme multiplies no sums of two encrypted bundles ('dot', 'rotateSum')");
}

function unfitSize({ scheme }: TrainingRequest, batch: number, features: number): Refusal | null {
  const most = Math.max(...scheme.shapes.map(({ columns }) => columns));
  const found = features > most ? `${features} features, the bias among them` : batch > most ? `${batch} samples of an update` : null;
  if (found === null) return null;
  return refused('TOO_FEW_SLOTS', `${found} are more than the ${most} slots of the largest ring; ${most} would fit`);
}

function refused(code: string, reason: string): Refusal {
  return { code, reason, circuit: 'update', node: null };
}
