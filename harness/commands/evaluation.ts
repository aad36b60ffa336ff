/**
 * `evaluation`: one network's server alone, again and again, in turns: own kernels beside the library's, two threads beside one. A server
 * loads what came, evaluates it and stores what goes back; the bytes that come are the same in every turn.
 *
 * @module
 */
import type { Argv, CommandModule } from 'yargs';
import { loadScheme } from '../../schemes/registry.ts';
import type { HEScheme, Kernels, LayerEvent } from '../../schemes/scheme.ts';
import type { Layout, Workload } from '../../workloads/workload.ts';
import { arrange } from '../launch/arrange.ts';
import { median, pairedRatio } from '../record/statistics.ts';
import { timed } from '../launch/timed.ts';
import { DEFAULT_SEED, KERNELS, LARGEST_SEED } from './bench-options.ts';
import { findNetwork, prepareNetwork } from './find-network.ts';
import { invocation } from './invocation.ts';
import { list, oneOf, single, usageError, valueOption, wholeNumber, type Given } from './usage.ts';

/** Batches that are not counted: the engine still compiles the code that they run. */
const WARM_UP_BATCHES = 3;

export const evaluationOptions = {
  scheme: valueOption('A scheme [default: ckks]'),
  layout: valueOption('batched, packed or interleaved [default: packed]'),
  kernels: valueOption('Whose code evaluates: library, own or library,own [default: own]'),
  threads: valueOption('Worker threads in an evaluator: 1,2 [default: 1]'),
  batches: valueOption('Batches of each [default: 15]'),
  seed: valueOption('Steers data, never keys [default: 1]'),
};

type GivenEvaluationOptions = { readonly [option in keyof typeof evaluationOptions]?: Given } & { readonly network?: string | undefined };

const STAGES = ['server', 'load', 'evaluate', 'store'] as const;
type Stage = (typeof STAGES)[number];

/** Times of one batch; those of layers are parts of `evaluate`, and the server's is the sum of the other stages. */
interface BatchTimes {
  readonly stages_ns: Readonly<Record<Stage, number>>;
  readonly layers_ns: ReadonlyMap<string, number>;
}

/** One way to evaluate: all batches of one evaluator. */
interface Contestant {
  readonly name: string;
  /** Runs once. */
  readonly runBatch: () => Promise<BatchTimes>;
}

/** What is evaluated, and how. */
interface Way {
  readonly scheme: HEScheme;
  readonly network: Workload;
  readonly layout: Layout;
  readonly kernels: Kernels;
  readonly threads: number;
  readonly seed: number;
}

export const evaluation: CommandModule<object, GivenEvaluationOptions> = {
  command: 'evaluation <network>',
  describe: "Time one network's server alone: stages, layers, and ratios of kernels and threads",
  builder: (yargs: Argv): Argv<GivenEvaluationOptions> =>
    yargs
      .usage(`${invocation('evaluation', '<network> [options]')}\n\nTimes load, evaluate and store of one batch, in turns.`)
      .positional('network', { type: 'string', describe: `Id of a network of \`${invocation('list')}\`` })
      .options(evaluationOptions)
      .example(invocation('evaluation', 'cnn-tenseal --layout batched --threads 1,2'), 'two threads beside one'),
  async handler(given) {
    const network = findNetwork(given.network);
    const layout = oneOf('--layout', single('--layout', given.layout) ?? 'packed', network.layouts);
    const batchCount = wholeNumber('--batches', single('--batches', given.batches) ?? '15', 1, 1e6);
    const seed = wholeNumber('--seed', single('--seed', given.seed) ?? String(DEFAULT_SEED), 0, LARGEST_SEED);
    const kernels = (list('--kernels', given.kernels) ?? ['own']).map((name) => oneOf('--kernels', name, KERNELS));
    const threads = (list('--threads', given.threads) ?? ['1']).map((count) => wholeNumber('--threads', count, 1, 64));
    const scheme = await loadScheme(single('--scheme', given.scheme) ?? 'ckks');
    await using evaluators = new AsyncDisposableStack();
    const contestants: Contestant[] = [];
    for (const code of kernels) {
      for (const count of threads) {
        contestants.push(await createContestant({ scheme, network, layout, kernels: code, threads: count, seed }, evaluators));
      }
    }
    const batches = await timeBatches(contestants, batchCount);
    for (const [at, { name }] of contestants.entries()) print(name, batches, at);
  },
};

