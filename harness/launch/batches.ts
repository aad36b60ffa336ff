/**
 * All batches of one launch: warm-up, samples, and the layer times beside them.
 *
 * Layers are timed by a callback inside `evaluate`. Where an evaluation is long, the samples carry it themselves: beside a
 * tenth of a second, its microseconds are nothing. Shorter evaluations are repeated with it after the samples, which stay free of it.
 *
 * @module
 */
import type { OperationCounts } from '../../schemes/scheme.ts';
import type { Task } from '../../workloads/workload.ts';
import type { LaunchMessage, LaunchRequest } from './messages.ts';
import { ObservedOutputs } from './outputs.ts';
import type { MeasuredRecord, StageSamples } from '../record/record.ts';
import { passesOf } from './plan-facts.ts';
import { sampleUntilKnown, type Sampled } from './sampling.ts';
import type { BatchResult, BatchStage, LayerMargin, Parties } from './batch-result.ts';
import { runBatch, type BatchOptions } from './session.ts';

const LONG_EVALUATION_NS = 1e8;
/** From here on, a first batch is a cost of the launch: it is cut where a part warms up as well. */
const LONG_WARMUP_NS = 1e9;
/** Of the budget, on top of it. */
const LAYER_SHARE = 0.1;
const MOST_LAYER_BATCHES = 20;

export interface Batches extends Sampled<BatchResult> {
  /** Batches whose layers were timed. */
  readonly layered: readonly BatchResult[];
  /** Of one batch. */
  readonly operations: OperationCounts;
  /** Fewest bits of noise margin in any download; null where the client cannot tell. */
  readonly margin_bits: number | null;
  /** The same after every layer. */
  readonly layerMargins: readonly LayerMargin[];
  /** Of every batch, warm-up too. */
  readonly outputs: ObservedOutputs;
}

/** First sample of the batch that is run as number `index`, from 0: in the data's order, and again from the start behind the last. */
export function firstSample({ plan, samples }: Pick<Task, 'plan' | 'samples'>, index: number): number {
  return (index % Math.ceil(samples / plan.batch)) * plan.batch;
}

/**
 * Whether one plaintext prime of several warms up for all: each takes the same code and the same memory, one after the other. Where a client
 * round stands between, it needs them all.
 */
export function isFirstPassEnough({ plan, compiled }: Pick<Task, 'plan' | 'compiled'>): boolean {
  if ((compiled.estimate.evaluate_ns ?? 0) < LONG_WARMUP_NS) return false;
  return (passesOf(plan, compiled.client) ?? 1) > 1 && plan.actions.every((action) => action.do !== 'client');
}

/** Each batch takes the next samples of the data, so that accuracy covers many. */
export async function runBatches(
  task: Task,
  limits: Pick<LaunchRequest, 'budget_ns' | 'warmup' | 'stopping'>,
  parties: Parties,
  tell: (message: LaunchMessage) => void,
): Promise<Batches> {
  const { plan } = task;
  const outputs = new ObservedOutputs();
  let done = 0;
  let total: number | null = null;
  let layerMargins: readonly LayerMargin[] = [];
  let warmedUp: number | null = null;
  const isPart = (index: number): boolean => index === 0 && limits.warmup > 0 && isFirstPassEnough(task);
  const run = async (index: number, layers: boolean): Promise<BatchResult> => {
    const first = firstSample(task, index);
    const onStage: BatchOptions['onStage'] = (stage): void => tell({ kind: 'progress', stage, done, total });
    const onLayer = (layer: string): void => tell({ kind: 'progress', stage: 'evaluate', done, total, layer });
    // Once: noise differs by a bit from batch to batch, and from prime to prime.
    const layerNoise = layers && layerMargins.length === 0;
    const firstPassAlone = isPart(index);
    const options = { layers, noise: layers, layerNoise, firstPassAlone, onStage, onLayer };
    const result = await runBatch(plan, parties, task.inputs(first), options);
    if (layerNoise) layerMargins = result.layerMargins;
    if (!firstPassAlone) outputs.add(first, result.outputs[task.output.result]!);
    done++;
    return result;
  };

  let evaluate_ns = task.compiled.estimate.evaluate_ns ?? 0;
  let operations = null as OperationCounts | null;
  const sampled = await sampleUntilKnown(
    async (index) => {
      const before = operations === null ? parties.evaluator.counts() : {};
      const result = await run(index, evaluate_ns >= LONG_EVALUATION_NS);
      if (isPart(index)) return result;
      evaluate_ns = result.elapsed_ns.evaluate;
      operations ??= countsBetween(before, parties.evaluator.counts());
      return result;
    },
    server_ns,
    limits,
    (samples) => (total = (warmedUp ??= done) + samples),
  );

  const layered = sampled.samples.filter(({ layers }) => layers.length > 0);
  if (layered.length === 0) {
    const count = layerBatches(sampled.samples, limits.budget_ns);
    total = done + count;
    for (let index = done; index < total; index++) layered.push(await run(index, true));
  }
  const margins = layered.flatMap(({ margin_bits }) => (margin_bits === null ? [] : [margin_bits]));
  return {
    ...sampled,
    layered,
    operations: operations ?? {},
    margin_bits: margins.length === 0 ? null : Math.min(...margins),
    layerMargins,
    outputs,
  };
}

