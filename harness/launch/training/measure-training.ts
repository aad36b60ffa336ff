/**
 * One launch of one training, from plan to record.
 *
 * @module
 */
import { basename, join } from 'node:path';
import { isRefusal, type Compiled, type HEScheme, type Refusal, type Requirement } from '../../../schemes/scheme.ts';
import { securityOf } from '../../../schemes/security.ts';
import { saveNetwork } from '../../../workloads/network/file/save-network.ts';
import { batchesOf } from '../../../workloads/training/descent.ts';
import type { TrainingTask, TrainingWorkload, UpdatePlan } from '../../../workloads/training/training.ts';
import { durationOption, formatDuration, formatRoughly } from '../../record/duration.ts';
import { makeFolders } from '../../record/make-folders.ts';
import type { LaunchRecord, TrainingRecord } from '../../record/record.ts';
import { REQUIRED_SECURITY_BITS, requirementOf, TRAINING_PRECISION_BITS } from '../../record/requirement.ts';
import type { TrainingFigures } from '../../record/figures/training-figures.ts';
import type { CaseFacts, LaunchMessage, LaunchRequest, LaunchResult } from '../messages.ts';
import { openSides } from '../open-sides.ts';
import { unknownMemory } from '../peak-memory.ts';
import { REUSED } from '../session-keys.ts';
import { timed } from '../timed.ts';
import { allowedErrors, whatIsWrong, type AllowedErrors, type LargestErrors } from './allowed-errors.ts';
import { readCheckpoint, trainingName, writeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { tooManySamples } from './sample-memory.ts';
import { trainEncrypted } from './train-encrypted.ts';
import { TrainingSession } from './training-session.ts';

export interface TrainingActors {
  readonly scheme: HEScheme;
  readonly workload: TrainingWorkload;
}

type Tell = (message: LaunchMessage) => void;

/** @throws EnigmarkError PARAMETERS_INSECURE, and whatever adapter and workload throw. */
export async function measureTraining(request: LaunchRequest, actors: TrainingActors, tell: Tell): Promise<LaunchResult> {
  const { facts } = request;
  if (facts.layout !== 'diagonals') throw new Error(`a launch of ${actors.workload.id} needs a layout of trainings`);
  tell({ kind: 'progress', stage: 'plan', done: 0, total: null });
  const need = requirementOf({ parameters: request.parameters, kernels: facts.kernels, threads: facts.threads });
  const task = await planTraining(request, actors, need);
  if (isRefusal(task)) return unsupported(facts, task);
  const tooMany = tooManySamples(task, need.memory_bytes);
  if (tooMany !== null) return unsupported(facts, tooMany);
  const { compiled } = task.update;
  const { parameters } = compiled.client;
  tell({ kind: 'planned', parameters });
  const security = securityOf(compiled.hardness, REQUIRED_SECURITY_BITS, parameters.id);
  const late = tooLong(task, request);
  if (late !== null) return { kind: 'leftOut', reason: late };
  if (request.planOnly) return { kind: 'forecast', forecast: forecastOf(task, facts) };
  const allowed = await allowedErrors(task, actors.scheme, request.seed);
  const figures = await runTraining(task, request, actors.scheme, allowed, tell);
  const measured = {
    ...facts,
    ...figures.record,
    layout: facts.layout,
    parameters,
    security: { ...security, bits: compiled.hardness.length === 0 ? null : security.bits },
  };
  const wrong = whatIsWrong(allowed, figures.largest);
  const record: LaunchRecord =
    wrong === null
      ? { ...measured, state: 'completed' }
      : { ...measured, state: 'incorrect', error: { code: 'DECRYPTED_WRONGLY', message: wrong } };
  return { kind: 'record', record };
}

function unsupported(facts: CaseFacts, { code, reason }: Refusal): LaunchResult {
  return { kind: 'record', record: { ...facts, state: 'unsupported', parameters: null, error: { code, message: reason } } };
}

function planTraining(
  { facts, seed, connection }: LaunchRequest,
  { scheme, workload }: TrainingActors,
  need: Requirement,
): Promise<TrainingTask | Refusal> {
  return workload.prepareTraining({
    scheme,
    seed,
    clientActivation: facts.help === 'activation',
    updates: facts.updates ?? null,
    connection,
    compile: (circuits, fewer = 0) => scheme.compile(circuits, { ...need, precision_bits: TRAINING_PRECISION_BITS - fewer }),
  });
}

function updatesOf({ course, data }: TrainingTask): number {
  return course.epochs * batchesOf(data.training.rows.length, course.batch).length;
}

function tooLong(task: TrainingTask, { longestCase_ns }: LaunchRequest): string | null {
  const refreshes = updatesOf(task) / (task.update.stretch?.updates ?? 1);
  const predicted_ns = refreshes * (refreshTime_ns(task.update) ?? 0);
  if (predicted_ns <= longestCase_ns) return null;
  const [predicted, allowed] = [formatRoughly(predicted_ns), formatDuration(longestCase_ns)];
  return `skipped: about ${predicted}, limit ${allowed}; add \`--longest ${durationOption(predicted_ns)}\``;
}

/** Of one refresh. */
function forecastOf(task: TrainingTask, { id }: CaseFacts) {
  const { update, course, data } = task;
  const { depth, peak_bytes, bytes } = update.compiled.estimate;
  return {
    ...{ id, parameters: update.compiled.client.parameters, batch: Math.min(course.batch, data.training.rows.length) },
    ...{ depth, operations: operationsOf(task), failureProbability_log2: null, evaluate_ns: refreshTime_ns(update), peak_bytes, bytes },
  };
}

/** Of one refresh, by which circuits of a plan there are: one for each stretch, or one for every trip. */
function refreshTime_ns({ compiled, circuits, stretch }: UpdatePlan): number | null {
  const { evaluate_ns } = compiled.estimate;
  return evaluate_ns === null || stretch === undefined ? evaluate_ns : evaluate_ns / circuits.length;
}

/** Counts of one refresh: stretches differ in numbers of the descent only. */
function operationsOf({ update: { compiled, circuits, stretch } }: TrainingTask): Record<string, number> {
  const { counts } = compiled.estimate;
  const alike = stretch === undefined ? 1 : circuits.length;
  return Object.fromEntries(Object.entries(counts).map(([operation, times]) => [operation, times / alike]));
}

interface Launched {
  readonly record: Omit<TrainingRecord, keyof CaseFacts | 'state' | 'error' | 'parameters' | 'security'>;
  readonly largest: LargestErrors;
}

async function runTraining(
  task: TrainingTask,
  request: LaunchRequest,
  scheme: HEScheme,
  allowed: AllowedErrors,
  tell: Tell,
): Promise<Launched> {
  const { update, data } = task;
  const { compiled } = update;
  const sides = await openSides(compiled, request, scheme, tell);
  await using client = sides.client;
  await using evaluator = sides.evaluator;
  const encodeModel = await timed(() => evaluator.prepare(update.circuits));
  const session = new TrainingSession(update, client, evaluator);
  tell({ kind: 'progress', stage: 'encrypt', done: 0, total: null });
  const samples = { bytes: 0, encrypt_ns: 0, load_ns: 0 };
  for (const batch of batchesOf(data.training.rows.length, task.course.batch)) {
    const sent = await session.sendSamples(batch);
    samples.bytes += sent.bytes;
    samples.encrypt_ns += sent.encrypt_ns;
    samples.load_ns += sent.load_ns;
  }
  const { trainingFolder: folder, facts } = request;
  const binding = bindingOf(task, request);
  const earlier = folder === null ? null : readCheckpoint(folder, facts, binding);
  const keep = (done: Checkpoint): void => {
    if (folder !== null) writeCheckpoint(folder, facts, binding, done);
  };
  const done = await trainEncrypted(task, session, earlier, tell, keep);
  const { memory } = session;
  const lastEpoch = earlier?.epochs.at(-1);
  return {
    largest: { gradient: done.largestError, weights: done.largestWeightError },
    record: {
      path: evaluator.path ?? null,
      plannedPrecision: precisionOf(compiled),
      keyCache: sides.keyCache,
      setup_ns: sides.setup_ns,
      keygen_ns: sides.keygen_ns,
      encodeModel_ns: encodeModel.elapsed_ns,
      keys_bytes: { ...sides.keys_bytes },
      operations: operationsOf(task),
      depth: compiled.estimate.depth,
      memory: { ...memory, peakRss_bytes: process.resourceUsage().maxRSS * 1024, estimate_bytes: compiled.estimate.peak_bytes },
      interactive: isInteractive(task),
      data: data.description,
      notes: {
        ...(sides.keygen_ns === null ? { keygen_ns: REUSED } : {}),
        ...unknownMemory('client', memory.client),
        ...unknownMemory('evaluator', memory.evaluator),
      },
      training: {
        ...figuresOf(task),
        allowedError: allowed.gradient,
        ...(allowed.weights === null ? {} : { updatesPerRefresh: update.stretch!.updates, allowedWeightError: allowed.weights }),
        samples_bytes: samples.bytes,
        encryptSamples_ns: samples.encrypt_ns,
        loadSamples_ns: samples.load_ns,
        refresh: done.refresh,
        ...(lastEpoch === undefined ? {} : { resumedAfter: lastEpoch.epoch }),
        history: [...done.epochs],
        network: folder === null ? null : writeNetwork(task, folder, facts, done.state.weights),
      },
    },
  };
}

/** Whether the client takes part between the first message and the last. */
function isInteractive(task: TrainingTask): boolean {
  const { stretch, trips } = task.update;
  return trips.length > 1 || updatesOf(task) > (stretch?.updates ?? 1);
}

function figuresOf({
  course,
  data,
  features,
  model,
  algorithm: { polynomial },
  update,
}: TrainingTask): Pick<
  TrainingFigures,
  'model' | 'method' | 'rate' | 'batch' | 'updatesPerEpoch' | 'epochs' | 'features' | 'samples' | 'sigmoid' | 'rounds' | 'learns'
> {
  const batches = batchesOf(data.training.rows.length, course.batch);
  return {
    ...course.rule,
    ...(model.description === null ? {} : { model: model.description }),
    batch: batches[0]!.count,
    updatesPerEpoch: batches.length,
    epochs: course.epochs,
    features,
    samples: { training: data.training.rows.length, heldOut: data.heldOut.rows.length },
    sigmoid: polynomial === null ? null : { ...polynomial, coefficients: [...polynomial.coefficients] },
    rounds: update.trips.length,
    learns: update.learns,
  };
}

/** All that the epochs of a training follow from. */
function bindingOf({ update, course, data }: TrainingTask, { facts, seed }: LaunchRequest): string {
  return JSON.stringify([facts.id, facts.library, seed, course, update.compiled.id, data.description]);
}

function precisionOf({ estimate }: Compiled): TrainingRecord['plannedPrecision'] {
  const outputs = Object.values(estimate.correctness).flatMap((one) => (one.kind === 'approximate' ? [one] : []));
  const bits = outputs.map(({ modelled_bits }) => modelled_bits);
  if (bits.length === 0) return null;
  const known = bits.filter((one) => one !== null);
  return { required_bits: outputs[0]!.precision_bits, modelled_bits: known.length === 0 ? null : Math.min(...known) };
}

/** Path of the network's file, from the folder of the run. */
function writeNetwork({ data, model }: TrainingTask, trainings: string, facts: CaseFacts, weights: Float64Array): string {
  const [name, id] = [trainingName(facts), `learned-${facts.workload.replace(/^training-/, '')}`];
  const folder = join(trainings, name);
  const { network, samples } = model.network(weights);
  makeFolders(folder);
  const metadata = { learned: facts.id, data: data.description };
  saveNetwork(network, { folder, id, title: `Learned by ${facts.workload}`, classes: data.classes, metadata, samples });
  return join(basename(trainings), name, `${id}.json`);
}
