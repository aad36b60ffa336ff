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
  const { course, data, update } = task;
  const batches = batchesOf(data.training.rows.length, course.batch);
  const { updates: perRefresh } = update.stretch ?? { updates: 1 };
  let done: Checkpoint = from ?? { state: startDescent(task.model.start), epochs: [], ...NOTHING_SEEN };
  let { state, largestError, largestWeightError } = done;
  let seen: RefreshSeen[] = [];
  while (state.updates < course.epochs * batches.length) {
    const first = state.updates % batches.length;
    const epoch = Math.floor(state.updates / batches.length) + 1;
    tell({ kind: 'progress', stage: 'evaluate', done: first, total: batches.length, epoch, epochs: course.epochs });
    const taken = Array.from({ length: perRefresh }, (_, index) => batches[(first + index) % batches.length]!);
    const one = await refreshOnce(task, session, state, taken);
    seen.push(one);
    state = one.after;
    largestError = Math.max(largestError, one.largestError);
    largestWeightError = Math.max(largestWeightError, one.largestWeightError);
    // Within a stretch the client knows no weights: epochs that end there are not judged.
    if (state.updates % batches.length !== 0) continue;
    const ended = epochOf(task, state.updates / batches.length, seen, state);
    const refresh = { up_bytes: one.times.up_bytes, down_bytes: one.times.down_bytes };
    done = { state, epochs: [...done.epochs, ended], largestError, largestWeightError, refresh };
    keep(done);
    seen = [];
  }
  return done;
}

const NOTHING_SEEN = { largestError: 0, largestWeightError: 0, refresh: { up_bytes: 0, down_bytes: 0 } } as const;

interface RefreshSeen {
  /** Of one update, on average. */
  readonly times: UpdateTimes;
  readonly after: DescentState;
  readonly gradientError: number;
  readonly largestError: number;
  readonly largestWeightError: number;
  readonly largestScore: number;
  readonly overflows: number;
}

/** Updates up to the next refresh, of these batches in turn; the client takes the last step. */
async function refreshOnce(
  task: TrainingTask,
  session: TrainingSession,
  state: DescentState,
  batches: readonly Batch[],
): Promise<RefreshSeen> {
  const { course, model, algorithm } = task;
  const { gradient, point, weights, ...times } = await session.update(state, batches);
  const last = batches.at(-1)!;
  const scores: number[] = [];
  const look = (at: Float64Array, batch: Batch): void => {
    for (const score of model.scores(at, batch)) scores.push(Math.abs(score));
  };
  // What the evaluator did by itself, in the clear: from what it was sent.
  let expected = state;
  for (const batch of batches.slice(0, -1)) {
    look(expected.point, batch);
    expected = descend(course.rule, expected, algorithm.gradient(expected.point, batch), batch.count);
  }
  look(point, last);
  const started = process.hrtime.bigint();
  const after = descend(course.rule, { ...expected, point, weights }, gradient, last.count);
  const step_ns = Number(process.hrtime.bigint() - started);
  const right = algorithm.gradient(point, last);
  const errors = differences(gradient, right);
  const interval = algorithm.polynomial?.interval ?? Infinity;
  return {
    times: perUpdate({ ...times, client_ns: times.client_ns + step_ns }, batches.length),
    after,
    gradientError: relative(errors, right),
    largestError: largestOf(errors),
    largestWeightError: Math.max(largestOf(differences(point, expected.point)), largestOf(differences(weights, expected.weights))),
    largestScore: largestOf(scores),
    overflows: scores.filter((score) => score > interval).length,
  };
}

/** Times are of one update on average, bytes of the refresh. */
function perUpdate(times: UpdateTimes, updates: number): UpdateTimes {
  const { server_ns, evaluate_ns, client_ns } = times;
  const part = (whole_ns: number): number => Math.round(whole_ns / updates);
  return { ...times, server_ns: part(server_ns), evaluate_ns: part(evaluate_ns), client_ns: part(client_ns) };
}

function epochOf(task: TrainingTask, epoch: number, seen: readonly RefreshSeen[], { weights }: DescentState): TrainingEpoch {
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
    weightDistance: relative(differences(weights, polynomial.weights), polynomial.weights),
    largestScore: Math.max(...seen.map(({ largestScore }) => largestScore)),
    overflows: seen.reduce((sum, { overflows }) => sum + overflows, 0),
  };
}

function differences(values: Float64Array, from: Float64Array): Float64Array {
  return values.map((value, at) => value - from[at]!);
}

function largestOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function relative(difference: Float64Array, beside: Float64Array): number {
  return Math.hypot(...difference) / Math.hypot(...beside);
}