async function createContestant(way: Way, evaluators: AsyncDisposableStack): Promise<Contestant> {
  const { scheme, kernels, threads } = way;
  const task = await prepareNetwork(way.network, way);
  const { plan, compiled } = task;
  const [circuit, ...others] = plan.circuits;
  const upload = plan.actions.find((action) => action.do === 'upload');
  const run = plan.actions.find((action) => action.do === 'run');
  if (circuit === undefined || others.length > 0 || upload === undefined || run === undefined)
    throw usageError('a plan of one circuit, in which the client takes no part', `that of ${way.network.id}`, '`bench` times all of them');
  const { shape, passes } = compiled.client.ports[upload.port]!;
  if (passes > 1)
    throw usageError('a plan of one plaintext prime', `one of ${passes}`, 'take a smaller network or CKKS; `bench` times all of them');
  const client = evaluators.use(await scheme.createClient(compiled.client));
  const evaluator = evaluators.use(await scheme.createEvaluator(compiled, await client.generateKeys(), { threads }));
  await evaluator.prepare(plan.circuits);
  const numbers = task.inputs(0)[upload.data]!;
  const received = await client.encrypt(upload.port, arrange(plan.arrangements[upload.port]!, shape, numbers));
  const runBatch = async (): Promise<BatchTimes> => {
    const layers_ns = new Map<string, number>();
    const onLayer = ({ layer, elapsed_ns }: LayerEvent): void => void layers_ns.set(layer, (layers_ns.get(layer) ?? 0) + elapsed_ns);
    const { result: held, elapsed_ns: load } = await timed(() => evaluator.load(upload.port, received));
    const [input = ''] = Object.keys(run.inputs);
    const { result: outputs, elapsed_ns: evaluate } = await timed(() => evaluator.run(circuit.id, { [input]: held }, onLayer));
    const { elapsed_ns: store } = await timed(() => Promise.all(Object.values(outputs).map((output) => evaluator.store(output))));
    for (const value of [held, ...Object.values(outputs)]) evaluator.release(value);
    return { stages_ns: { server: load + evaluate + store, load, evaluate, store }, layers_ns };
  };
  return {
    name: `${scheme.id} ${compiled.client.parameters.id} ${kernels}, ${counted(threads, 'thread')}, ${counted(plan.batch, 'sample')}`,
    runBatch,
  };
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

/** Batches of every contestant, in turns that change direction, so that a drift of the machine meets all alike. */
async function timeBatches(contestants: readonly Contestant[], count: number): Promise<readonly (readonly BatchTimes[])[]> {
  const kept = contestants.map((): BatchTimes[] => []);
  for (let turn = -WARM_UP_BATCHES; turn < count; turn++) {
    const order = [...contestants.keys()];
    for (const at of turn % 2 === 0 ? order : order.reverse()) {
      const times = await contestants[at]!.runBatch();
      if (turn >= 0) kept[at]!.push(times);
    }
  }
  return kept;
}

function print(name: string, batches: readonly (readonly BatchTimes[])[], at: number): void {
  const timesOf = (contestant: number, stage: Stage): number[] => batches[contestant]!.map(({ stages_ns }) => stages_ns[stage]);
  const lines = [`${name}, n = ${batches[at]!.length}`];
  for (const stage of STAGES) {
    const times = timesOf(at, stage);
    const ratio = at === 0 ? '' : `, ${ratioOf(timesOf(0, stage), times)} times as fast as the first`;
    lines.push(`  ${stage}: median ${milliseconds(median(times))} ms, least ${milliseconds(Math.min(...times))}${ratio}`);
  }
  const layers = [...batches[at]![0]!.layers_ns.keys()].map(
    (layer) => `${layer} ${milliseconds(median(batches[at]!.map(({ layers_ns }) => layers_ns.get(layer) ?? 0)))}`,
  );
  process.stdout.write(`${[...lines, `  layers: ${layers.join(', ')}`].join('\n')}\n`);
}

function ratioOf(first_ns: readonly number[], times_ns: readonly number[]): string {
  const { value, interval } = pairedRatio(first_ns, times_ns);
  return `${value.toFixed(2)}${interval === null ? '' : ` [${interval.low.toFixed(2)}, ${interval.high.toFixed(2)}]`}`;
}

function milliseconds(elapsed_ns: number): string {
  return (elapsed_ns / 1e6).toFixed(2);
}
