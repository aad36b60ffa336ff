/**
 * One network's server alone, again and again, in turns: own kernels beside the library's, two threads beside one. A server loads what came,
 * evaluates it and stores what goes back; the bytes that come are the same in every turn.
 * `npm run evaluation -- cnn-tenseal --layout batched --threads 1,2` prints stages, layers and ratios.
 *
 * @module
 */
import type { LayerEvent } from '../schemes/scheme.ts';
import { loadScheme } from '../schemes/registry.ts';
import { isRefusal } from '../schemes/scheme.ts';
import type { Layout, Task, Workload } from '../workloads/workload.ts';
import { arrange } from './launch/arrange.ts';
import { benchArguments, benchNetwork, explainFailures } from './bench-arguments.ts';
import { list, oneOf, wholeNumber } from './commands/usage.ts';
import { requirementOf } from './record/requirement.ts';
import { median, pairedRatio } from './record/statistics.ts';

const USAGE = 'evaluation -- <network> [--scheme ckks] [--layout packed] [--kernels own] [--threads 1] [--passes 9] [--seed 1]';
/** Passes that tell nothing: kernels are compiled anew while they run. */
const WARM_UP_PASSES = 3;

explainFailures();
const { values: options, positionals } = benchArguments(
  {
    scheme: { type: 'string', default: 'ckks' },
    layout: { type: 'string', default: 'packed' },
    kernels: { type: 'string', default: 'own' },
    threads: { type: 'string', default: '1' },
    passes: { type: 'string', default: '9' },
    seed: { type: 'string', default: '1' },
  },
  USAGE,
);
const workload = benchNetwork(positionals[0], USAGE);
const layout = oneOf('--layout', options.layout, workload.layouts);
const passCount = wholeNumber('--passes', options.passes, 1, 1e6);
const seed = wholeNumber('--seed', options.seed, 0, 2 ** 31 - 1);

const STAGES = ['server', 'load', 'evaluate', 'store'] as const;
type Stage = (typeof STAGES)[number];

/** Times of one pass; those of layers are parts of `evaluate`, and the server's is the sum of the other stages. */
interface Pass {
  readonly stages_ns: Readonly<Record<Stage, number>>;
  readonly layers_ns: ReadonlyMap<string, number>;
}

/** One way to evaluate: all passes of one evaluator. */
interface Contestant {
  readonly name: string;
  /** Runs once. */
  readonly pass: () => Promise<Pass>;
}

const scheme = await loadScheme(options.scheme);
const contestants: Contestant[] = [];
for (const kernels of list('--kernels', [options.kernels])!) {
  for (const threads of list('--threads', [options.threads])!) {
    const ways = { kernels: oneOf('--kernels', kernels, ['library', 'own']), threads: wholeNumber('--threads', threads, 1, 64) };
    contestants.push(await contestant(workload, layout, ways.kernels, ways.threads));
  }
}
const passes = await taken(passCount);
for (const [at, { name }] of contestants.entries()) print(name, at);

async function contestant(network: Workload, layout: Layout, kernels: 'own' | 'library', threads: number): Promise<Contestant> {
  const task = await prepared(network, layout, kernels, threads);
  const { plan, compiled } = task;
  const [circuit, ...others] = plan.circuits;
  const upload = plan.steps.find((step) => step.do === 'upload');
  if (circuit === undefined || others.length > 0 || upload === undefined) throw new Error('only plans of one circuit are timed here');
  const { shape, passes } = compiled.client.ports[upload.port]!;
  if (passes > 1) throw new Error(`${passes} plaintext primes: only plans of one are timed here`);
  const client = await scheme.createClient(compiled.client);
  const evaluator = await scheme.createEvaluator(compiled, await client.generateKeys(), { threads });
  await evaluator.prepare(plan.circuits);
  const numbers = task.inputs(0)[upload.data]!;
  const received = await client.encrypt(upload.port, arrange(plan.arrangements[upload.port]!, shape, numbers));
  const pass: Contestant['pass'] = async () => {
    const layers_ns = new Map<string, number>();
    const onLayer = ({ layer, elapsed_ns }: LayerEvent): void => void layers_ns.set(layer, (layers_ns.get(layer) ?? 0) + elapsed_ns);
    const [held, load] = await timed(() => evaluator.load(upload.port, received));
    const [outputs, evaluate] = await timed(() => evaluator.run(circuit.id, { [Object.keys(inputsOf(task))[0]!]: held }, onLayer));
    const [, store] = await timed(() => Promise.all(Object.values(outputs).map((output) => evaluator.store(output))));
    for (const value of [held, ...Object.values(outputs)]) evaluator.release(value);
    return { stages_ns: { server: load + evaluate + store, load, evaluate, store }, layers_ns };
  };
  return { name: `${options.scheme} ${compiled.client.parameters.id} ${kernels}, ${threads} thread(s), ${plan.batch} image(s)`, pass };
}

async function timed<T>(work: () => Promise<T>): Promise<[result: T, elapsed_ns: number]> {
  const started = process.hrtime.bigint();
  const result = await work();
  return [result, Number(process.hrtime.bigint() - started)];
}

function inputsOf({ plan }: Task): Readonly<Record<string, string>> {
  return plan.steps.find((step) => step.do === 'run')!.inputs;
}

async function prepared(network: Workload, layout: Layout, kernels: 'own' | 'library', threads: number): Promise<Task> {
  const { arithmetic, operations, shapes } = scheme;
  const need = requirementOf({ parameters: null, kernels, threads });
  const task = await network.prepare({
    scheme: { arithmetic, operations, shapes },
    layout,
    seed,
    dataFolder: null,
    planCache: null,
    compile: (circuits) => scheme.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(task.reason);
  return task;
}

/** Passes of every contestant, in turns that change direction, so that a drift of the machine meets all alike. */
async function taken(count: number): Promise<readonly (readonly Pass[])[]> {
  const kept = contestants.map((): Pass[] => []);
  for (let turn = -WARM_UP_PASSES; turn < count; turn++) {
    const order = [...contestants.keys()];
    for (const at of turn % 2 === 0 ? order : order.reverse()) {
      const pass = await contestants[at]!.pass();
      if (turn >= 0) kept[at]!.push(pass);
    }
  }
  return kept;
}

function print(name: string, at: number): void {
  const timesOf = (contestant: number, stage: Stage): number[] => passes[contestant]!.map(({ stages_ns }) => stages_ns[stage]);
  const lines = [`${name}, n = ${passes[at]!.length}`];
  for (const stage of STAGES) {
    const times = timesOf(at, stage);
    const ratio = at === 0 ? '' : `, ${ratioOf(timesOf(0, stage), times)} times as fast as the first`;
    lines.push(`  ${stage}: median ${milliseconds(median(times))} ms, least ${milliseconds(Math.min(...times))}${ratio}`);
  }
  const layers = [...passes[at]![0]!.layers_ns.keys()].map(
    (layer) => `${layer} ${milliseconds(median(passes[at]!.map(({ layers_ns }) => layers_ns.get(layer) ?? 0)))}`,
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
process.exit(0);
