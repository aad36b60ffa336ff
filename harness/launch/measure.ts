/**
 * One launch of one case, from plan to record: what the launch process does.
 *
 * @module
 */
import { isRefusal, type Correctness, type HEScheme, type Refusal } from '../../schemes/scheme.ts';
import { securityOf } from '../../schemes/security.ts';
import type { Layout, Task, Workload } from '../../workloads/workload.ts';
import { judge } from './accuracy/accuracy.ts';
import { timeBaseline } from './baseline.ts';
import { type Batches, clientRounds, layerSamples, runBatches, stageSamples } from './batches.ts';
import { durationOption, formatDuration, formatRoughly } from '../record/duration.ts';
import { compareNetworks } from './accuracy/held-out.ts';
import type { CaseFacts, LaunchMessage, LaunchRequest, LaunchResult } from './messages.ts';
import { predictNoise } from './noise/prediction.ts';
import { judgeNoisy } from './noise/judgement.ts';
import { openSides } from './open-sides.ts';
import type { ObservedOutputs } from './outputs.ts';
import { passedWords } from './accuracy/passed-ranges.ts';
import { forecastOf } from './forecast.ts';
import { boundOf, failureOf, lastLayer, outputPort, passesOf } from './plan-facts.ts';
import { planCacheIn } from './plan-context.ts';
import { roundsOf } from './plan-parts.ts';
import type { LaunchRecord, MeasuredRecord } from '../record/record.ts';
import { sampleErrors } from './noise/sample-errors.ts';
import { heldAgainst, reachOf, REQUIRED_SECURITY_BITS, requirementOf } from '../record/requirement.ts';
import { mostOf, unknownMemory } from './peak-memory.ts';
import { REUSED } from './session-keys.ts';
import { timed } from './timed.ts';

export interface Actors {
  readonly scheme: HEScheme;
  readonly workload: Workload;
}

/** @throws EnigmarkError PARAMETERS_INSECURE, and whatever adapter and workload throw. */
export async function measure(request: LaunchRequest, actors: Actors, tell: (message: LaunchMessage) => void): Promise<LaunchResult> {
  const { layout } = request.facts;
  if (layout === null || layout === 'diagonals') throw new Error(`a launch of ${actors.workload.id} needs a layout of networks`);
  const facts = { ...request.facts, layout };
  tell({ kind: 'progress', stage: 'plan', done: 0, total: null });
  const task = await planTask(request, actors, layout);
  if (isRefusal(task)) return { kind: 'record', record: unsupported(facts, task) };
  const { client: clientPlan, hardness, estimate } = task.compiled;
  tell({ kind: 'planned', parameters: clientPlan.parameters });
  const security = securityOf(hardness, REQUIRED_SECURITY_BITS, clientPlan.parameters.id);
  // Of whole batches: a warm-up that is cut takes less.
  const predicted_ns = (estimate.prepare_ns ?? 0) + (estimate.evaluate_ns ?? 0) * (request.warmup + 1);
  const isTooLong = predicted_ns > request.longestCase_ns;
  // A prediction costs the same however long the case would take.
  if (isTooLong && !request.planOnly) {
    const [predicted, allowed] = [formatRoughly(predicted_ns), formatDuration(request.longestCase_ns)];
    return { kind: 'leftOut', reason: `skipped: about ${predicted}, limit ${allowed}; add \`--longest ${durationOption(predicted_ns)}\`` };
  }
  const passed = passedWords(task.passedRanges);
  for (const text of [task.lost ?? [], passed ?? []].flat()) tell({ kind: 'notice', text: `${facts.id}: ${text}` });
  const prediction = isTooLong ? null : await predictNoise(task, actors.scheme, request.seed);
  if (prediction !== null && isRefusal(prediction)) return { kind: 'record', record: unsupported(facts, prediction) };
  if (request.planOnly) return { kind: 'forecast', forecast: await forecastOf(task, facts.id, tell) };
  const launched = await runTask(task, request, actors.scheme, tell);
  const baseline = await timeBaseline(task.baseline(), request.budget_ns);
  tell({ kind: 'progress', stage: 'check', done: 0, total: null });
  const judged = await check(task, launched.outputs, tell);
  const noisy = prediction === null ? null : judgeNoisy(prediction, sampleErrors(task, launched.outputs.batches));
  const wrong = judged.wrong ?? noisy?.wrong ?? null;
  const measured = {
    ...facts,
    ...launched.figures,
    baseline,
    parameters: clientPlan.parameters,
    security: { ...security, bits: hardness.length === 0 ? null : security.bits },
    accuracy: judged.accuracy,
    noisy: noisy?.figures ?? null,
    notes: { ...launched.notes, ...judged.notes },
  };
  const record: LaunchRecord =
    wrong === null
      ? { ...measured, state: 'completed' }
      : { ...measured, state: 'incorrect', error: { code: 'DECRYPTED_WRONGLY', message: [wrong, passed ?? []].flat().join('; ') } };
  return { kind: 'record', record };
}

function planTask(
  { facts, adapter, parameters, seed, dataFolder, cut, planCache, bootstrap }: LaunchRequest,
  { scheme, workload }: Actors,
  layout: Layout,
): Promise<Task | Refusal> {
  const need = requirementOf({ parameters, kernels: facts.kernels, threads: facts.threads });
  const { arithmetic, operations, shapes, trunk } = scheme;
  return workload.prepare({
    scheme: { arithmetic, operations, shapes, ...(trunk === undefined ? {} : { trunk }) },
    layout,
    ...(facts.help === undefined ? {} : { help: facts.help }),
    bootstrap,
    ...(cut === undefined ? {} : { cut }),
    seed,
    dataFolder,
    // The code of a foreign adapter is not known: its plans may change from one launch to the next.
    planCache: planCache === null || adapter !== null ? null : planCacheIn(planCache, scheme, need),
    compile: (circuits, outputs, gains) => scheme.compile(circuits, heldAgainst(outputs.largest, circuits, need, gains)),
  });
}

