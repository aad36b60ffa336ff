/**
 * How long a browser takes to open a report: `npm run page -- FILE...`, or without files that of an invented run of 1,000 records. Files
 * are opened in turns, each in a process of its own. Prints a Markdown table; times are medians over turns.
 *
 * - opened: until the page is painted and its load event has passed;
 * - task time: what the page's main thread worked until then, and until it has come to rest;
 * - elements: of the document at these two moments.
 *
 * @module
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser } from 'playwright-core';
import { renderHtml } from '../reports/page/render.ts';
import { largeRun } from './large-run.fixture.ts';
import { median } from './record/statistics.ts';

const CHROMIUM = '/usr/bin/chromium';
const RECORDS = 1000;
const SAMPLES = 75;
/** The page is at rest when its main thread has worked less than a tenth of this time. */
const REST_MS = 1000;

interface Opening {
  readonly opened_ms: number;
  readonly task_ms: number;
  readonly elements: number;
  readonly restTask_ms: number;
  readonly restElements: number;
}

const { values: options, positionals } = parseArgs({ options: { turns: { type: 'string', default: '5' } }, allowPositionals: true });
const folder = mkdtempSync(join(tmpdir(), 'enigmark-page-'));
const files = positionals.length > 0 ? positionals.map((file) => resolve(file)) : [await largePage()];
const openings = new Map(files.map((file): [string, Opening[]] => [file, []]));
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
for (let turn = 0; turn < Number(options.turns); turn++) {
  for (const [file, seen] of openings) seen.push(await open(browser, file));
}
await browser.close();
print(['file', 'MB', 'opened', 'task time', 'elements', 'task time at rest', 'elements at rest']);
print(Array.from({ length: 7 }, () => '---'));
for (const [file, seen] of openings) {
  const ms = (field: keyof Opening): string => `${Math.round(median(seen.map((opening) => opening[field])))} ms`;
  const { elements, restElements } = seen[0]!;
  const megabytes = (statSync(file).size / 1e6).toFixed(1);
  print([basename(file), megabytes, ms('opened_ms'), ms('task_ms'), elements, ms('restTask_ms'), restElements]);
}
rmSync(folder, { recursive: true });

async function largePage(): Promise<string> {
  const file = join(folder, 'report.html');
  writeFileSync(file, (await renderHtml(largeRun(RECORDS, SAMPLES), { tables: null, columns: null })).get('report.html')!);
  return file;
}

async function open(within: Browser, file: string): Promise<Opening> {
  const context = await within.newContext({ viewport: { width: 1200, height: 900 }, offline: true });
  const page = await context.newPage();
  const devTools = await context.newCDPSession(page);
  await devTools.send('Performance.enable');
  const task_ms = async (): Promise<number> => {
    const { metrics } = await devTools.send('Performance.getMetrics');
    return 1000 * metrics.find(({ name }) => name === 'TaskDuration')!.value;
  };
  const countElements = (): Promise<number> => page.evaluate(() => document.querySelectorAll('*').length);
  await page.goto(pathToFileURL(file).href);
  const opened_ms = await page.evaluate(async () => {
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)));
    return performance.now();
  });
  const opening = { opened_ms, task_ms: await task_ms(), elements: await countElements() };
  let [before_ms, now_ms] = [-Infinity, opening.task_ms];
  while (now_ms - before_ms > REST_MS / 10) {
    await new Promise((rested) => setTimeout(rested, REST_MS));
    [before_ms, now_ms] = [now_ms, await task_ms()];
  }
  const rest = { restTask_ms: now_ms, restElements: await countElements() };
  await context.close();
  return { ...opening, ...rest };
}

function print(cells: readonly (string | number)[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}
