/**
 * A network of digits under TFHE beside its plan in the clear, image by image: classes, and every table's output.
 * `npm run tfhe:paired -- mlp-dinn-30 --images 250 --from 0 --out pairs.jsonl --key-cache keys` adds 250 images to the file and prints
 * what all images in it say: a thousand can be taken in pieces.
 *
 * @module
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { loadScheme } from '../schemes/registry.ts';
import { isRefusal } from '../schemes/scheme.ts';
import { benchArguments, benchNetwork, explainFailures } from './bench-arguments.ts';
import { wholeNumber } from './commands/usage.ts';
import { prepareKeyCache, readKeys } from './launch/key-cache.ts';
import { compared, seenInto, type PairedImage } from './paired-images.fixture.ts';
import { requirementOf } from './record/requirement.ts';
import { sessionKeys } from './launch/session-keys.ts';
import { runBatch, type Parties } from './launch/session.ts';
import { median, wilsonInterval } from './record/statistics.ts';

const USAGE = 'tfhe:paired -- <network> [--images 100] [--from 0] [--threads 1] [--seed 1] [--out pairs.jsonl] [--key-cache folder]';

explainFailures();
const { values: options, positionals } = benchArguments(
  {
    images: { type: 'string', default: '100' },
    from: { type: 'string', default: '0' },
    threads: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    out: { type: 'string' },
    'key-cache': { type: 'string' },
  },
  USAGE,
);
const workload = benchNetwork(positionals[0], USAGE);
const images = wholeNumber('--images', options.images, 1, 1e6);
const from = wholeNumber('--from', options.from, 0, 1e6);
const threads = wholeNumber('--threads', options.threads, 1, 64);
const seed = wholeNumber('--seed', options.seed, 0, 2 ** 31 - 1);
const [scheme, clear] = [await loadScheme('tfhe'), await loadScheme('clear')];
const need = requirementOf({ parameters: null, kernels: 'own', threads });
const { arithmetic, operations, shapes } = scheme;
const task = await workload.prepare({
  scheme: { arithmetic, operations, shapes },
  layout: 'batched',
  seed,
  dataFolder: null,
  planCache: null,
  compile: (circuits) => scheme.compile(circuits, need),
});
if (isRefusal(task)) throw new Error(task.reason);
const { plan, tables } = seenInto(task.plan);
// Outputs of tables are no reason for another set.
const compiled = scheme.compile(plan.circuits, { ...need, parameters: task.compiled.client.parameters.id });
const reference = clear.compile(plan.circuits, requirementOf({ parameters: null, kernels: 'library', threads: 1 }));
if (isRefusal(compiled) || isRefusal(reference)) throw new Error('the plan with its tables as outputs was refused');

const folder = options['key-cache'] ?? null;
if (folder !== null) prepareKeyCache(folder);
const kept = folder === null ? null : readKeys(folder, compiled.client);
await using client = await scheme.createClient(compiled.client, kept === null ? {} : { secret: kept.secret });
const { keys } = await sessionKeys(client, { plan: compiled.client, folder, kept }, () => undefined);
await using evaluator = await scheme.createEvaluator(compiled, keys, { threads });
await using clearClient = await clear.createClient(reference.client);
await using clearEvaluator = await clear.createEvaluator(reference, []);
const encryptedSide: Parties = { clientPlan: compiled.client, client, evaluator };
const clearSide: Parties = { clientPlan: reference.client, client: clearClient, evaluator: clearEvaluator };
await evaluator.prepare(plan.circuits);
await clearEvaluator.prepare(plan.circuits);

const pairs: PairedImage[] = [];
for (let sample = from; sample < Math.min(from + images, task.samples); sample++) {
  const inputs = task.inputs(sample);
  const encrypted = await runBatch(plan, encryptedSide, inputs);
  const planned = await runBatch(plan, clearSide, inputs);
  const outcome = compared(task, tables, sample, { encrypted: encrypted.outputs, clear: planned.outputs });
  pairs.push({ seed, ...outcome, evaluate_ns: encrypted.elapsed_ns.evaluate });
  if (options.out !== undefined) appendFileSync(options.out, `${JSON.stringify(pairs.at(-1))}\n`);
  if (sample % 10 === 9) process.stderr.write(`${sample + 1 - from} of ${images}\n`);
}

const { client: plannedClient, estimate } = task.compiled;
const all = options.out !== undefined && existsSync(options.out) ? readPairs(options.out) : pairs;
print(all);

function readPairs(path: string): PairedImage[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as PairedImage);
}

function print(pairs: readonly PairedImage[]): void {
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
  const right = estimate.correctness['network.output']!;
  const predicted = right.kind === 'approximate' ? null : right.failure_log2;
  const lines = [
    `${workload.id} under TFHE, ${plannedClient.parameters.id}, ${threads} thread(s)`,
    shareOf('float right', ({ float, label }) => float === label),
    shareOf('planned right', ({ planned, label }) => planned === label),
    shareOf('encrypted right', ({ encrypted, label }) => encrypted === label),
    shareOf('same class as planned', ({ encrypted, planned }) => encrypted === planned),
    `discordant pairs: ${worse} right only as planned, ${better} right only encrypted; difference ${percent(difference)} [${percent(difference - half)}, ${percent(difference + half)}]`,
    `chance that any table is wrong: predicted ${predicted === null ? 'none' : percent(2 ** predicted)}`,
    shareOf('with a wrong table', flipped),
    ...tables.map((layer) => {
      const sum = pairs.reduce((total, { wrongTables }) => total + wrongTables[layer]!, 0);
      return `wrong outputs of '${layer}': ${(sum / n).toFixed(3)} an image`;
    }),
    `evaluate, downloads of tables apart: median ${(median(pairs.map(({ evaluate_ns }) => evaluate_ns)) / 1e9).toFixed(3)} s`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
