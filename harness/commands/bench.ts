/**
 * `bench`: measures cases, records every launch, prints the answer and the main table.
 *
 * @module
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Argv, CommandModule } from 'yargs';
import { samplesWords, samplingWords } from '../../reports/sampling-words.ts';
import { foldedLines } from '../../reports/answer/folded-lines.ts';
import { renderProduct } from '../../reports/terminal-product.ts';
import { warningLines, warningsOf } from '../../reports/warnings/warnings.ts';
import { lastAttempts } from '../record/attempts.ts';
import { finishRun } from '../record/environment.ts';
import { printableJson } from '../record/printable.ts';
import { EXIT, exitCodeOfRecords } from '../terminal/exit-code.ts';
import { prepareKeyCache } from '../launch/key-cache.ts';
import { launchOrder, type Case, type LeftOut } from '../run/matrix.ts';
import { PROFILES } from '../run/profile.ts';
import { Progress } from '../terminal/progress.ts';
import { runLaunches, type RunPlan } from '../run/run.ts';
import { NO_YARDSTICK } from '../run/yardsticks.ts';
import { RunContents } from '../run/contents.ts';
import { openRun } from '../run/run-folder.ts';
import type { StoreWarning } from '../record/read-run.ts';
import { terminalStyle } from '../terminal/style.ts';
import { beginOrResume } from './begin-run.ts';
import { benchOptions, parseBenchOptions, type BenchOptions, type GivenBenchOptions } from './bench-options.ts';
import { dryRun } from './dry-run.ts';
import { interruptible } from './interruption.ts';
import { invocation } from './invocation.ts';
import { firstLaunch, selectedCases } from './selected-cases.ts';
import { shownPath } from '../terminal/shown-path.ts';
import type { RegisteredWorkload } from '../../workloads/workload.ts';
import { warningLinesOf } from '../terminal/warn.ts';

/** Beside its samples, a launch plans, makes keys and checks. */
const OVERHEAD_NS = 3e9;
const SIGNAL_DELAY_MS = 20;
/** In the folder of a run. */
const TRAINING_FOLDER = 'training';

export const bench: CommandModule<object, GivenBenchOptions> = {
  command: 'bench',
  describe: 'Measure networks under encryption and record every launch',
  builder: (yargs: Argv): Argv<GivenBenchOptions> =>
    yargs
      .usage(
        `${invocation('bench', '[options]')}\n\nMeasures networks under encryption, records every launch, prints the answer and the main table.`,
      )
      .options(benchOptions)
      .example(invocation('bench', '--scheme ckks --workload dense'), 'classify encrypted images')
      .example(invocation('bench', '--profile smoke'), 'everything, a few seconds a case'),
  async handler(given) {
    process.exitCode = await runBench(parseBenchOptions(given));
  },
};

/** Returns the exit code. */
async function runBench(options: BenchOptions): Promise<number> {
  using interruption = interruptible();
  const selected = await selectedCases(options, interruption.signal);
  const { cases } = selected;
  const leftOut = [...selected.unusable, ...selected.leftOut];
  const { stopping, longestPlanning_ns } = PROFILES[options.profile];
  const launches = options.dryRun ? cases.map(firstLaunch) : launchOrder(cases, options.launches, options.seed);
  const plan: RunPlan = { ...options, launches, stopping, longestPlanning_ns, planOnly: options.dryRun, trainingFolder: null };
  const expected_ns = options.dryRun ? OVERHEAD_NS / 2 : options.budget_ns + OVERHEAD_NS;
  const progress = new Progress(process.stderr, { launches: launches.length, expected_ns, ...terminalStyle(process.stderr) });
  for (const { id, reason } of selected.unusable) progress.line(`${id}: cannot be used here, and none of its cases is measured: ${reason}`);
  if (selected.unasked.length > 0) progress.line(unaskedLine(selected.unasked, options.profile));
  if (leftOut.some(({ reason }) => reason === NO_YARDSTICK)) progress.line(`Library kernels: ${NO_YARDSTICK}`);
  const exitCode = options.dryRun
    ? await dryRun(plan, leftOut, options.json, progress, interruption.signal)
    : await record(plan, { cases, leftOut }, options, progress, interruption.signal);
  return exitCode === EXIT.fine && selected.unusable.length > 0 ? EXIT.caseFailed : exitCode;
}

