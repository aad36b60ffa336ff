/**
 * `tfhe:paired`: a network of digits under TFHE beside its plan in the clear, image by image: classes, and every table's output. Images
 * are those of `bench` with the same seed and data, in the same order; image 0 is that of its first batch, which warms up. With `--out`
 * images are added to a file, and all in it are counted: a thousand can be taken in pieces.
 *
 * @module
 */
import { appendFileSync } from 'node:fs';
import type { Argv, CommandModule } from 'yargs';
import { loadScheme } from '../../schemes/registry.ts';
import { isRefusal, type HEScheme } from '../../schemes/scheme.ts';
import type { Task, Workload } from '../../workloads/workload.ts';
import { prepareKeyCache, readKeys } from '../launch/key-cache.ts';
import { sessionKeys } from '../launch/session-keys.ts';
import type { Parties } from '../launch/batch-result.ts';
import { runBatch } from '../launch/session.ts';
import { requirementOf } from '../record/requirement.ts';
import { median, wilsonInterval } from '../record/statistics.ts';
import { writing } from '../record/writing.ts';
import { firstSample } from '../launch/batches.ts';
import { DEFAULT_SEED, LARGEST_SEED } from './bench-options.ts';
import { findNetwork, prepareNetwork } from './find-network.ts';
import { invocation } from './invocation.ts';
import { compared, readPairs, seenInto, type PairedImage } from './paired-images.ts';
import { single, usageError, valueOption, wholeNumber, type Given } from './usage.ts';

export const pairedOptions = {
  images: valueOption('How many images [default: 100]'),
  from: valueOption('The first image [default: 0]'),
  threads: valueOption('Worker threads in the evaluator [default: 1]'),
  seed: valueOption('Steers the order of images, never keys [default: 1]'),
  data: valueOption('Folder with the full MNIST set as IDX files [default: the built-in images]'),
  out: valueOption('File that images are added to, one JSON object a line; all in it are counted'),
  'key-cache': valueOption('Folder in which secret and keys are kept and found again, for its owner alone'),
};

type GivenPairedOptions = { readonly [option in keyof typeof pairedOptions]?: Given } & { readonly network?: string | undefined };

interface PairedRun {
  readonly network: Workload;
  readonly images: number;
  readonly from: number;
  readonly threads: number;
  readonly seed: number;
  readonly dataFolder: string | null;
  readonly out: string | null;
  readonly keyFolder: string | null;
}

export const tfhePaired: CommandModule<object, GivenPairedOptions> = {
  command: 'tfhe:paired <network>',
  describe: 'Count how often a network under TFHE differs from its plan in the clear',
  builder: (yargs: Argv): Argv<GivenPairedOptions> =>
    yargs
      .usage(
        `${invocation('tfhe:paired', '<network> [options]')}\n\nRuns images under TFHE and in the clear, and compares classes and tables.`,
      )
      .positional('network', { type: 'string', describe: `Id of a network of digits of \`${invocation('list')}\`` })
      .options(pairedOptions)
      .example(invocation('tfhe:paired', 'mlp-dinn-30 --images 250 --out pairs.jsonl --key-cache keys'), 'a part of a thousand'),
  async handler(given) {
    const numberOr = (option: 'images' | 'from' | 'threads' | 'seed', fallback: number, least: number, most: number): number => {
      const text = single(`--${option}`, given[option]);
      return text === null ? fallback : wholeNumber(`--${option}`, text, least, most);
    };
    const run: PairedRun = {
      network: findNetwork(given.network),
      images: numberOr('images', 100, 1, 1e6),
      from: numberOr('from', 0, 0, 1e6),
      threads: numberOr('threads', 1, 1, 64),
      seed: numberOr('seed', DEFAULT_SEED, 0, LARGEST_SEED),
      dataFolder: single('--data', given.data),
      out: single('--out', given.out),
      keyFolder: single('--key-cache', given['key-cache']),
    };
    const scheme = await loadScheme('tfhe');
    const task = await prepareNetwork(run.network, { ...run, scheme, layout: 'batched', kernels: 'own' });
    if (task.labels === null) throw usageError('a network with classes', `'${run.network.id}'`, 'the command list names them all');
    if (run.from >= task.samples)
      throw usageError(`--from below ${task.samples}, the images that there are`, String(run.from), 'see --help');
    const earlier = run.out === null ? [] : readPairs(run.out);
    const { plan, tables } = seenInto(task.plan);
    const pairs = await comparePairs(run, scheme, task, plan, tables);
    print(run, task, tables, [...earlier, ...pairs]);
  },
};

