/**
 * The epochs of a training: every update by ciphertexts, and beside it, in the clear and untimed, what it should have been.
 *
 * @module
 */
import { batchesOf, descend, startDescent, type Batch, type DescentState } from '../../../workloads/training/descent.ts';
import type { TrainingTask } from '../../../workloads/training/training.ts';
import type { TrainingEpoch } from '../../record/figures/training-figures.ts';
import type { LaunchMessage } from '../messages.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { TrainingSession, UpdateTimes } from './training-session.ts';

/** Goes on from `from`; `keep` is called after every epoch. */
export async function trainEncrypted(
  task: TrainingTask,
  session: TrainingSession,
  from: Checkpoint | null,
  tell: (message: LaunchMessage) => void,
  keep: (done: Checkpoint) => void,
): Promise<Checkpoint> {
  const { course, data } = task;
  const batches = batchesOf(data.training.rows.length, course.batch);
  const nothing = { up_bytes: 0, down_bytes: 0 };
  let done: Checkpoint = from ?? { state: startDescent(task.model.start), epochs: [], largestError: 0, refresh: nothing };
  for (let epoch = done.epochs.length + 1; epoch <= course.epochs; epoch++) {
    let { state, largestError, refresh } = done;
    const seen: UpdateSeen[] = [];
    for (const [index, batch] of batches.entries()) {
      tell({ kind: 'progress', stage: 'evaluate', done: index, total: batches.length, epoch, epochs: course.epochs });
      const one = await updateOnce(task, session, state, batch);
      seen.push(one);
      state = one.after;
      largestError = Math.max(largestError, one.largestError);
      refresh = { up_bytes: one.times.up_bytes, down_bytes: one.times.down_bytes };
    }
    done = { state, epochs: [...done.epochs, epochOf(task, epoch, seen, state)], largestError, refresh };
    keep(done);
  }
  return done;
}

interface UpdateSeen {
  readonly times: UpdateTimes;
  readonly after: DescentState;
  readonly gradientError: number;
  readonly largestError: number;
  readonly largestScore: number;
  readonly overflows: number;
}

async function updateOnce(task: TrainingTask, session: TrainingSession, state: DescentState, batch: Batch): Promise<UpdateSeen> {
  const { course, model, algorithm } = task;
  const { gradient, ...times } = await session.update(state.point, batch);
  const started = process.hrtime.bigint();
  const after = descend(course.rule, state, gradient, batch.count);
  const step_ns = Number(process.hrtime.bigint() - started);
  const expected = algorithm.gradient(state.point, batch);
  const errors = gradient.map((value, at) => value - expected[at]!);
  const interval = algorithm.polynomial?.interval ?? Infinity;
  const scores = model.scores(state.point, batch).map(Math.abs);
  return {
    times: { ...times, client_ns: times.client_ns + step_ns },
    after,
    gradientError: relative(errors, expected),
    largestError: errors.reduce((most, error) => Math.max(most, Math.abs(error)), 0),
    largestScore: scores.reduce((most, score) => Math.max(most, score), 0),
    overflows: scores.filter((score) => score > interval).length,
  };
}

function epochOf(task: TrainingTask, epoch: number, seen: readonly UpdateSeen[], { weights }: DescentState): TrainingEpoch {
  const { model, rehearsal } = task;
  const encrypted = model.standing(weights);
  const [polynomial, sigmoid] = [rehearsal.polynomial.epochs[epoch - 1]!, rehearsal.sigmoid.epochs[epoch - 1]!];
  const threefold = (of: 'loss' | 'training' | 'heldOut') => ({
    encrypted: encrypted[of],
    polynomial: polynomial[of],
    sigmoid: sigmoid[of],
  });
  const [ours, theirs] = [weights, polynomial.weights].map((one) => model.predictions(one)) as [Uint8Array, Uint8Array];
  return {
    epoch,
    server_ns: seen.map(({ times }) => times.server_ns),
    evaluate_ns: seen.map(({ times }) => times.evaluate_ns),
    client_ns: seen.map(({ times }) => times.client_ns),
    loss: threefold('loss'),
    training: threefold('training'),
    heldOut: threefold('heldOut'),
    discordant: ours.filter((label, sample) => label !== theirs[sample]).length,
    gradientError: seen.map(({ gradientError }) => gradientError),
    weightDistance: relative(
      weights.map((weight, at) => weight - polynomial.weights[at]!),
      polynomial.weights,
    ),
    largestScore: Math.max(...seen.map(({ largestScore }) => largestScore)),
    overflows: seen.reduce((sum, { overflows }) => sum + overflows, 0),
  };
}

function relative(difference: Float64Array, beside: Float64Array): number {
  return Math.hypot(...difference) / Math.hypot(...beside);
}
