/**
 * Logistic regression on encrypted samples, as workloads.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import {
  cubicAlgorithm,
  fixedPointAlgorithm,
  polynomialAlgorithm,
  sigmoidAlgorithm,
  type Algorithm,
  type FixedPoint,
} from './algorithm.ts';
import { withBias, type LabelledRows, type TrainingData } from './data/samples.ts';
import { planClientAided } from './diagonals/client-aided.ts';
import { planExactOneTrip } from './diagonals/exact-one-trip.ts';
import { planPolynomial } from './diagonals/choose-stretch.ts';
import { diagonalLayouts } from './diagonals/layout.ts';
import type { Course } from './logistic-regression.ts';
import { logisticModel } from './logistic-model.ts';
import type { Recipe } from './recipes.ts';
import { refused } from './refusals.ts';
import { isDivergence, rehearse, sizesInFloat, type Rehearsal } from './rehearsal.ts';
import { fitSigmoid } from './sigmoid.ts';
import { planSquares, tableBits, tooManyTables } from './tables/plan-squares.ts';
import type { BatchSize } from './tables/squares-circuit.ts';
import { TRAINING_LAYOUTS, type TrainingRequest, type TrainingTask, type TrainingWorkload, type UpdatePlan } from './training.ts';

const TRAINING_GROUP = 'training-logistic';
/** Where whole numbers are trained on: scores then take about 20 bits, and gradients as many. */
const FIXED_POINT: FixedPoint = { feature: 6, weight: 8, error: 8 };
/** Where they go through a cube on the way: no more than two plaintext primes hold. */
const CUBIC_FIXED_POINT: FixedPoint = { feature: 4, weight: 6, error: 0 };
/** Rows that rates and intervals are tried on, where there are more: they are in random order. */
const MOST_TRIED = 20_000;
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
  const size = { samples: Math.min(recipe.course.batch, data.training.rows.length), features };
  const unfit = unfitScheme(recipe, request, size) ?? unfitSize(request, size) ?? unfitStretch(request);
  if (unfit !== null) return unfit;
  const rehearsed = bestRehearsal(recipe, request, data);
  if (isRefusal(rehearsed)) return rehearsed;
  const update = fastestPlan(request, data, rehearsed, size);
  return isRefusal(update) ? update : { update, data, features, model: logisticModel(data, features), ...rehearsed };
}

interface Rehearsed {
  readonly course: Course;
  readonly algorithm: Algorithm;
  readonly rehearsal: Rehearsal;
}

/** What is tried in the clear. */
type Candidate = NonNullable<Recipe['alternatives']>[number];

/**
 * Of the recipe's descents and intervals what leaves the least loss, or why all of them are refused. Of many rows only the first are tried
 * on, and what is best there has to hold on all.
 */
function bestRehearsal(recipe: Recipe, request: TrainingRequest, data: TrainingData): Rehearsed | Refusal {
  const { course, interval, alternatives = [] } = recipe;
  const candidates: readonly Candidate[] = [{ ...course.rule, interval }, ...alternatives];
  const isLong = alternatives.length > 0 && data.training.rows.length > MOST_TRIED;
  const judged = isLong ? { ...data, training: firstRows(data.training, MOST_TRIED) } : data;
  const found = candidates.map((candidate) => [candidate, rehearsedAs(candidate, recipe, request, judged)] as const);
  const ranked = found
    .flatMap(([candidate, of]) => (isDivergent(of) ? [] : [{ candidate, ...of }]))
    .toSorted((one, other) => lossOf(one.rehearsal) - lossOf(other.rehearsal));
  const lost = found.flatMap(([, of]) => (isDivergent(of) ? [of] : []));
  for (const { candidate, ...rehearsed } of ranked) {
    const whole = isLong ? rehearsedAs(candidate, recipe, request, data) : rehearsed;
    if (!isDivergent(whole)) return whole;
    lost.push(whole);
  }
  const diverged = lost.findLast(({ update }) => update !== null);
  if (diverged === undefined) return refused('TRAINING_DIVERGES', 'scores leave the interval of every polynomial that was tried');
  const { rate, update, largestScore, interval: made } = diverged;
  const reason = `the rate ${rate} diverges, in float too: after update ${update} a score is ${largestScore.toPrecision(3)}, and the polynomial is made for ${made}; a lower rate holds`;
  return refused('TRAINING_DIVERGES', reason);
}

/** `update` null: nothing diverges, but scores leave the interval. */
type Lost = Candidate & { readonly update: number | null; readonly largestScore: number };

function isDivergent(found: Rehearsed | Lost): found is Lost {
  return 'largestScore' in found;
}

/** Where there is a choice, scores have to stay in the interval. */
function rehearsedAs(candidate: Candidate, recipe: Recipe, request: TrainingRequest, data: TrainingData): Rehearsed | Lost {
  const { interval, ...rule } = candidate;
  const algorithm = algorithmOf(recipe, request, data, interval);
  const course = { ...recipe.course, rule };
  const rehearsal = rehearse(data, course, algorithm);
  if (isDivergence(rehearsal)) return { ...rehearsal, ...candidate };
  const { overflows, scored, sizes } = rehearsal;
  const isTame = recipe.alternatives === undefined || overflows <= MOST_OVERFLOWS * scored;
  if (!isTame) return { ...candidate, update: null, largestScore: sizes.scores.largest };
  return { course, algorithm, rehearsal };
}

