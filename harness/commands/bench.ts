/**
 * `bench`: measures cases, records every launch, prints the tables.
 *
 * @module
 */
import { relative } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { terminalTables } from '../../reports/tables.ts';
import { formatDuration } from '../duration.ts';
import { beginRun, finishRun } from '../environment.ts';
import { EXIT, exitCodeOfRecords } from '../exit-code.ts';
import { casesOf, expectParameters, launchOrder, shardOf, type Case, type Launch, type LeftOut } from '../matrix.ts';
import { PROFILES } from '../profile.ts';
import { Progress } from '../progress.ts';
import type { LaunchRecord, RunInformation } from '../record.ts';
import { runLaunches, type RunPlan } from '../run.ts';
import { chooseRunFolder, expectSameRun } from '../run-folder.ts';
import { RunStore, type StoreWarning } from '../store.ts';
import { terminalStyle } from '../terminal-style.ts';
import { benchOptions, parseBenchOptions, type BenchOptions, type GivenBenchOptions } from './bench-options.ts';
import { dryRun } from './dry-run.ts';
import { selectSchemes, selectWorkloads } from './selection.ts';
import { usageError } from './usage.ts';

/** Beside its samples, a launch plans, makes keys and checks. */
const OVERHEAD_NS = 3e9;

export const bench: CommandModule<object, GivenBenchOptions> = {
  command: 'bench',
  describe: 'Measure networks under encryption and record every launch',
  builder: (yargs: Argv): Argv<GivenBenchOptions> =>
    yargs
      .usage('npm run bench -- [options]\n\nMeasures networks under encryption, records every launch, prints the tables.')
      .options(benchOptions)
      .example('npm run bench -- --scheme ckks --workload dense', 'classify encrypted images')
      .example('npm run bench -- --profile smoke', 'everything, a few seconds a case'),
  async handler(given) {
    process.exitCode = await runBench(parseBenchOptions(given));
  },
};

/** Returns the exit code. */
async function runBench(options: BenchOptions): Promise<number> {
  using interruption = interruptible();
  const { cases, leftOut } = await planCases(options);
  const { budget_ns, longestCase_ns } = PROFILES[options.profile];
  const launches = options.dryRun ? cases.map(firstLaunch) : launchOrder(cases, options.launches, options.seed);
  const plan: RunPlan = { ...options, launches, budget_ns, longestCase_ns, planOnly: options.dryRun };
  const expected_ns = options.dryRun ? OVERHEAD_NS / 2 : budget_ns + OVERHEAD_NS;
  const progress = new Progress(process.stderr, { launches: launches.length, expected_ns, ...terminalStyle(process.stderr) });
  return options.dryRun
    ? await dryRun(plan, leftOut, options.json, progress, interruption.signal)
    : await record(plan, cases, leftOut, options, progress, interruption.signal);
}

function firstLaunch(one: Case, order: number): Launch {
  return { case: one, number: 1, order };
}

async function planCases(options: BenchOptions): Promise<{ cases: readonly Case[]; leftOut: readonly LeftOut[] }> {
  const workloads = selectWorkloads(options.workloads);
  const schemes = await selectSchemes(options.schemes, options.adapters);
  const adapters = schemes.map(({ scheme }) => scheme);
  if (options.parameters !== null) expectParameters(options.parameters, adapters);
  const { cases, leftOut } = casesOf({ ...options, schemes, workloads });
  const shard = shardOf(cases, options.shard);
  if (shard.length > 0) return { cases: shard, leftOut };
  const { index, of } = options.shard;
  const reason = cases.length > 0 ? `no case for --shard ${index}/${of}` : `none: ${leftOut[0]?.reason ?? 'the selection is empty'}`;
  throw usageError('at least one case to run', reason, 'choose other names; `npm run list` shows them');
}

async function record(
  plan: RunPlan,
  cases: readonly Case[],
  leftOut: readonly LeftOut[],
  options: BenchOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const { folder, records: before, information, warnings } = chooseRunFolder(options.out, options.resume);
  using store = RunStore.open(folder);
  progress.line(headline(plan, cases, folder, options.profile));
  for (const warning of warnings) progress.line(warningLine(warning));
  const run = beginOrResume(cases, leftOut, options, information);
  store.writeInformation(run);

  const records = [...before];
  const allLeftOut = [...leftOut];
  await runLaunches(plan, before, progress, signal, (launch, outcome) => {
    if (outcome.kind === 'leftOut') allLeftOut.push({ id: launch.case.id, reason: outcome.reason });
    if (outcome.kind !== 'record') return;
    store.append(outcome.record);
    records.push(outcome.record);
    if (options.json) process.stdout.write(`${JSON.stringify(outcome.record)}\n`);
  });

  const counted = { ...run, cases: { planned: cases.length, leftOut: allLeftOut } };
  store.writeInformation(signal.aborted ? counted : finishRun(counted));
  if (!options.json) process.stdout.write(product(records, allLeftOut));
  progress.line(signal.aborted ? `Interrupted: go on with --resume --out ${shown(folder)}` : `Recorded in ${shown(folder)}`);
  return signal.aborted ? EXIT.interrupted : exitCodeOfRecords(records);
}

function beginOrResume(
  cases: readonly Case[],
  leftOut: readonly LeftOut[],
  { seed, profile }: BenchOptions,
  before: RunInformation | null,
): RunInformation {
  const encrypting = cases.filter(({ selected }) => selected.scheme.family !== 'none');
  const libraries = new Set(['tinybench', ...encrypting.map(({ selected }) => selected.scheme.library.name)]);
  const now = beginRun({
    seed,
    profile,
    cases: { planned: cases.length, leftOut: [...leftOut] },
    arguments: process.argv.slice(2),
    libraries: [...libraries],
  });
  if (before === null) return now;
  expectSameRun(before, now);
  const { startedAt, load, calibration } = before;
  return { ...now, startedAt, load, calibration };
}

function headline({ launches, budget_ns, seed }: RunPlan, cases: readonly Case[], folder: string, profile: string): string {
  const counts = `${counted(launches.length, 'launch', 'launches')} of ${counted(cases.length, 'case', 'cases')}`;
  return `${counts}, profile ${profile} (${formatDuration(budget_ns)} of samples each), seed ${seed}, into ${shown(folder)}`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function warningLine({ file, line, message }: StoreWarning): string {
  return `warning: ${file}${line === null ? '' : ` line ${line}`}: ${message}`;
}

function product(records: readonly LaunchRecord[], leftOut: readonly LeftOut[]): string {
  const tables = records.length === 0 ? '' : terminalTables(records, terminalStyle(process.stdout));
  const lines = leftOut.map(({ id, reason }) => `  ${id}: ${reason}\n`);
  return lines.length === 0 ? tables : `${tables}\nLeft out:\n${lines.join('')}`;
}

function shown(folder: string): string {
  const path = relative(process.cwd(), folder);
  return path.startsWith('..') ? folder : path;
}

/** Ctrl-C and termination become a signal, so that what was measured is kept. */
function interruptible(): { readonly signal: AbortSignal } & Disposable {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  process.on('SIGINT', abort).on('SIGTERM', abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => void process.off('SIGINT', abort).off('SIGTERM', abort),
  };
}