/** Images one by one, under encryption and in the clear. `plan` is the task's with its tables as outputs. */
async function comparePairs(
  { images, from, threads, seed, out, keyFolder }: PairedRun,
  scheme: HEScheme,
  task: Task,
  plan: Task['plan'],
  tables: readonly string[],
): Promise<readonly PairedImage[]> {
  const clear = await loadScheme('clear');
  // Outputs of tables are no reason for another set, nor for a refusal: any error of theirs is allowed.
  const parameters = task.compiled.client.parameters.id;
  const need = { ...requirementOf({ parameters, kernels: 'own', threads }), failure_log2: Infinity };
  const compiled = scheme.compile(plan.circuits, need);
  const reference = clear.compile(plan.circuits, requirementOf({ parameters: null, kernels: 'library', threads: 1 }));
  if (isRefusal(compiled) || isRefusal(reference)) throw new Error('the plan with its tables as outputs was refused');

  const keep = (text: string): void => {
    if (out !== null) writing(out, () => appendFileSync(out, text));
  };
  // What cannot be written is told before anything is measured.
  keep('');
  if (keyFolder !== null) prepareKeyCache(keyFolder);
  const kept = keyFolder === null ? null : readKeys(keyFolder, compiled.client);
  await using client = await scheme.createClient(compiled.client, kept === null ? {} : { secret: kept.secret });
  const { keys } = await sessionKeys(client, { plan: compiled.client, folder: keyFolder, kept }, () => undefined);
  await using evaluator = await scheme.createEvaluator(compiled, keys, { threads });
  await using clearClient = await clear.createClient(reference.client);
  await using clearEvaluator = await clear.createEvaluator(reference, []);
  const encryptedSide: Parties = { clientPlan: compiled.client, client, evaluator };
  const clearSide: Parties = { clientPlan: reference.client, client: clearClient, evaluator: clearEvaluator };
  await evaluator.prepare(plan.circuits);
  await clearEvaluator.prepare(plan.circuits);

  const pairs: PairedImage[] = [];
  for (let index = from; index < Math.min(from + images, task.samples); index++) {
    const sample = firstSample(task, index);
    const inputs = task.inputs(sample);
    const encrypted = await runBatch(plan, encryptedSide, inputs);
    const planned = await runBatch(plan, clearSide, inputs);
    const outcome = compared(task, tables, sample, { encrypted: encrypted.outputs, clear: planned.outputs });
    const pair = { seed, ...outcome, evaluate_ns: encrypted.elapsed_ns.evaluate };
    pairs.push(pair);
    keep(`${JSON.stringify(pair)}\n`);
    if (index % 10 === 9) process.stderr.write(`${index + 1 - from} of ${images}\n`);
  }
  return pairs;
}

function print({ network, threads }: PairedRun, { compiled }: Task, tables: readonly string[], pairs: readonly PairedImage[]): void {
  const n = pairs.length;
  const shareOf = (name: string, is: (pair: PairedImage) => boolean): string => {
    const count = pairs.filter(is).length;
    const { low, high } = wilsonInterval(count, n);
    return `${name} ${count} of ${n}: ${percent(count / n)} [${percent(low)}, ${percent(high)}]`;
  };
  const flipped = (pair: PairedImage): boolean => Object.values(pair.wrongTables).some((count) => count > 0);
  const worse = pairs.filter(({ label, planned, encrypted }) => planned === label && encrypted !== label).length;
  const better = pairs.filter(({ label, planned, encrypted }) => planned !== label && encrypted === label).length;
  const difference = (better - worse) / n;
  // Of a difference of paired shares (Agresti, Categorical Data Analysis, 3rd ed., section 11.1).
  const half = (1.96 * Math.sqrt(better + worse - (better - worse) ** 2 / n)) / n;
  const right = compiled.estimate.correctness['network.output']!;
  const predicted = right.kind === 'approximate' ? null : right.failure_log2;
  const lines = [
    `${network.id} under TFHE, ${compiled.client.parameters.id}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`,
    shareOf('float right', ({ float, label }) => float === label),
    shareOf('planned right', ({ planned, label }) => planned === label),
    shareOf('encrypted right', ({ encrypted, label }) => encrypted === label),
    shareOf('same class as planned', ({ encrypted, planned }) => encrypted === planned),
    `discordant pairs: ${worse} right only as planned, ${better} right only encrypted; difference ${percent(difference)} [${percent(difference - half)}, ${percent(difference + half)}]`,
    `chance that any table gives another entry: predicted ${predicted === null ? 'none' : percent(2 ** predicted)}`,
    shareOf('with an output of a table that is not exact, by another entry or by noise', flipped),
    ...tables.map((layer) => {
      const sum = pairs.reduce((total, { wrongTables }) => total + wrongTables[layer]!, 0);
      return `outputs of '${layer}' that are not exact: ${(sum / n).toFixed(3)} an image`;
    }),
    `evaluate, downloads of tables apart: median ${(median(pairs.map(({ evaluate_ns }) => evaluate_ns)) / 1e9).toFixed(3)} s`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