function firstRows({ rows, labels }: LabelledRows, count: number): LabelledRows {
  return { rows: rows.slice(0, count), labels: labels.slice(0, count) };
}

function lossOf({ polynomial }: Rehearsal): number {
  return polynomial.epochs.at(-1)!.loss;
}

function algorithmOf(
  { degree, course }: Recipe,
  { scheme, clientActivation }: TrainingRequest,
  data: TrainingData,
  interval: number,
): Algorithm {
  const { training } = data;
  if (isByTables(scheme)) return fixedPointAlgorithm(training, tableBits(sizesInFloat(data, course)));
  if (!clientActivation) {
    const polynomial = fitSigmoid(degree, interval);
    return scheme.arithmetic === 'real'
      ? polynomialAlgorithm(training, polynomial)
      : cubicAlgorithm(training, polynomial, CUBIC_FIXED_POINT);
  }
  return scheme.arithmetic === 'real' ? sigmoidAlgorithm(training) : fixedPointAlgorithm(training, FIXED_POINT);
}

/** The fastest by compiled cost. */
function fastestPlan(
  request: TrainingRequest,
  { training }: TrainingData,
  { course, algorithm: { polynomial, fixedPoint }, rehearsal: { sizes } }: Rehearsed,
  size: BatchSize,
): UpdatePlan | Refusal {
  const { scheme, compile } = request;
  if (isByTables(scheme)) return planSquares(training, size, fixedPoint!, sizes, compile);
  const candidates = scheme.shapes.flatMap((shape) =>
    diagonalLayouts(shape.columns, Math.ceil(size.samples / shape.rows), size.features).map((layout) => ({ shape, layout })),
  );
  if (polynomial === null) return planClientAided(candidates, fixedPoint, training, sizes, compile);
  if (fixedPoint !== null) return planExactOneTrip(candidates, training, sizes, polynomial, fixedPoint, compile);
  const layouts = candidates.map(({ layout }) => layout);
  return planPolynomial({ layouts, rows: training, course, sizes, polynomial }, request);
}

/** Single numbers and tables of them, but no products of ciphertexts. */
function isByTables({ operations }: TrainingRequest['scheme']): boolean {
  return operations.has('table') && !operations.has('dot');
}

/** Both sides of every product are encrypted. */
function unfitScheme({ degree }: Recipe, { scheme, clientActivation }: TrainingRequest, size: BatchSize): Refusal | null {
  if (isByTables(scheme)) {
    if (clientActivation) return refused('OPERATION_UNSUPPORTED', 'the sigmoid is one table of many here: the client has no part in it');
    const many = tooManyTables(size);
    return many === null ? null : refused('TOO_MANY_TABLES', many);
  }
  if (!scheme.operations.has('dot') || !scheme.operations.has('rotateSum')) {
    return refused('OPERATION_UNSUPPORTED', "the scheme has neither products of two ciphertexts ('dot', 'rotateSum') nor tables");
  }
  if (scheme.arithmetic === 'real' || clientActivation || degree === 3) return null;
  const { feature, weight } = CUBIC_FIXED_POINT;
  const bits = (degree + 1) * feature + degree * weight;
  const reason = `whole numbers grow with every product: with ${feature} bits of a feature and ${weight} of a weight a gradient by a polynomial of degree ${degree} takes ${bits} and more; degree 3 takes ${4 * feature + 3 * weight} and more, and runs; so does the sigmoid itself where the client applies it (--activation client)`;
  return refused('PRECISION_TOO_LOW', reason);
}

function unfitSize({ scheme }: TrainingRequest, { samples, features }: BatchSize): Refusal | null {
  if (isByTables(scheme)) return null;
  const most = Math.max(...scheme.shapes.map(({ columns }) => columns));
  const found = features > most ? `${features} features, the bias among them` : samples > most ? `${samples} samples of an update` : null;
  if (found === null) return null;
  return refused('TOO_FEW_SLOTS', `${found} are more than the ${most} slots of the largest ring; ${most} would fit`);
}

/** Where the evaluator cannot take steps of the descent itself. */
function unfitStretch({ scheme, clientActivation, updates }: TrainingRequest): Refusal | null {
  if (updates === null || updates === 1) return null;
  if (clientActivation)
    return refused('OPERATION_UNSUPPORTED', 'the client applies the sigmoid in every update: 1 update fits between two trips');
  if (isByTables(scheme))
    return refused('OPERATION_UNSUPPORTED', 'the client rounds weights to what tables read: 1 update fits between two refreshes');
  if (scheme.arithmetic === 'real') return null;
  const { feature, weight } = CUBIC_FIXED_POINT;
  const once = 4 * feature + 3 * weight;
  const reason = `whole numbers grow with every product: weights take ${weight} bits, behind one update ${once} and more, behind two ${4 * feature + 3 * once}; 1 update fits between two refreshes`;
  return refused('PRECISION_TOO_LOW', reason);
}
