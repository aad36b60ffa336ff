/**
 * Networks of one hidden layer on encrypted samples, as workloads.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { Random } from '../../data/random.ts';
import { withBias, type TrainingData } from '../data/samples.ts';
import type { Course } from '../logistic-regression.ts';
import type { Model } from '../model.ts';
import { refused, unfitUpdates } from '../refusals.ts';
import { TRAINING_LAYOUTS, type TrainingRequest, type TrainingTask, type TrainingWorkload } from '../training.ts';
import { mlpNetwork } from './learned-mlp.ts';
import { mlpLayout } from './layout.ts';
import { asTheyAre, forward, gradientOf, square, weightCount, type Sides } from './perceptron.ts';
import { planMlp } from './plan-mlp.ts';
import { mlpPredictions, mlpStanding, rehearseMlp } from './rehearse-mlp.ts';

export interface MlpRecipe {
  readonly id: string;
  readonly title: string;
  readonly hidden: number;
  readonly course: Course;
  readonly data: (seed: number) => TrainingData;
}

const GROUP = 'training-mlp';
/** Spread of random weights before the first update, beside 1 over the root of what a unit adds up. */
const START = { first: 0.5, second: 0.4 };

/**
 * Gradients shrink while the weights settle, and errors do not: with an entry off by at most a quarter of a typical one over the whole
 * training, the last updates err by more of theirs, and the accuracy stays that of float.
 */
const FEWER_BITS = 1;

export function mlpTraining(recipe: MlpRecipe): TrainingWorkload {
  return {
    id: recipe.id,
    group: GROUP,
    title: recipe.title,
    layouts: TRAINING_LAYOUTS,
    prepareTraining: (request) => Promise.resolve(prepare(recipe, request)),
  };
}

function prepare({ course, hidden, data: read }: MlpRecipe, request: TrainingRequest): TrainingTask | Refusal {
  const { scheme, seed, clientActivation, compile } = request;
  if (!scheme.operations.has('dot') || !scheme.operations.has('rotateSum') || scheme.arithmetic !== 'real') {
    return refused(
      'OPERATION_UNSUPPORTED',
      'five products in a row, each of two ciphertexts, need real numbers that are rounded in between',
    );
  }
  if (clientActivation) return refused('OPERATION_UNSUPPORTED', 'the evaluator squares: there is no activation for the client to apply');
  const unfit = unfitUpdates(request);
  if (unfit !== null) return unfit;
  const plain = read(seed);
  const data: TrainingData = { ...plain, training: withBias(plain.training), heldOut: withBias(plain.heldOut) };
  const sides = { features: data.training.rows[0]!.length, hidden, outputs: data.classes.length };
  const batch = Math.min(course.batch, data.training.rows.length);
  const layouts = scheme.shapes.flatMap(({ columns }) => mlpLayout(columns, sides, batch) ?? []);
  const most = Math.max(...scheme.shapes.map(({ columns }) => columns));
  if (layouts.length === 0)
    return refused('TOO_FEW_SLOTS', `${hidden} hidden units are more than fit the ${most} slots of the largest ring`);
  const model = modelOf(data, sides, seed);
  const rehearsal = rehearseMlp(data, sides, course, model.start);
  if ('update' in rehearsal) {
    const { rate } = course.rule;
    return refused('TRAINING_DIVERGES', `the rate ${rate} diverges, in float too, in update ${rehearsal.update}; a lower rate holds`);
  }
  const update = planMlp(layouts, data.training, rehearsal.seen, (circuits) => compile(circuits, FEWER_BITS));
  if (isRefusal(update)) return update;
  const gradient: TrainingTask['algorithm']['gradient'] = (weights, of) => gradientOf(sides, data.training, of, weights);
  return { update, data, course, features: sides.features, model, algorithm: { gradient, polynomial: null }, rehearsal };
}

function modelOf(data: TrainingData, sides: Sides, seed: number): Model {
  return {
    start: startingWeights(data, sides, seed),
    description: `one hidden layer of ${sides.hidden} units, square activation, ${sides.outputs} outputs; loss: squared distance from the label's unit vector. The ordinary training has ReLU and softmax, its loss is that of probabilities`,
    standing: (weights) => mlpStanding(data, sides, weights, square, asTheyAre),
    predictions: (weights) => mlpPredictions(data, sides, weights, square),
    scores: (weights, { first, count }) =>
      data.training.rows.slice(first, first + count).flatMap((row) => [...forward(sides, weights, row, square).scores]),
    network: (weights) => mlpNetwork(data, sides, weights),
  };
}

/** Random weights with which units sum to about 1, whatever the rows are like. */
function startingWeights({ training: { rows } }: TrainingData, sides: Sides, seed: number): Float64Array {
  const random = Random.from(seed, 'training mlp');
  const squares = rows.reduce((sum, row) => sum + row.reduce((part, value) => part + value * value, 0), 0) / rows.length;
  const [first, second] = [START.first / Math.sqrt(squares), START.second / Math.sqrt(sides.hidden)];
  return Float64Array.from(
    { length: weightCount(sides) },
    (_, at) => (at < sides.hidden * sides.features ? first : second) * random.normal(),
  );
}