async function record(
  plan: RunPlan,
  { cases, leftOut }: { readonly cases: readonly Case[]; readonly leftOut: readonly LeftOut[] },
  options: BenchOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<number> {
  const contents = RunContents.of(options);
  if (options.keyCache !== null) prepareKeyCache(options.keyCache);
  using opened = openRun(options.out, options.resume);
  const { store, records: before, information, warnings } = opened;
  const { folder } = store;
  progress.line(headline(plan, cases, folder, options.profile));
  for (const warning of warnings) progress.line(warningLine(warning));
  if (options.json) for (const line of foldedLines(leftOut)) progress.line(`left out: ${line}`);
  const run = beginOrResume({ cases, leftOut, contents: contents.digests, before: information }, options);
  // Ctrl-C ends the programs that were asked about the machine, too: what they did not say must not stand in run.json.
  if (await wasInterrupted(signal)) return interrupted(progress, folder);
  store.writeInformation(run);

  const records = [...before];
  const allLeftOut = [...leftOut];
  let ended = run;
  const failure = await failureIn(async () => {
    await runLaunches({ ...plan, trainingFolder: join(folder, TRAINING_FOLDER) }, before, progress, signal, (launch, outcome) => {
      if (outcome.kind === 'leftOut') allLeftOut.push({ id: launch.case.id, reason: outcome.reason });
      if (outcome.kind !== 'record') return;
      contents.expectUnchanged();
      records.push(outcome.record);
      if (options.json) process.stdout.write(`${printableJson(outcome.record)}\n`);
      store.append(outcome.record);
    });
    const counted = { ...run, cases: { planned: cases.length, leftOut: allLeftOut } };
    ended = signal.aborted ? counted : finishRun(counted);
    store.writeInformation(ended);
  });
  // Whatever happened to the folder: what was measured is shown.
  const last = lastAttempts(records);
  if (!options.json) {
    const product = {
      records: last,
      leftOut: allLeftOut,
      tables: options.tables,
      links: options.links,
      sampling: samplingWords(last, ended),
    };
    process.stdout.write(renderProduct(product, terminalStyle(process.stdout)));
  }
  for (const line of warningLines(warningsOf(last, ended)).flatMap((warning) => warningLinesOf(warning))) progress.line(line);
  if (failure !== null) throw failure.thrown;
  if (signal.aborted) return interrupted(progress, folder);
  progress.line(`Recorded in ${shownPath(folder)}`);
  return exitCodeOfRecords(last);
}

async function failureIn(action: () => Promise<void>): Promise<{ readonly thrown: unknown } | null> {
  try {
    await action();
    return null;
  } catch (thrown) {
    return { thrown };
  }
}

/** Also by a signal that came during synchronous work and was not heard yet. */
async function wasInterrupted(signal: AbortSignal): Promise<boolean> {
  await setTimeout(SIGNAL_DELAY_MS);
  return signal.aborted;
}

function interrupted(progress: Progress, folder: string): number {
  progress.line(`Interrupted: go on with --resume --out ${shownPath(folder)} and the same options`);
  return EXIT.interrupted;
}

function headline(plan: RunPlan, cases: readonly Case[], folder: string, profile: string): string {
  const { launches, warmup, seed } = plan;
  const counts = `${counted(launches.length, 'launch', 'launches')} of ${counted(cases.length, 'case', 'cases')}`;
  const sampling = `at least ${counted(warmup, 'warm-up batch', 'warm-up batches')}, then ${samplesWords({ ...plan, ...plan.stopping })}`;
  return `${counts}, ${sampling} (profile ${profile}), seed ${seed}, into ${shownPath(folder)}`;
}

function unaskedLine(unasked: readonly RegisteredWorkload[], profile: string): string {
  const asked = [...new Set(unasked.map(({ group }) => group))].map((group) => `--workload ${group}`);
  const names = unasked.map(({ id }) => id).join(', ');
  return `Profile ${profile} measures networks and their activations under encryption. ${names}: add ${asked.join(' or ')}, or --profile full for everything`;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

function warningLine({ file, line, message }: StoreWarning): string {
  return `warning: ${file}${line === null ? '' : ` line ${line}`}: ${message}`;
}
