/**
 * The first page of a report: the machine and the run behind the tables, and what is not in them.
 *
 * @module
 */
import { isMeasured, isOfPrimitives } from '../harness/record/record.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import type { RunInformation } from '../harness/record/run-information.ts';
import { median } from '../harness/record/statistics.ts';
import { answersOf } from './answer/answer.ts';
import { answerLines } from './answer/lines.ts';
import { citation } from './citation.ts';
import { escape } from './formats/markdown.ts';
import { formatQuantity } from './quantity.ts';
import type { ReportInput } from './report-input.ts';
import { fromTo, samplingWords } from './sampling-words.ts';
import type { Page } from './tables.ts';
import { warningLines, warningsOf } from './warnings/warnings.ts';

const UNKNOWN_MACHINE = 'Machine, versions and date are unknown: run.json is missing or damaged.';

/** One line for the head of every page, so that no table is read without its machine. */
export function machineLine({ information: run, records }: Pick<ReportInput, 'information' | 'records'>): string {
  const sampling = samplingWords(records, run);
  if (run === null) return `${UNKNOWN_MACHINE} ${sampling}`;
  const { versions, enigmark } = run;
  const machine = `${machineOf(run)}, Node ${versions.node}`;
  return `Run of ${run.startedAt.slice(0, 10)} on ${machine}, Enigmark ${enigmark.version} (${commitOf(run)}). ${sampling}`;
}

/** `AMD EPYC, 2 cores` */
export function machineOf({ processor }: RunInformation): string {
  return `${processor.model ?? 'unknown processor'}, ${coresOf(processor)}`;
}

/** Name and value, in the order of reading. */
export function runFacts(run: ReportInput): readonly (readonly [string, string])[] {
  const { information, records } = run;
  return [
    ['Launches', `${records.length} launches of ${new Set(records.map(({ id }) => id)).size} cases: ${countStates(records)}`],
    ['Sampling', samplingWords(records, information)],
    ['Samples', sampleCounts(records)],
    ...(information === null ? [] : factsOf(information)),
    ['Cite as', citation(run)],
  ];
}

/** What makes figures mean less than they seem to, and what could not be read. */
export function runAlarms({ information, records, warnings }: ReportInput): readonly string[] {
  return [
    ...(information === null ? [UNKNOWN_MACHINE] : alarmsOf(information)),
    ...warningLines(warningsOf(records, information)),
    ...warnings.map(unreadLine),
  ];
}

export function runSummary(run: ReportInput, pages: readonly Page[]): string {
  const { information, records } = run;
  const leftOut = information?.cases.leftOut ?? [];
  return [
    `# Run of ${information?.startedAt.slice(0, 10) ?? 'an unknown date'}`,
    '',
    ...answerSection(records, leftOut),
    '| | |',
    '| --- | --- |',
    ...runFacts(run).map((fact) => `| ${fact.map(escape).join(' | ')} |`),
    '',
    ...section('Take care', runAlarms(run)),
    '## Tables',
    '',
    ...pages.map(
      (page) => `- [${page.title}](${page.name}.md); as CSV: ${page.tables.map(({ csv }) => `[${csv}.csv](${csv}.csv)`).join(', ')}`,
    ),
    '',
    ...section(
      'Left out',
      leftOut.map(({ id, reason }) => `${id}: ${reason}`),
    ),
  ].join('\n');
}

/** First, and as on a terminal: in a block of code, so that its columns stay. */
function answerSection(records: readonly LaunchRecord[], leftOut: RunInformation['cases']['leftOut']): string[] {
  const lines = answerLines(answersOf(records, leftOut));
  if (lines.length === 0) return [];
  const fence = '`'.repeat(Math.max(3, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map(({ length }) => length + 1))));
  return ['## Answer', '', `${fence}text`, ...lines, fence, ''];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map((line) => `- ${escape(line)}`), ''];
}

