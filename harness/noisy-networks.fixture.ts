/**
 * The tables of docs/noisy-networks.md: what is predicted of TFHE's networks of digits, how many tables give another entry, and which
 * injected faults are noticed. All of it is simulated, with seeds: it is the same on every machine.
 *
 * @module
 */
import { loadScheme } from '../schemes/registry.ts';
import { isRefusal, type HEScheme } from '../schemes/scheme.ts';
import { Random } from '../workloads/data/random.ts';
import { findWorkloads } from '../workloads/registry.ts';
import { isNetworkWorkload, type Task } from '../workloads/workload.ts';
import { drawFault, type Fault, faults, shareIncorrect } from './injected-faults.fixture.ts';
import { type NoisePrediction, predictNoise } from './launch/noise/prediction.ts';
import { countOtherClass, rootMean } from './launch/noise/sample-errors.ts';
import { simulateBatch } from './launch/noise/simulated-batch.ts';
import { requirementOf } from './record/requirement.ts';

const NETWORKS = ['mlp-dinn-30', 'mlp-dinn-100', 'cnn-tenseal', 'cnn-cryptonets', 'cnn-lola-small', 'cnn-relu'];
/** Those that faults are injected into. */
const FAULTY = new Set(['mlp-dinn-30', 'mlp-dinn-100', 'cnn-cryptonets', 'cnn-relu']);
const SEED = 1;
const GROUPS = 2000;
const GROUP_SIZES = [5, 20, 100];
/** Images whose tables are looked into. */
const LOOKED_INTO = 200;

const BEGIN = '<!-- simulated: begin -->';
const END = '<!-- simulated: end -->';

/** The document with its tables made anew. @throws Error where the marks are missing. */
export function withSimulated(document: string, tables: string): string {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the document has no '${BEGIN}' before '${END}'`);
  return `${document.slice(0, begin)}${BEGIN}\n\n${tables}\n${document.slice(end)}`;
}

/** In Markdown, one below the other. */
export async function simulatedTables(): Promise<string> {
  const scheme = await loadScheme('tfhe');
  const predictions: string[][] = [];
  const entries: string[][] = [];
  const alarms: string[][] = [];
  for (const id of NETWORKS) {
    const task = await taskOf(id, scheme);
    const predicted = await predictNoise(task, scheme, SEED);
    if (predicted === null || isRefusal(predicted)) throw new Error(`no prediction of ${id}: ${JSON.stringify(predicted)}`);
    predictions.push([id, ...predictionCells(task, predicted)]);
    for (const cells of await entryCells(task, scheme)) entries.push([id, ...cells]);
    for (const fault of FAULTY.has(id) ? faults : []) alarms.push([id, fault.name, ...(await alarmCells(task, scheme, fault, predicted))]);
  }
  return [
    '### Predictions\n',
    table(['Network', 'Set', 'Images', 'Same class', 'Error', 'Error of one image (5% to 95%)', 'Largest output'], predictions),
    '### Tables whose output is another entry than without noise\n',
    table(['Network', 'Layer', 'Tables', 'Another entry'], entries),
    '### Injected faults, and launches that are called incorrect\n',
    table(['Network', 'Fault', 'Other class', 'Error', ...GROUP_SIZES.map((n) => `${n} images`)], alarms),
  ].join('\n');
}

async function taskOf(id: string, scheme: HEScheme): Promise<Task> {
  const need = requirementOf({ parameters: null, kernels: 'own', threads: 1 });
  const workload = findWorkloads(id)[0]!;
  if (!isNetworkWorkload(workload)) throw new Error(`${id} is no network`);
  const task = await workload.prepare({
    scheme,
    layout: 'batched',
    seed: SEED,
    dataFolder: null,
    planCache: null,
    compile: (circuits) => scheme.compile(circuits, need),
  });
  if (isRefusal(task)) throw new Error(`${id}: ${task.reason}`);
  return task;
}

function predictionCells({ compiled, outputRange }: Task, { draws, otherClass, rmsError, meanSquares }: NoisePrediction): string[] {
  const [low, high] = [0.05, 0.95].map((share) => Math.sqrt(meanSquares[Math.round(share * (draws - 1))]!));
  return [
    compiled.client.parameters.id,
    String(draws),
    percent(1 - otherClass! / draws, 2),
    figure(rmsError),
    `${figure(low!)} to ${figure(high!)}`,
    figure(outputRange.largest),
  ];
}

/** For every layer of tables, the same evaluation with noise and without. */
async function entryCells(task: Task, scheme: HEScheme): Promise<string[][]> {
  const { plan, compiled } = task;
  const layers = plan.circuits.flatMap(({ nodes }) => nodes.filter(({ op }) => op === 'table').map(({ layer }) => layer));
  const random = Random.from(SEED, 'noise of entries');
  const look = async (normal: () => number): Promise<Int32Array[]> => {
    const read: Int32Array[] = [];
    const simulator = await scheme.createSimulator!(compiled, plan.circuits, { normal, onTable: (outputs) => read.push(outputs) });
    for (let image = 0; image < LOOKED_INTO; image++) await simulateBatch(plan, compiled.client, simulator, task.inputs(image));
    return read;
  };
  const [noisy, plain] = [await look(() => random.normal()), await look(() => 0)];
  return layers.map((layer, at) => {
    let [tables, others] = [0, 0];
    for (let index = at; index < noisy.length; index += layers.length) {
      const without = plain[index]!;
      tables += without.length;
      others += noisy[index]!.filter((output, value) => output !== without[value]).length;
    }
    return [layer, String(tables / LOOKED_INTO), percent(others / tables, 1)];
  });
}

async function alarmCells(task: Task, scheme: HEScheme, fault: Fault, predicted: NoisePrediction): Promise<string[]> {
  const errors = await drawFault(task, scheme, fault);
  const shares = GROUP_SIZES.map((n) => percent(shareIncorrect(predicted, errors, n, GROUPS), 1));
  return [percent(countOtherClass(errors)! / errors.meanSquares.length, 1), figure(rootMean(errors.meanSquares)), ...shares];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)}%`;
}

function figure(value: number): string {
  return value.toFixed(2);
}
