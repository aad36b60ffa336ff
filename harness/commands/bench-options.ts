/**
 * The options of `bench`.
 *
 * @module
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Link } from '../../reports/end-to-end/link.ts';
import { TABLE_NAMES, type TableName } from '../../reports/terminal-product.ts';
import type { Kernels } from '../../schemes/scheme.ts';
import { lookAt } from '../../workloads/network/file/look-at.ts';
import type { PlanningOptions } from '../../workloads/own/planning-options.ts';
import { TRAINING_LAYOUTS } from '../../workloads/training/training.ts';
import { type AnyLayout, type ClientHelp, LAYOUTS } from '../../workloads/workload.ts';
import type { Shard } from '../run/matrix.ts';
import { RETRIED, type Retried } from '../run/run.ts';
import { PROFILE_NAMES, PROFILES, type ProfileName } from '../run/profile.ts';
import { courseChoices, LINK_OPTION, links, plannedConnection, updatesBetweenRefreshes } from './options/connection-options.ts';
import { parseSweep } from './sweep.ts';
import { planningChoices, planningOptions } from './options/planning-options.ts';
import { duration_ns, existingFile, list, oneOf, paths, single, usageError, valueOption, wholeNumber, type Given } from './usage.ts';

export const KERNELS = ['library', 'own'] as const satisfies readonly Kernels[];
const MOST_LAUNCHES = 100;
const MOST_WARMUP = 1000;
const COLD = 'the first batch runs cold, slower than all others, and is no sample: leave --warmup out, or ask for more';
const MOST_THREADS = 256;
const MOST_SHARDS = 1000;
/** Seeds are 32-bit words. */
export const LARGEST_SEED = 2 ** 32 - 1;
export const DEFAULT_SEED = 1;
const SHORTEST_TIMEOUT_NS = 1e9;
const SHORTEST_BUDGET_NS = 1e6;
const LONGEST_TIME_NS = 7 * 24 * 3600e9;

/** Of `bench` and `report`. */
const TABLES_OPTION = `Tables beside the answer and the main one: ${TABLE_NAMES.join(', ')} [default: none]`;

const flag = (describe: string) => ({ boolean: true, describe }) as const;