function unsupported(facts: CaseFacts, { code, reason }: Refusal): LaunchRecord {
  return { ...facts, state: 'unsupported', parameters: null, error: { code, message: reason } };
}

interface Launched {
  readonly figures: Omit<
    MeasuredRecord,
    keyof CaseFacts | 'state' | 'error' | 'parameters' | 'security' | 'baseline' | 'accuracy' | 'noisy' | 'notes'
  >;
  readonly outputs: ObservedOutputs;
  /** Reasons for the nulls in `figures`, by dotted path. */
  readonly notes: Readonly<Record<string, string>>;
}

async function runTask(task: Task, request: LaunchRequest, scheme: HEScheme, tell: (message: LaunchMessage) => void): Promise<Launched> {
  const { plan, compiled } = task;
  const { estimate } = compiled;
  const sides = await openSides(compiled, request, scheme, tell);
  await using client = sides.client;
  await using evaluator = sides.evaluator;
  tell({ kind: 'progress', stage: 'encodeModel', done: 0, total: null });
  const encodeModel = await timed(() => evaluator.prepare(plan.circuits));
  const batches = await runBatches(task, request, { clientPlan: compiled.client, client, evaluator }, tell);
  const { samples } = batches;
  const correctness = estimate.correctness[outputPort(task)];
  const seen = [...batches.warmup, ...samples].map(({ memory }) => memory);
  const memory = {
    client: seen.map((sides) => sides.client).reduce(mostOf),
    evaluator: seen.map((sides) => sides.evaluator).reduce(mostOf),
  };
  const packed = estimate.bytes.packed ?? null;
  return {
    outputs: batches.outputs,
    notes: {
      ...(sides.keygen_ns === null ? { 'stages.keygen': REUSED } : {}),
      ...unknownMemory('client', memory.client),
      ...unknownMemory('evaluator', memory.evaluator),
      ...failureNote(correctness),
      ...(packed === null ? { 'bytes.packed': 'the adapter does not compute it' } : {}),
    },
    figures: {
      path: evaluator.path ?? null,
      batch: plan.batch,
      distinctSamples: task.samples,
      failureProbability_log2: failureOf(correctness),
      plannedPrecision: precisionOf(correctness),
      bound: boundOf(plan),
      stages: {
        setup: { samples_ns: [sides.setup_ns], warmup_ns: [] },
        keygen: sides.keygen_ns === null ? null : { samples_ns: [sides.keygen_ns], warmup_ns: [] },
        encodeModel: { samples_ns: [encodeModel.elapsed_ns], warmup_ns: [] },
        ...stageSamples(batches),
      },
      stopped: batches.stopped,
      layers: layerSamples(batches.layered),
      operations: { ...batches.operations },
      ...(estimate.floor_ns === undefined || estimate.floor_ns === 0 ? {} : { floor_ns: estimate.floor_ns }),
      keyCache: sides.keyCache,
      plaintextPrimes: passesOf(plan, compiled.client),
      depth: estimate.depth,
      bytes: { keys: sides.keys_bytes, ...samples[0].bytes, rounds: roundsOf(plan.actions), packed },
      memory: {
        ...memory,
        peakRss_bytes: process.resourceUsage().maxRSS * 1024,
        estimate_bytes: estimate.peak_bytes,
      },
      noise: marginsOf(batches, lastLayer(task), correctness),
      ...clientRounds(batches),
      interactive: plan.actions.some((action) => action.do === 'client'),
      data: task.data,
    },
  };
}

function failureNote(correctness: Correctness | undefined): Readonly<Record<string, string>> {
  if (failureOf(correctness) !== null) return {};
  return { failureProbability_log2: correctness?.kind === 'approximate' ? 'approximate results have a precision instead' : 'cannot fail' };
}

function precisionOf(correctness: Correctness | undefined): MeasuredRecord['plannedPrecision'] {
  if (correctness?.kind !== 'approximate') return null;
  return { required_bits: correctness.precision_bits, modelled_bits: correctness.modelled_bits };
}

/**
 * What layers leave, and what is downloaded in the end, where results may have been divided. Noisy outputs are off by steps as they
 * should be: how far they lie from the next whole step says nothing.
 */
function marginsOf({ layerMargins, margin_bits }: Batches, last: string, correctness: Correctness | undefined): MeasuredRecord['noise'] {
  const before = layerMargins.filter(({ layer }) => layer !== last);
  return margin_bits === null || correctness?.kind === 'noisy' ? before : [...before, { layer: last, margin_bits }];
}

async function check(task: Task, outputs: ObservedOutputs, tell: (message: LaunchMessage) => void): Promise<ReturnType<typeof judge>> {
  const name = outputPort(task);
  const { ports } = task.compiled.client;
  // Errors of what rounds decrypt count as far as they reach.
  const types = Object.entries(ports).flatMap(([port, { type }]) =>
    port === name || port in (task.gains ?? {}) ? [[port, type] as const] : [],
  );
  const range = reachOf(types, task.gains) / (ports[name]!.type.step ?? 1);
  const compared = await compareNetworks(task, tell);
  return judge(outputs.batches, { task, correctness: task.compiled.estimate.correctness[name]!, range, compared });
}
