/**
 * What the launch of a training measures beside what every launch does.
 *
 * @module
 */
import { z } from 'zod';

const count = z.int().min(0);
const share = z.number().min(0).max(1);

/** One figure of three trainings. */
function threefold(figure: z.ZodNumber) {
  return z.strictObject({
    encrypted: figure.describe('Of the weights that were trained on ciphertexts.'),
    polynomial: figure.describe('The same algorithm, with its polynomials and order of samples in float64.'),
    sigmoid: figure.describe('The ordinary training, without anything that stands for something else: with the true sigmoid.'),
  });
}

export const askedUpdates = z
  .union([z.int().min(1), z.literal('all')])
  .describe('Of a training, the updates between two refreshes that were asked for; all: none. Absent: as planned.');

export const trainingEpoch = z
  .strictObject({
    epoch: z.int().min(1).describe('From 1. Those that end between two refreshes are missing: nobody knows their weights.'),
    server_ns: z
      .array(count)
      .min(1)
      .describe('Of every update: load, evaluate and store, over all trips. Of several between two refreshes their mean, once.'),
    evaluate_ns: z.array(count).min(1).describe('The same: the circuits alone.'),
    client_ns: z.array(count).min(1).describe('The same: encrypt, decrypt and the step of the descent.'),
    loss: threefold(z.number().min(0)).describe(
      'Mean loss of the training samples. Of logistic regression: cross-entropy in nats, by the true sigmoid.',
    ),
    training: threefold(share).describe('Accuracy on training samples.'),
    heldOut: threefold(share).describe('Accuracy on held-out samples.'),
    discordant: count.describe('Held-out samples that encrypted weights and those of the same algorithm in float64 classify differently.'),
    gradientError: z
      .array(z.number().min(0))
      .min(1)
      .describe(
        'Of every update whose gradient the client decrypts: 2-norm of the error beside the float64 gradient at the same weights, over the 2-norm of that.',
      ),
    weightDistance: z.number().min(0).describe('2-norm from the weights of the same algorithm in float64, over the 2-norm of those.'),
    largestScore: z.number().min(0).describe('Largest magnitude of a score, counted in the clear at the weights that were sent.'),
    overflows: count.describe('Scores outside the interval of the polynomial, over the updates of the epoch.'),
  })
  .meta({ id: 'TrainingEpoch' });

export const trainingFigures = z
  .strictObject({
    model: z.string().optional().describe('What is learned, in plain words, and what its loss is; absent: logistic regression.'),
    method: z.enum(['gradient', 'nesterov']).describe('Gradient descent, or with the momentum of Nesterov.'),
    rate: z.number().positive().describe('Times the mean gradient of a batch.'),
    batch: z.int().min(1).describe('Samples of an update.'),
    updatesPerEpoch: z.int().min(1).describe('Batches that the training samples make.'),
    epochs: z.int().min(1).describe('Planned.'),
    features: z.int().min(1).describe('The constant one of the bias among them.'),
    samples: z
      .strictObject({
        training: z.int().min(1).describe('Samples that are trained on.'),
        heldOut: count.describe('Samples that are not.'),
      })
      .describe('How many there are.'),
    sigmoid: z
      .strictObject({
        degree: z.int().describe('Of the polynomial in the place of the sigmoid.'),
        interval: z.number().positive().describe('The polynomial is made for scores of at most this magnitude.'),
        coefficients: z.array(z.number()).describe('Of z, z^3, z^5, ..., beside the constant 1/2.'),
        greatestError: z.number().describe('From the sigmoid, on the interval.'),
      })
      .nullable()
      .describe('null: no polynomial stands for a sigmoid.'),
    rounds: z.int().min(1).describe('Trips of an update: times that the client waits for the evaluator.'),
    allowedError: z
      .number()
      .min(0)
      .optional()
      .describe('Farthest that an entry of a gradient may be off by the plan, from the same algorithm at the same weights. 0: exact.'),
    updatesPerRefresh: z
      .int()
      .min(2)
      .optional()
      .describe("Of which the evaluator takes the steps but the last. Absent: 1, every step is the client's."),
    allowedWeightError: z
      .number()
      .positive()
      .optional()
      .describe(
        'Farthest that a weight may be off behind steps of the evaluator, from the same updates in float64. Absent: it takes none.',
      ),
    learns: z.string().describe('What the client sees, in plain words.'),
    samples_bytes: count.describe('All batches of samples and labels, sent once.'),
    refresh: z
      .strictObject({ up_bytes: count.describe('Client to evaluator.'), down_bytes: count.describe('Evaluator to client.') })
      .describe('Of one refresh, all trips.'),
    encryptSamples_ns: count.describe('At the client, once.'),
    loadSamples_ns: count.describe('At the evaluator, once.'),
    resumedAfter: z.int().min(1).optional().describe('Epochs that were taken over from a launch that was interrupted.'),
    history: z.array(trainingEpoch).min(1).describe('Every epoch behind which the client knows the weights, in order.'),
    network: z.string().nullable().describe('File beside the records that holds the learned weights for --network; null: not written.'),
  })
  .describe('The training and what it measured.')
  .meta({ id: 'Training' });

export type TrainingEpoch = z.infer<typeof trainingEpoch>;
export type TrainingFigures = z.infer<typeof trainingFigures>;