export const benchOptions = {
  scheme: valueOption('Schemes, with commas between: ckks,bfv [default: all; in quick without clear, which hides nothing]'),
  workload: valueOption('Workloads or groups of them [default: all; in quick networks and their activations alone]'),
  sweep: valueOption(
    'Random networks of growing size: width=64..1024, depth=1..4, bits=4..8, batch=1..64, degree=3..7; or threads=1..4, or parameter sets of ring=4096..16384. May be repeated',
  ),
  parameters: valueOption('Parameter sets that must be used [default: the smallest that fits; for primitives every one]'),
  layout: valueOption('batched, packed, interleaved; trainings have diagonals [default: all but interleaved, where the workload has them]'),
  cut: valueOption(
    'Layer from which on tables compute, under `--scheme hybrid --layout packed`; CKKS computes what is before it [default: the quickest]',
  ),
  activation: valueOption('Who applies activations: server, client or both of them. The client sees intermediate values [default: server]'),
  refresh: valueOption(
    'Whether the client may renew ciphertexts of networks deeper than the modulus, or weights of trainings: never or auto. It sees these values [default: never; trainings auto]',
  ),
  bootstrap: valueOption(
    'Whether the server may bootstrap ciphertexts of networks deeper than the modulus, where a scheme can: never or auto [default: never]',
  ),
  threads: valueOption('Worker threads in an evaluator: 1,2 [default: 1]'),
  kernels: valueOption(
    'Whose code evaluates: library,own [default: what a scheme has; in quick the library only for dense-784x10, cnn-tenseal packed, training-logistic-table and single operations]',
  ),
  profile: valueOption('Effort: smoke, quick or full [default: quick]'),
  runs: valueOption("Launches of every case, each a process with fresh keys [default: the profile's]"),
  warmup: valueOption("Least batches before the samples, 1 or more [default: the profile's]"),
  budget: valueOption("Time for the samples of one launch: 20s, 5m [default: the profile's]"),
  longest: valueOption("Cases predicted to last longer to their first sample are skipped: 30s, 10m, 1h [default: the profile's]"),
  timeout: valueOption("Longest time of one launch, planning apart: 30s, 10m, 1h [default: the profile's, more beside a long --longest]"),
  seed: valueOption(`Steers data and order, never keys [default: ${DEFAULT_SEED}]`),
  shard: valueOption('One part of the cases: 1/4 is the first of four'),
  resume: flag('Add to the latest run, or to --out: what is recorded there is skipped'),
  retry: valueOption(
    'With --resume, repeat launches that ended as failed (out of memory, killed), timeout, or both; old records stay beside',
  ),
  adapter: valueOption('An adapter of your own, a module that exports `scheme`; without --scheme it runs alone. May be repeated'),
  replace: flag('Let an adapter stand in the place of the built-in scheme whose id it has; its rows say so'),
  network: valueOption(
    'A network of your own, model.onnx or a JSON file beside its weights; without --workload it runs alone. May be repeated',
  ),
  ...planningChoices,
  training: valueOption(
    "Data of your own to train on: CSV with a header and a column 'label', or safetensors; without --workload it runs alone. May be repeated",
  ),
  data: valueOption('Folder with the full MNIST set as IDX files [default: the built-in images]'),
  'key-cache': valueOption(
    "Folder in which networks' secrets and keys are kept and found again, for its owner alone [default: every launch makes its own]",
  ),
  'plan-cache': valueOption("Folder in which plans are kept and found again, or 'off' [default: the user's cache folder]"),
  out: valueOption('Folder of the run [default: results/<date>-<n>]'),
  tables: valueOption(TABLES_OPTION),
  ...courseChoices,
  link: valueOption(LINK_OPTION),
  json: flag('Print records on stdout, one JSON object a line, and nothing else'),
  'dry-run': flag('Plan every case and print the predictions; measure nothing'),
};

/** As yargs hands them over. */
export type GivenBenchOptions = {
  readonly [option in Exclude<keyof typeof benchOptions, 'resume' | 'json' | 'dry-run' | 'replace'>]?: Given;
} & {
  readonly [option in 'resume' | 'json' | 'dry-run' | 'replace']?: boolean | undefined;
};

export interface BenchOptions {
  readonly schemes: readonly string[] | null;
  readonly workloads: readonly string[] | null;
  readonly parameters: readonly string[] | null;
  /** null: no ring dimension is asked for. */
  readonly ringDimensions: readonly number[] | null;
  readonly layouts: readonly AnyLayout[] | null;
  readonly threads: readonly number[];
  /** null: the client does nothing between upload and download. */
  readonly help: readonly (ClientHelp | null)[];
  /** Of trainings, between two refreshes; all: none. null: as planned. */
  readonly updates: number | 'all' | null;
  /** The connection that trainings are planned for. */
  readonly connection: Link;
  /** Whether networks that are too deep may be bootstrapped. */
  readonly bootstrap: boolean;
  /** null: those that each scheme has, as far as the profile goes. */
  readonly kernels: readonly Kernels[] | null;
  readonly profile: ProfileName;
  readonly launches: number;
  readonly warmup: number;
  readonly budget_ns: number;
  readonly longestCase_ns: number;
  readonly timeout_ns: number;
  readonly seed: number;
  readonly shard: Shard;
  readonly resume: boolean;
  /** States of launches that are repeated. */
  readonly retry: readonly Retried[];
  /** Absolute paths, or package names. */
  readonly adapters: readonly string[];
  /** Whether one of them may stand in the place of a built-in scheme. */
  readonly replace: boolean;
  /** Absolute paths. */
  readonly networks: readonly string[];
  /** How these are planned. */
  readonly planning: PlanningOptions;
  /** Absolute paths. */
  readonly trainings: readonly string[];
  readonly dataFolder: string | null;
  /** Absent: the quickest. */
  readonly cut?: string;
  readonly keyCache: string | null;
  /** Absolute path; null: plans are not kept. */
  readonly planCache: string | null;
  readonly out: string | null;
  /** Printed beside the answer and the main one. */
  readonly tables: readonly TableName[];
  /** Connections that end-to-end times are computed for. */
  readonly links: readonly Link[];
  readonly json: boolean;
  readonly dryRun: boolean;
}

