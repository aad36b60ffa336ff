/**
 * What the harness adds to what it measures. Ten cases, each in a process of its own, in which five ways to run inferences take turns on
 * the same client and the same evaluator:
 *
 * - harness: as a launch samples them;
 * - by hand: the same calls in a loop, with a clock around them and nothing else but a turn of the event loop behind each inference: a
 *   server hears its next client there, and the turn alone makes an evaluation of milliseconds a few percent slower;
 * - full, minor: as the harness, with a full collection of garbage before each sample, or one of the young generation;
 * - alone: load, evaluate and store by hand without a client in between, whose work makes room for itself in the processor's caches.
 *
 * Prints a Markdown table: times of the harness, and ratios turn by turn with their 95% intervals. A turn counts by its median, or with
 * `--of least` by its shortest time, where other programs share the machine. `npm run overhead -- --turns 40` takes more turns;
 * `-- ckks/dense-64/packed/own` takes one case.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadScheme } from '../schemes/registry.ts';
import type { HEClient, HEEvaluator, Kernels } from '../schemes/scheme.ts';
import type { Action } from '../workloads/plan.ts';
import type { Layout, Task } from '../workloads/workload.ts';
import { findNetwork, prepareNetwork } from './commands/find-network.ts';
import { oneOf, usageError, wholeNumber } from './commands/usage.ts';
import { arrange, collect } from './launch/arrange.ts';
import { sampleUntilKnown } from './launch/sampling.ts';
import { runBatch } from './launch/session.ts';
import { median, pairedRatio } from './record/statistics.ts';
import { explain } from './terminal/explain.ts';

const CASES = [
  ...['ckks/dense-64/packed/own', 'ckks/dense-784x10/packed/own', 'ckks/dense-784x10/packed/library'],
  ...['bfv/dense-784x10/packed/own', 'bgv/dense-784x10/packed/own', 'ckks/activation-square/packed/own'],
  ...['ckks/cnn-lola-small/packed/own', 'bfv/cnn-lola-small/packed/own', 'ckks/cnn-cryptonets/packed/own', 'ckks/cnn-tenseal/packed/own'],
];
const WARM_UP_TURNS = 2;
/**
 * Of one way in one turn; the first finds caches as another way left them, and is dropped. As many as a launch takes before it first asks
 * whether its median is known: with fewer, most would be the first of a round, which a launch has few of.
 */
const SAMPLES = 30;
const WAYS = ['harness', 'hand', 'full', 'minor', 'alone'] as const;
type Way = (typeof WAYS)[number];

/** Times of one inference. */
interface Times {
  readonly evaluate: number;
  /** load + evaluate + store */
  readonly server: number;
}
/** One figure for each turn. */
type Turns = Record<Way, Times[]>;

process.on('uncaughtException', (error) => process.exit(explain(error)));
const { values: options, positionals } = givenWords();
const turns = wholeNumber('--turns', options.turns, 1, 10_000);
const of = oneOf('--of', options.of, ['median', 'least']);
const cases = positionals.length > 0 ? positionals : CASES;
if (options.json) process.stdout.write(JSON.stringify(await contest(cases[0]!, turns)));
else for (const cells of table(cases)) process.stdout.write(`| ${cells.join(' | ')} |\n`);
process.exit(0);

function givenWords() {
  const [turns, of, json] = [
    { type: 'string', default: '20' },
    { type: 'string', default: 'median' },
    { type: 'boolean', default: false },
  ] as const;
  try {
    return parseArgs({ options: { turns, of, json }, allowPositionals: true });
  } catch (error) {
    const usage = 'overhead -- [scheme/network/layout/kernels] [--turns 20] [--of median] [--json]';
    throw usageError(`npm run ${usage}`, error instanceof Error ? error.message : String(error), 'check the words');
  }
}

function contestElsewhere(name: string): Turns {
  const words = ['--expose-gc', fileURLToPath(import.meta.url), name, '--turns', String(turns), '--of', of, '--json'];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' })) as Turns;
}

/** Line by line: a case takes a while. */
function* table(names: readonly string[]): Generator<readonly string[]> {
  const titles = ['case', 'evaluate', 'harness / by hand', 'the same, server', 'full / harness', 'minor / harness', 'alone / harness'];
  yield titles;
  yield titles.map((_, at) => (at === 0 ? '---' : '---:'));
  for (const name of names) {
    const taken = contestElsewhere(name);
    const evaluate_ns = median(taken.harness.map(({ evaluate }) => evaluate));
    const ratios = [ratio(taken.harness, taken.hand, 'evaluate'), ratio(taken.harness, taken.hand, 'server')];
    const others = (['full', 'minor', 'alone'] as const).map((way) => ratio(taken[way], taken.harness, 'evaluate'));
    yield [name, `${(evaluate_ns / 1e6).toFixed(2)} ms`, ...ratios, ...others];
  }
}

function ratio(left: readonly Times[], right: readonly Times[], stage: keyof Times): string {
  const { value, interval } = pairedRatio(
    left.map((times) => times[stage]),
    right.map((times) => times[stage]),
  );
  return interval === null ? value.toFixed(3) : `${value.toFixed(3)} [${interval.low.toFixed(3)}, ${interval.high.toFixed(3)}]`;
}

