/**
 * `verify`: whether every case decrypts to what the plan promises. One batch a case, through the launches that `bench` uses,
 * without sampling; nothing is recorded.
 *
 * @module
 */
import type { Argv, CommandModule } from 'yargs';
import { figure, missing, text, type Cell, type Column, type Table } from '../../reports/table.ts';
import { renderTerminal } from '../../reports/formats/terminal.ts';
import { EXIT } from '../terminal/exit-code.ts';
import type { LeftOut } from '../run/matrix.ts';
import { PROFILES } from '../run/profile.ts';
import { Progress } from '../terminal/progress.ts';
import type { LaunchRecord } from '../record/record.ts';
import { pick } from '../record/pick.ts';
import { printableJson } from '../record/printable.ts';
import { runLaunches, type RunPlan } from '../run/run.ts';
import { terminalStyle } from '../terminal/style.ts';
import { benchOptions, parseBenchOptions, type GivenBenchOptions } from './bench-options.ts';
import { interruptible } from './interruption.ts';
import { invocation } from './invocation.ts';
import { firstLaunch, selectedCases } from './selected-cases.ts';

/** Of `bench`: what decides which cases there are. */
const SHARED = [
  'scheme',
  'workload',
  'parameters',
  'layout',
  'activation',
  'refresh',
  'bootstrap',
  'cut',
  'updates',
  'threads',
  'kernels',
  'adapter',
  'replace',
  'network',
  'bits',
  'margin',
  'degree',
  'samples',
  'data',
  'seed',
] as const satisfies readonly (keyof typeof benchOptions)[];

export const verifyOptions = {
  ...pick(benchOptions, SHARED),
  json: { boolean: true, describe: 'Print one JSON object a case on stdout, and nothing else' } as const,
};

type GivenVerifyOptions = Pick<GivenBenchOptions, keyof typeof verifyOptions>;

/** A guess for the progress line: a launch loads, plans, makes keys and checks. */
const EXPECTED_NS = 3e9;

export const verify: CommandModule<object, GivenVerifyOptions> = {
  command: 'verify',
  describe: 'Check that every case decrypts rightly, without timing',
  builder: (yargs: Argv): Argv<GivenVerifyOptions> =>
    yargs
      .usage(
        `${invocation('verify', '[options]')}\n\nRuns one batch of every case and compares what it decrypts to with the plan. Nothing is recorded.`,
      )
      .options(verifyOptions)
      .example(invocation('verify', '--scheme ckks'), 'every case of one scheme')
      .example(invocation('verify', '--adapter ./my-scheme.ts'), 'an adapter of your own'),
  async handler(given) {
    process.exitCode = await runVerify(given);
  },
};

/** Of one case. `reason` is null where the outputs are right. */
interface Verdict {
  readonly id: string;
  readonly result: 'right' | 'wrong' | 'refused' | 'left out' | 'failed' | 'timeout';
  readonly reason: string | null;
  readonly maxAbsError: number | null;
  /** null beside an error of 0: exact. */
  readonly precision_bits: number | null;
}

/** Returns the exit code. */
async function runVerify(given: GivenVerifyOptions): Promise<number> {
  using interruption = interruptible();
  // Every workload, and what `quick` would skip for its length.
  const options = parseBenchOptions({ ...given, profile: ['full'] });
  const { cases, leftOut, unusable } = await selectedCases(options, interruption.signal);
  const launches = cases.map(firstLaunch);
  const plan: RunPlan = {
    ...options,
    launches,
    budget_ns: 0,
    stopping: PROFILES.smoke.stopping,
    warmup: 0,
    longestPlanning_ns: PROFILES.full.longestPlanning_ns,
    retry: [],
    planOnly: false,
    trainingFolder: null,
  };
  const progress = new Progress(process.stderr, {
    launches: cases.length,
    expected_ns: EXPECTED_NS,
    ...terminalStyle(process.stderr),
  });
  progress.line(`Verifying ${cases.length} cases, one batch each; seed ${options.seed}`);
  const verdicts: Verdict[] = [...leftOut.map(leftOutVerdict), ...unusable.map(unusableVerdict)];
  const add = (verdict: Verdict): void => {
    verdicts.push(verdict);
    if (options.json) process.stdout.write(`${printableJson(verdict)}\n`);
  };
  await runLaunches(plan, [], progress, interruption.signal, (launch, outcome) => {
    if (outcome.kind === 'record') add(verdictOf(outcome.record));
    else if (outcome.kind === 'leftOut') add(leftOutVerdict({ id: launch.case.id, reason: outcome.reason }));
  });
  if (!options.json) process.stdout.write(renderTerminal(table(verdicts), terminalStyle(process.stdout)));
  if (interruption.signal.aborted) return EXIT.interrupted;
  return verdicts.some(({ result }) => BAD.has(result)) ? EXIT.caseFailed : EXIT.fine;
}

const BAD: ReadonlySet<Verdict['result']> = new Set(['wrong', 'failed', 'timeout']);

function leftOutVerdict({ id, reason }: LeftOut): Verdict {
  return { id, result: 'left out', reason, maxAbsError: null, precision_bits: null };
}

/** A scheme that was asked for and cannot be used is a failure, not an answer. */
function unusableVerdict({ id, reason }: LeftOut): Verdict {
  return { ...leftOutVerdict({ id, reason }), result: 'failed' };
}

const RESULTS = { completed: 'right', incorrect: 'wrong', unsupported: 'refused', failed: 'failed', timeout: 'timeout' } as const;

function verdictOf(record: LaunchRecord): Verdict {
  const accuracy = 'accuracy' in record ? record.accuracy : null;
  return {
    id: record.id,
    result: RESULTS[record.state],
    reason: 'error' in record ? `${record.error.message} [${record.error.code}]` : null,
    maxAbsError: accuracy?.maxAbsError ?? null,
    precision_bits: accuracy?.precision_bits ?? null,
  };
}

const columns: readonly Column[] = [
  { id: 'case', title: 'Case', unit: null, weight: 'key', sampled: false },
  { id: 'result', title: 'Result', unit: null, weight: 'key', sampled: false },
  { id: 'largest_error', title: 'Largest error', unit: 'error', weight: 'figure', sampled: false },
  { id: 'precision', title: 'Precision', unit: 'bits', weight: 'figure', sampled: false },
];

function table(verdicts: readonly Verdict[]): Table {
  const counts = Object.entries(Object.groupBy(verdicts, ({ result }) => result)).map(([result, of]) => `${of.length} ${result}`);
  return {
    title: 'Correctness',
    caption: [`${counts.join(', ')}.`, 'Decrypted outputs of one launch beside the planned network in the clear. Nothing is recorded.'],
    columns,
    rows: verdicts.map(({ id, result, reason, maxAbsError, precision_bits }) => ({
      id,
      n: null,
      cells: [text(id), text(result, reason), errorCell(maxAbsError), precisionCell(maxAbsError, precision_bits)],
    })),
  };
}

function errorCell(maxAbsError: number | null): Cell {
  return maxAbsError === null ? missing() : figure(maxAbsError);
}

function precisionCell(maxAbsError: number | null, precision_bits: number | null): Cell {
  if (maxAbsError === 0) return figure(Infinity);
  return precision_bits === null ? missing() : figure(precision_bits);
}