/** @throws EnigmarkError USAGE */
export function parseBenchOptions(given: GivenBenchOptions): BenchOptions {
  const profile = oneOf('--profile', single('--profile', given.profile) ?? 'quick', PROFILE_NAMES);
  const numberOr = (option: 'runs' | 'warmup' | 'seed', fallback: number, least: number, most: number, remedy?: string): number => {
    const text = single(`--${option}`, given[option]);
    return text === null ? fallback : wholeNumber(`--${option}`, text, least, most, remedy);
  };
  const timeOr = (option: 'budget' | 'longest' | 'timeout', fallback_ns: number, least_ns: number): number => {
    const text = single(`--${option}`, given[option]);
    return text === null ? fallback_ns : duration_ns(`--${option}`, text, least_ns, LONGEST_TIME_NS);
  };
  const budget_ns = timeOr('budget', PROFILES[profile].budget_ns, SHORTEST_BUDGET_NS);
  const longestCase_ns = timeOr('longest', PROFILES[profile].longestCase_ns, SHORTEST_TIMEOUT_NS);
  // Predictions may be off by two.
  const needed_ns = 2 * (longestCase_ns + budget_ns);
  const timeout_ns = timeOr('timeout', Math.max(PROFILES[profile].timeout_ns, needed_ns), SHORTEST_TIMEOUT_NS);
  const data = single('--data', given.data);
  const cut = single('--cut', given.cut);
  const keyCache = single('--key-cache', given['key-cache']);
  const out = single('--out', given.out);
  if (given.tables !== undefined && (given.json === true || given['dry-run'] === true)) {
    throw usageError('--tables without --json and --dry-run', 'both', 'leave one of them out: these print no tables of results');
  }
  const sweeps = (given.sweep ?? []).map(parseSweep);
  const sweptThreads = sweeps.flatMap(({ threads }) => threads ?? []);
  if (sweptThreads.length > 0 && given.threads !== undefined)
    throw usageError('--threads or --sweep threads', 'both', 'leave one of them out');
  const rings = sweeps.flatMap(({ ringDimensions }) => ringDimensions ?? []);
  if (rings.length > 0 && given.parameters !== undefined) throw usageError('--parameters or --sweep ring', 'both', 'leave one of them out');
  return {
    schemes: list('--scheme', given.scheme),
    workloads: together(
      list('--workload', given.workload),
      sweeps.flatMap(({ workloads }) => workloads ?? []),
    ),
    parameters: list('--parameters', given.parameters),
    ringDimensions: rings.length > 0 ? rings : null,
    layouts: list('--layout', given.layout)?.map((name) => oneOf('--layout', name, [...LAYOUTS, ...TRAINING_LAYOUTS])) ?? null,
    threads:
      list('--threads', given.threads)?.map((text) => wholeNumber('--threads', text, 1, MOST_THREADS)) ??
      (sweptThreads.length > 0 ? sweptThreads : [1]),
    help: clientHelp(given),
    updates: updatesBetweenRefreshes(given),
    connection: plannedConnection(given.link),
    bootstrap: isAuto('--bootstrap', given.bootstrap),
    kernels: list('--kernels', given.kernels)?.map((name) => oneOf('--kernels', name, KERNELS)) ?? null,
    profile,
    launches: numberOr('runs', PROFILES[profile].launches, 1, MOST_LAUNCHES),
    warmup: numberOr('warmup', PROFILES[profile].warmup, 1, MOST_WARMUP, COLD),
    budget_ns,
    longestCase_ns,
    timeout_ns,
    seed: numberOr('seed', DEFAULT_SEED, 0, LARGEST_SEED),
    shard: shard(single('--shard', given.shard)),
    resume: given.resume ?? false,
    retry: retry(list('--retry', given.retry), given.resume ?? false),
    adapters: paths('--adapter', given.adapter).map(adapter),
    replace: given.replace ?? false,
    networks: paths('--network', given.network).map((path) => existingFile('--network', path, 'an ONNX or JSON file')),
    planning: planningOptions(given),
    trainings: paths('--training', given.training).map((path) => existingFile('--training', path, 'a CSV or safetensors file')),
    dataFolder: data === null ? null : folder('--data', data),
    ...(cut === null ? {} : { cut }),
    keyCache: keyCache === null ? null : resolve(keyCache),
    planCache: planCacheFolder(single('--plan-cache', given['plan-cache'])),
    out: out === null ? null : resolve(out),
    tables: tableNames(given.tables),
    links: links(given.link),
    json: given.json ?? false,
    dryRun: given['dry-run'] ?? false,
  };
}