/** Records of 0.1.0 may hold an adapter of two packages by both names at once, where each stands by itself too. */
function librariesOf(versions: RunInformation['versions']['libraries']): readonly string[] {
  const isPair = (name: string): boolean => name.includes(' and ') && name.split(' and ').every((one) => versions[one] !== undefined);
  return Object.entries(versions).flatMap(([name, version]) => (isPair(name) ? [] : [`${name} ${version ?? 'not installed'}`]));
}

function factsOf(run: RunInformation): [string, string][] {
  const { processor, platform, versions, enigmark, load, calibration } = run;
  const libraries = librariesOf(versions.libraries);
  const features = processor.features === null ? '' : ` (${processor.features.join(', ')})`;
  const loop = (times: readonly number[]) => `${formatQuantity(median(times), 'nanoseconds')} (n = ${times.length})`;
  return [
    ['Date', `${run.startedAt} to ${run.finishedAt ?? 'an unknown end'}`],
    ['Processor', `${processor.model ?? 'unknown'}, ${coresOf(processor)}${features}`],
    ['Memory', formatQuantity(run.memory_bytes, 'bytes')],
    ['System', `${platform.system} ${platform.architecture}`],
    ['Node', `${versions.node}, V8 ${versions.v8}`],
    ['Libraries', libraries.join(', ') || 'none'],
    ['Enigmark', `${enigmark.version}, ${commitOf(run)}`],
    ['Lockfile', enigmark.lockfile_sha256 === null ? 'none' : `SHA-256 ${enigmark.lockfile_sha256}`],
    ['Command line', run.arguments.join(' ') || 'no arguments'],
    ['Seed', String(run.seed)],
    ['Cases planned', String(run.cases.planned)],
    ['Load before and after', `${load.before.join(', ')}; ${load.after?.join(', ') ?? 'unknown'} (1, 5, 15 min)`],
    [
      'Calibration loop before and after',
      `${loop(calibration.before_ns)}; ${calibration.after_ns === null ? 'unknown' : loop(calibration.after_ns)}`,
    ],
  ];
}

function commitOf({ enigmark }: RunInformation): string {
  if (enigmark.commit === null) return 'no commit known';
  return `commit ${enigmark.commit.slice(0, 12)}${enigmark.dirty === true ? ' with changes' : ''}`;
}

function countStates(records: readonly LaunchRecord[]): string {
  const byState = Map.groupBy(records, ({ state }) => state);
  const order = ['completed', 'incorrect', 'failed', 'timeout', 'unsupported'] as const;
  return order.flatMap((state) => (byState.has(state) ? [`${byState.get(state)!.length} ${state}`] : [])).join(', ') || 'none';
}

/** Range of n over the launches: how much stands behind a figure. */
function sampleCounts(records: readonly LaunchRecord[]): string {
  const completed = records.filter(({ state }) => state === 'completed');
  const evaluations = completed.filter(isMeasured).map(({ stages }) => stages.evaluate.samples_ns.length);
  const operations = completed.filter(isOfPrimitives).flatMap(({ primitives }) => primitives.map(({ samples_ns }) => samples_ns.length));
  const parts = [
    ...(evaluations.length === 0 ? [] : [`n = ${fromTo(evaluations)} evaluations in a completed launch`]),
    ...(operations.length === 0 ? [] : [`n = ${fromTo(operations)} of each single operation`]),
  ];
  return parts.join('; ') || 'none';
}

function alarmsOf({ finishedAt, enigmark }: RunInformation): string[] {
  const alarms: string[] = [];
  if (finishedAt === null) alarms.push('The run was cut off, or is still going on.');
  if (enigmark.dirty === true) alarms.push('The code differs from the commit: this run cannot be repeated from it.');
  return alarms;
}

function unreadLine({ code, file, line, message }: ReportInput['warnings'][number]): string {
  return `${file}${line === null ? '' : ` line ${line}`}: ${code}: ${message}`;
}

function coresOf({ cores }: RunInformation['processor']): string {
  return cores === 1 ? '1 core' : `${cores} cores`;
}