async function contest(name: string, count: number): Promise<Turns> {
  const [schemeId, network, layout, kernels] = name.split('/');
  const scheme = await loadScheme(schemeId!);
  const task = await prepareNetwork(findNetwork(network), {
    ...{ scheme, layout: layout as Layout, kernels: kernels as Kernels },
    ...{ threads: 1, seed: 1 },
  });
  await using client = await scheme.createClient(task.compiled.client);
  await using evaluator = await scheme.createEvaluator(task.compiled, await client.generateKeys(), { threads: 1 });
  await evaluator.prepare(task.plan.circuits);
  const ways = waysOf(task, client, evaluator);
  const taken: Turns = { harness: [], hand: [], full: [], minor: [], alone: [] };
  for (let turn = -WARM_UP_TURNS; turn < count; turn++) {
    // The order turns around from turn to turn, so that drift favours no way.
    for (const way of turn % 2 === 0 ? WAYS : WAYS.toReversed()) {
      const times = (await ways[way]()).slice(1);
      const figureOf = of === 'median' ? median : (values: readonly number[]): number => Math.min(...values);
      const ofTurn = (stage: keyof Times): number => figureOf(times.map((one) => one[stage]));
      if (turn >= 0) taken[way].push({ evaluate: ofTurn('evaluate'), server: ofTurn('server') });
    }
  }
  return taken;
}

/** Each runs `SAMPLES` inferences. */
function waysOf(task: Task, client: HEClient, evaluator: HEEvaluator): Record<Way, () => Promise<readonly Times[]>> {
  const parties = { clientPlan: task.compiled.client, client, evaluator };
  const first = (index: number): number => (index % Math.ceil(task.samples / task.plan.batch)) * task.plan.batch;
  const limits = { budget_ns: Infinity, warmup: 0, stopping: { precision: Number.MIN_VALUE, mostSamples: SAMPLES } };
  const throughHarness = async (before: () => void): Promise<readonly Times[]> => {
    const once = (index: number) => {
      before();
      return runBatch(task.plan, parties, task.inputs(first(index)));
    };
    const { samples } = await sampleUntilKnown(once, ({ elapsed_ns }) => elapsed_ns.evaluate, limits);
    return samples.map(({ elapsed_ns: { load, evaluate, store } }) => ({ evaluate, server: load + evaluate + store }));
  };
  const loop = byHand(task, client, evaluator);
  return {
    harness: () => throughHarness(() => undefined),
    full: () => throughHarness(() => globalThis.gc?.()),
    minor: () => throughHarness(() => globalThis.gc?.({ type: 'minor' })),
    hand: async () => {
      const times: Times[] = [];
      for (let index = 0; index < SAMPLES; index++) {
        times.push(await loop.inference(first(index)));
        await new Promise(setImmediate);
      }
      return times;
    },
    alone: async () => {
      const envelopes = await loop.encrypt(0);
      const times: Times[] = [];
      for (let index = 0; index < SAMPLES; index++) times.push((await loop.serve(envelopes)).times);
      return times;
    },
  };
}

type Envelopes = readonly (readonly Uint8Array[])[];

/** The calls of one inference, for plans of one upload, one circuit and one download. */
function byHand(task: Task, client: HEClient, evaluator: HEEvaluator) {
  const { plan, compiled } = task;
  const actionOf = <D extends Action['do']>(kind: D) =>
    plan.actions.find((action): action is Extract<Action, { do: D }> => action.do === kind)!;
  const [upload, run, download] = [actionOf('upload'), actionOf('run'), actionOf('download')];
  if (plan.actions.filter(({ do: kind }) => kind !== 'release').length !== 3) throw new Error('only plans of one circuit are timed here');
  const input = Object.keys(run.inputs)[0]!;
  const output = Object.entries(run.outputs).find(([, held]) => held === download.held)![0];
  const { shape, passes } = compiled.client.ports[upload.port]!;

  const encrypt = async (first: number): Promise<Envelopes> => {
    const slots = arrange(plan.arrangements[upload.port]!, shape, task.inputs(first)[upload.data]!);
    const sent: (readonly Uint8Array[])[] = [];
    for (let pass = 0; pass < passes; pass++) sent.push(await client.encrypt(upload.port, slots, pass));
    return sent;
  };
  const serve = async (sent: Envelopes) => {
    let [evaluate, server] = [0, 0];
    const answers: (readonly Uint8Array[])[] = [];
    let port = '';
    for (const [pass, envelopes] of sent.entries()) {
      const started = process.hrtime.bigint();
      const held = await evaluator.load(upload.port, envelopes, pass);
      const loaded = process.hrtime.bigint();
      const { [output]: result } = await evaluator.run(run.circuit, { [input]: held });
      const evaluated = process.hrtime.bigint();
      answers.push(await evaluator.store(result!));
      server += Number(process.hrtime.bigint() - started);
      evaluate += Number(evaluated - loaded);
      port = result!.port;
      evaluator.release(result!);
      evaluator.release(held);
    }
    return { times: { evaluate, server }, answers, port };
  };
  const inference = async (first: number): Promise<Times> => {
    const { times, answers, port } = await serve(await encrypt(first));
    collect(plan.arrangements[port]!, plan.batch, await client.decrypt(port, answers));
    return times;
  };
  return { encrypt, serve, inference };
}