/** All that the server does for a batch: the figure that has to be known. */
function server_ns({ elapsed_ns: { load, evaluate, store } }: BatchResult): number {
  return load + evaluate + store;
}

function layerBatches(samples: readonly BatchResult[], budget_ns: number): number {
  const longest_ns = Math.max(1, ...samples.map(({ elapsed_ns }) => Object.values(elapsed_ns).reduce((sum, time_ns) => sum + time_ns, 0)));
  return Math.min(MOST_LAYER_BATCHES, Math.max(1, Math.floor((LAYER_SHARE * budget_ns) / longest_ns)));
}

/** The record's samples of the stages that every batch passes through. */
export function stageSamples({
  warmup,
  samples,
}: Pick<Sampled<BatchResult>, 'warmup' | 'samples'>): Record<BatchStage, StageSamples> & Pick<MeasuredRecord['stages'], 'offline'> {
  const times = (stage: BatchStage): StageSamples => ({
    samples_ns: samples.map((batch) => batch.elapsed_ns[stage]),
    warmup_ns: warmup.map((batch) => batch.elapsed_ns[stage]),
  });
  const ahead = (batches: readonly BatchResult[]): number[] => batches.flatMap(({ offline_ns }) => offline_ns ?? []);
  const offline = ahead(samples).length === 0 ? {} : { offline: { samples_ns: ahead(samples), warmup_ns: ahead(warmup) } };
  return {
    ...offline,
    ...{ encrypt: times('encrypt'), load: times('load'), evaluate: times('evaluate'), store: times('store'), decrypt: times('decrypt') },
  };
}

/** The record's client rounds; none where the client only sends and reads. */
export function clientRounds({ samples }: Pick<Sampled<BatchResult>, 'samples'>): Pick<MeasuredRecord, 'clientRounds'> {
  const [{ rounds }] = samples;
  if (rounds.length === 0) return {};
  const timesOf = (at: number): number[] => samples.map((batch) => batch.rounds[at]!.client_ns);
  return {
    clientRounds: rounds.map(({ name, learns, bytes }, at) => {
      return { name, learns, input_bytes: bytes.input, output_bytes: bytes.output, samples_ns: timesOf(at) };
    }),
  };
}

/** The record's layers, in the order in which they ran. */
export function layerSamples(batches: readonly BatchResult[]): MeasuredRecord['layers'] {
  const names = batches[0]?.layers.map(({ name }) => name) ?? [];
  const times = (name: string): number[] =>
    batches.flatMap(({ layers }) => layers.filter((layer) => layer.name === name).map(({ elapsed_ns }) => elapsed_ns));
  return names.map((name) => ({ name, samples_ns: times(name) }));
}

/** What was counted since `before`; 0 for operations that were not done again. */
export function countsBetween(before: OperationCounts, after: OperationCounts): OperationCounts {
  return Object.fromEntries(Object.entries(after).map(([operation, count]) => [operation, count - (before[operation] ?? 0)]));
}
