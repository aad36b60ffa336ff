/**
 * Whether `compare` finds a real slowdown, and raises no alarm without one: `npm run slowdown`. Servers that are slowed by 0%, 10% and 30%
 * are launched in turns with one that is not, five launches of two cases each, and compared with it; all of that 20 times over, in about
 * 25 minutes on an idle machine. `-- --repeats 2` takes fewer.
 *
 * Prints a Markdown table. Wanted of 20: no verdict `slower` without a slowdown, both cases slower at 10% in 16, at 30% in all.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { compareRuns, type ComparedCase } from '../reports/compare/comparison.ts';
import type { ReportInput } from '../reports/report-input.ts';
import { wholeNumber } from './commands/usage.ts';
import { readRun, type StoredRun } from './record/read-run.ts';
import { median } from './record/statistics.ts';
import { writeSlowedCkks } from './slowed-adapter.fixture.ts';
import { explain } from './terminal/explain.ts';

const PAIRS = 5;
const CASES = ['--scheme', 'ckks', '--workload', 'dense-64,dense-784x10', '--layout', 'packed', '--kernels', 'own'];
const START = fileURLToPath(new URL('start.js', import.meta.url));

process.on('uncaughtException', (error) => process.exit(explain(error)));
const { values: options } = parseArgs({ options: { repeats: { type: 'string', default: '20' } } });
const repeats = wholeNumber('--repeats', options.repeats, 1, 1000);
const folder = mkdtempSync(join(tmpdir(), 'enigmark-slowdown-'));
/** What the others are compared with. */
const base = { name: 'base', adapter: writeSlowedCkks(folder, 0) };
/** Share by which the server is slowed, and what the comparison said in each repeat. */
const slowed = [0, 0.1, 0.3].map((share) => ({
  ...{ name: `slowed-${share}`, adapter: writeSlowedCkks(folder, share), share },
  said: [] as (readonly ComparedCase[])[],
}));

for (let repeat = 1; repeat <= repeats; repeat++) {
  const sides = [base, ...slowed];
  const launched = new Map(sides.map((side): [object, StoredRun[]] => [side, []]));
  for (let pair = 1; pair <= PAIRS; pair++) {
    // The order turns around, so that drift favours no side.
    for (const side of pair % 2 === 0 ? sides.toReversed() : sides) {
      launched.get(side)!.push(launch(side.adapter, join(folder, side.name, `${repeat}-${pair}`)));
    }
  }
  const together = (side: object): ReportInput => oneRun(launched.get(side)!);
  for (const side of slowed) side.said.push(compareRuns(together(base), together(side)));
  process.stderr.write(
    `repeat ${repeat} of ${repeats}: ${slowed.map(({ share, said }) => `${percent(share)} ${words(said.at(-1)!)}`).join('; ')}\n`,
  );
}
rmSync(folder, { recursive: true });

print(['server slowed by', 'repeats', 'both cases slower', 'one of them', 'any faster', 'ratio, median', 'ratio, least to most']);
print(Array.from({ length: 7 }, () => '---'));
for (const { share, said } of slowed) {
  const slower = said.map((cases) => cases.filter(({ verdict }) => verdict === 'slower').length);
  const faster = said.filter((cases) => cases.some(({ verdict }) => verdict === 'faster')).length;
  const ratios = said.flat().flatMap(({ time }) => time?.ratio ?? []);
  const counts = [said.length, slower.filter((count) => count === 2).length, slower.filter((count) => count === 1).length, faster];
  print([percent(share), ...counts, median(ratios).toFixed(3), `${Math.min(...ratios).toFixed(3)} to ${Math.max(...ratios).toFixed(3)}`]);
}

/** One launch of both cases. */
function launch(adapter: string, out: string): StoredRun {
  const words = ['bench', ...CASES, '--adapter', adapter, '--replace', '--budget', '500ms', '--out', out, '--json'];
  execFileSync(process.execPath, [START, ...words], { stdio: ['ignore', 'ignore', 'pipe'] });
  return readRun(out);
}

/** Runs of one launch each, as one run of several. */
function oneRun(runs: readonly StoredRun[]): ReportInput {
  return { ...runs[0]!, records: runs.flatMap(({ records }, at) => records.map((record) => ({ ...record, launch: at + 1 }))) };
}

function words(cases: readonly ComparedCase[]): string {
  return cases.map(({ verdict, time }) => `${verdict} (${time?.ratio.toFixed(3) ?? '-'})`).join(', ');
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
