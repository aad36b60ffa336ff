/**
 * Transfer learning: the client computes the features of a network that is learned already, and its last layer is learned on ciphertexts.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { withBias, type TrainingData } from '../data/samples.ts';
import { diagonalLayouts } from '../diagonals/layout.ts';
import { savedSamples, type LearnedNetwork } from '../learned-network.ts';
import { train, type Course } from '../logistic-regression.ts';
import { asTheyAre, softmax, type Answer } from '../mlp/perceptron.ts';
import { epochEnds, medianOf, rms, Sizes, type Reference, type Rehearsal } from '../rehearsal.ts';
import { refused, unfitUpdates } from '../refusals.ts';
import { TRAINING_LAYOUTS, type TrainingRequest, type TrainingTask, type TrainingWorkload } from '../training.ts';
import { layerGradient, layerPredictions, layerStanding, scoresOf, type LayerSides } from './linear-layer.ts';
import { planLayer } from './plan-layer.ts';

export interface TransferRecipe {
  readonly id: string;
  readonly title: string;
  readonly course: Course;
  /** Rows of features, as the client computes them. */
  readonly data: () => TrainingData;
}

const GROUP = 'training-transfer';
/** Labels are 0 and 1: scores beyond it are a training that diverges. */
const DIVERGED = 100;

export function transferTraining(recipe: TransferRecipe): TrainingWorkload {
  return {
    ...{ id: recipe.id, group: GROUP, title: recipe.title, layouts: TRAINING_LAYOUTS },
    prepareTraining: (request) => Promise.resolve(prepare(recipe, request)),
  };
}

function prepare({ course, data: read }: TransferRecipe, request: TrainingRequest): TrainingTask | Refusal {
  const { scheme, clientActivation, compile } = request;
  if (!scheme.operations.has('dot') || !scheme.operations.has('rotateSum') || scheme.arithmetic !== 'real') {
    return refused('OPERATION_UNSUPPORTED', 'products of two ciphertexts in real numbers are needed');
  }
  if (clientActivation) return refused('OPERATION_UNSUPPORTED', 'scores are not activated: there is nothing for the client to apply');
  const unfit = unfitUpdates(request);
  if (unfit !== null) return unfit;
  const plain = read();
  const data: TrainingData = { ...plain, training: withBias(plain.training), heldOut: withBias(plain.heldOut) };
  const sides = { features: data.training.rows[0]!.length, outputs: data.classes.length };
  const batch = Math.min(course.batch, data.training.rows.length);
  const rehearsal = rehearseLayer(data, sides, course);
  if (rehearsal === null) return refused('TRAINING_DIVERGES', `the rate ${course.rule.rate} diverges, in float too; a lower rate holds`);
  const layouts = scheme.shapes.flatMap(({ columns }) => diagonalLayouts(columns, batch, sides.features));
  const update = planLayer(layouts, data.training, sides.outputs, rehearsal.sizes, compile);
  if (isRefusal(update)) return update;
  const { training, heldOut } = data;
  return {
    ...{ update, data, course, features: sides.features, rehearsal },
    algorithm: { gradient: (weights, of) => layerGradient(sides, training, of, weights, asTheyAre), polynomial: null },
    model: {
      start: new Float64Array(sides.features * sides.outputs),
      description: `the last layer, ${sides.outputs} outputs, on features that the client computes; loss: squared distance from the label's unit vector. The ordinary training has softmax, its loss is that of probabilities`,
      standing: (weights) => layerStanding(data, sides, weights, asTheyAre),
      predictions: (weights) => layerPredictions(heldOut.rows, sides, weights),
      scores: (weights, { first, count }) => training.rows.slice(first, first + count).flatMap((row) => [...scoresOf(sides, weights, row)]),
      network: (weights) => layerNetwork(data, sides, weights),
    },
  };
}

/** Both trainings in the clear; null where scores leave all bounds. */
function rehearseLayer(data: TrainingData, sides: LayerSides, course: Course): Pick<Rehearsal, 'polynomial' | 'sigmoid' | 'sizes'> | null {
  const seen = { features: new Sizes(), weights: new Sizes(), scores: new Sizes(), errors: new Sizes(), gradients: new Sizes() };
  const gradients: number[] = [];
  const ends: Float64Array[] = [];
  const start = new Float64Array(sides.features * sides.outputs);
  const squared = train(
    data.training,
    course,
    (weights, batch) =>
      layerGradient(sides, data.training, batch, weights, asTheyAre, (scores, errors) => {
        seen.scores.add(scores);
        seen.errors.add(errors);
      }),
    start,
  );
  for (const { point, gradient, after } of squared) {
    if (!(seen.scores.size().largest <= DIVERGED)) return null;
    seen.weights.add(point);
    seen.gradients.add(gradient);
    gradients.push(rms(gradient));
    ends.push(after.weights);
  }
  for (const row of data.training.rows) seen.features.add(row);
  const ordinary = train(data.training, course, (weights, batch) => layerGradient(sides, data.training, batch, weights, softmax), start);
  const referenceOf = (weights: readonly Float64Array[], answer: Answer): Reference => ({
    epochs: epochEnds(weights, course).map((one) => ({ ...layerStanding(data, sides, one, answer), weights: one })),
  });
  const { features, weights, scores, errors } = seen;
  return {
    polynomial: referenceOf(ends, asTheyAre),
    sigmoid: referenceOf(
      Array.from(ordinary, ({ after }) => after.weights),
      softmax,
    ),
    sizes: {
      ...{ features: features.size(), weights: weights.size(), scores: scores.size(), errors: errors.size() },
      gradients: { ...seen.gradients.size(), rms: medianOf(gradients) },
    },
  };
}

/** One dense layer on features; the weight of the constant feature is the bias. */
function layerNetwork(data: TrainingData, { features, outputs }: LayerSides, weights: Float64Array): LearnedNetwork {
  const inputs = features - 1;
  const { range, ...samples } = savedSamples(data, inputs);
  const rows = Array.from({ length: outputs }, (_, output) => weights.subarray(output * features, (output + 1) * features));
  return {
    samples,
    network: {
      input: { shape: { channels: inputs, height: 1, width: 1 }, ...range },
      layers: [
        {
          ...{ kind: 'dense', name: 'scores', inputs, outputs },
          weights: Float64Array.from(rows.flatMap((row) => [...row.subarray(0, inputs)])),
          bias: Float64Array.from(rows, (row) => row[inputs]!),
        },
      ],
    },
  };
}