/** null: neither names any. */
function together(named: readonly string[] | null, swept: readonly string[]): readonly string[] | null {
  return named === null && swept.length === 0 ? null : [...(named ?? []), ...swept];
}

/** @throws EnigmarkError USAGE */
function tableNames(given: Given): readonly TableName[] {
  return list('--tables', given)?.map((name) => oneOf('--tables', name, TABLE_NAMES)) ?? [];
}

/** Where the client applies activations, no part is deep: refreshes are for networks whose activations the server applies. */
function clientHelp({ activation, refresh }: Pick<GivenBenchOptions, 'activation' | 'refresh'>): readonly (ClientHelp | null)[] {
  const sides = list('--activation', activation)?.map((name) => oneOf('--activation', name, ['server', 'client'])) ?? ['server'];
  const refreshes = isAuto('--refresh', refresh);
  return sides.map((side) => (side === 'client' ? 'activation' : refreshes ? 'refresh' : null));
}

/** @throws EnigmarkError USAGE */
function isAuto(option: string, given: Given): boolean {
  return oneOf(option, single(option, given) ?? 'never', ['never', 'auto']) === 'auto';
}

/** Plans hold no secret: where a user's caches are by custom. */
function planCacheFolder(text: string | null): string | null {
  if (text === 'off') return null;
  return resolve(text ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'enigmark', 'plans'));
}

function shard(text: string | null): Shard {
  if (text === null) return { index: 1, of: 1 };
  const [, index, of] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  const parsed = { index: Number(index), of: Number(of) };
  if (parsed.index >= 1 && parsed.index <= parsed.of && parsed.of <= MOST_SHARDS) return parsed;
  throw usageError(`a part such as 1/4, at most ${MOST_SHARDS} parts, for --shard`, `'${text}'`, 'count from 1 up to the number of parts');
}

function retry(states: readonly string[] | null, resume: boolean): readonly Retried[] {
  if (states === null) return [];
  if (!resume) throw usageError('--retry beside --resume', '--retry alone', 'a new run has nothing to repeat');
  return states.map((state) => oneOf('--retry', state, RETRIED));
}

/** A path stands on its own in every process; a package name is found by Node. */
function adapter(specifier: string): string {
  if (!/^[./]/.test(specifier)) return specifier;
  const path = resolve(specifier);
  if (lookAt(path)?.isFile() === true) return path;
  throw usageError('a module file for --adapter', `'${specifier}'`, 'check the path; a package is named without ./');
}

function folder(option: string, path: string): string {
  if (lookAt(path)?.isDirectory() === true) return resolve(path);
  throw usageError(`a folder for ${option}`, `'${path}'`, 'check the path');
}
