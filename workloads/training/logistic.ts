/**
 * Logistic regression on encrypted samples, as workloads.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { fixedPointAlgorithm, polynomialAlgorithm, sigmoidAlgorithm, type Algorithm, type FixedPoint } from './algorithm.ts';
import { withBias, type TrainingData } from './data/samples.ts';
import { planClientAided } from './diagonals/client-aided.ts';
import { diagonalLayouts } from './diagonals/layout.ts';
import { planOneTrip } from './diagonals/one-trip.ts';
import type { Course } from './logistic-regression.ts';
import { logisticModel } from './logistic-model.ts';
import type { Recipe } from './recipes.ts';
import { isDivergence, rehearse, type Divergence, type Rehearsal } from './rehearsal.ts';
import { fitSigmoid } from './sigmoid.ts';
import { TRAINING_LAYOUTS, type TrainingRequest, type TrainingTask, type TrainingWorkload, type UpdatePlan } from './training.ts';

const TRAINING_GROUP = 'training-logistic';
/** Where whole numbers are trained on: scores then take about 20 bits, and gradients as many. */
const FIXED_POINT: FixedPoint = { feature: 6, weight: 8, error: 8 };
/** Of scores may leave the interval, where the rehearsal chooses. */
const MOST_OVERFLOWS = 0.01;

export function logisticRegression(recipe: Recipe, group = TRAINING_GROUP): TrainingWorkload {
  return {
    id: recipe.id,
    group,
    title: recipe.title,
    layouts: TRAINING_LAYOUTS,
    prepareTraining: (request) => Promise.resolve(prepare(recipe, request)),
  };
}

function prepare(recipe: Recipe, request: TrainingRequest): TrainingTask | Refusal {
  const plain = recipe.data(request.seed);
  const data: TrainingData = { ...plain, training: withBias(plain.training), heldOut: withBias(plain.heldOut) };
  const features = data.training.rows[0]!.length;
  const batch = Math.min(recipe.course.batch, data.training.rows.length);
  const unfit = unfitScheme(request, batch, features) ?? unfitSize(request, batch, features);
  if (unfit !== null) return unfit;
  const rehearsed = bestRehearsal(recipe, request, data);
  if (isRefusal(rehearsed)) return rehearsed;
  const update = fastestPlan(request, data, rehearsed, batch, features);
  return isRefusal(update) ? update : { update, data, features, model: logisticModel(data, features), ...rehearsed };
}

interface Rehearsed {
  readonly course: Course;
  readonly algorithm: Algorithm;
  readonly rehearsal: Rehearsal;
}

/** Of the recipe's rates and intervals what leaves the least loss, or why all of them are refused. */
function bestRehearsal(recipe: Recipe, request: TrainingRequest, data: TrainingData): Rehearsed | Refusal {
  const { course, interval, alternatives = [] } = recipe;
  let best: Rehearsed | null = null;
  let lost: (Divergence & { readonly rate: number; readonly interval: number }) | null = null;
  for (const candidate of [{ rate: course.rule.rate, interval }, ...alternatives]) {
    const algorithm = algorithmOf(recipe, request, data, candidate.interval);
    const tried = { ...course, rule: { ...course.rule, rate: candidate.rate } };
    const rehearsal = rehearse(data, tried, algorithm);
    if (isDivergence(rehearsal)) {
      lost = { ...rehearsal, ...candidate };
      continue;
    }
    const isTame = alternatives.length === 0 || rehearsal.overflows <= MOST_OVERFLOWS * rehearsal.scored;
    if (isTame && (best === null || lossOf(rehearsal) < lossOf(best.rehearsal))) best = { course: tried, algorithm, rehearsal };
  }
  if (best !== null) return best;
  if (lost === null) return refused('TRAINING_DIVERGES', 'scores leave the interval of every polynomial that was tried');
  const { rate, update, largestScore, interval: made } = lost;
  const reason = `the rate ${rate} diverges, in float too: after update ${update} a score is ${largestScore.toPrecision(3)}, and the polynomial is made for ${made}; a lower rate holds`;
  return refused('TRAINING_DIVERGES', reason);
}

function lossOf({ polynomial }: Rehearsal): number {
  return polynomial.epochs.at(-1)!.loss;
}

function algorithmOf(
  { degree }: Recipe,
  { scheme, clientActivation }: TrainingRequest,
  { training }: TrainingData,
  interval: number,
): Algorithm {
  if (!clientActivation) return polynomialAlgorithm(training, fitSigmoid(degree, interval));
  return scheme.arithmetic === 'real' ? sigmoidAlgorithm(training) : fixedPointAlgorithm(training, FIXED_POINT);
}

/** In the layout and on the ring that are fastest by compiled cost. */
function fastestPlan(
  { scheme, compile }: TrainingRequest,
  { training }: TrainingData,
  { algorithm: { polynomial }, rehearsal: { sizes } }: Rehearsed,
  batch: number,
  features: number,
): UpdatePlan | Refusal {
  const candidates = scheme.shapes.flatMap((shape) =>
    diagonalLayouts(shape.columns, Math.ceil(batch / shape.rows), features).map((layout) => ({ shape, layout })),
  );
  if (polynomial === null) {
    return planClientAided(candidates, scheme.arithmetic === 'real' ? null : FIXED_POINT, training, sizes, compile);
  }
  return planOneTrip(
    candidates.map(({ layout }) => layout),
    training,
    sizes,
    polynomial,
    compile,
  );
}

/** Both sides of every product are encrypted. */
function unfitScheme({ scheme, clientActivation }: TrainingRequest, batch: number, features: number): Refusal | null {
  if (!scheme.operations.has('dot') || !scheme.operations.has('rotateSum')) {
    // x w = ((x + w)^2 - x^2 - w^2) / 2: two products for each feature of a sample, the sigmoid, and the square of the error.
    const tables = batch * (2 * features + 2);
    const byTables = scheme.operations.has('table') ? `; by tables of squares an update would take ${tables} of them` : '';
    return refused('OPERATION_UNSUPPORTED', `the scheme has no products of two ciphertexts ('dot', 'rotateSum')${byTables}`);
  }
  if (scheme.arithmetic === 'real' || clientActivation) return null;
  const { feature, weight } = FIXED_POINT;
  const bits = 4 * feature + 3 * weight;
  const reason = `whole numbers grow with every product: with ${feature} bits of a feature and ${weight} of a weight a gradient by a polynomial of degree 3 takes ${bits} and more, two plaintext primes; where the client applies the sigmoid it takes one of about 22 (--activation client)`;
  return refused('PRECISION_TOO_LOW', reason);
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
