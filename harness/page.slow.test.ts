/**
 * The page in a real browser.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../reports/page/render.ts';
import { largeRun } from './large-run.fixture.ts';
import { completedRecord, recordWithoutResult, runInformation } from './record/record.examples.ts';
import { readRun } from './record/read-run.ts';

const CHROMIUM = '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const everything = { tables: null, columns: null };
const HOSTILE = `</td><script>document.title='owned'</script>"><img src=x onerror="document.title='owned'">`;

describe.skipIf(!existsSync(CHROMIUM))(`the page in ${CHROMIUM}, where it is installed`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'enigmark-page-'));
  const file = join(folder, 'report.html');
  let browser: Browser;

  beforeAll(async () => {
    const stored = readRun(fileURLToPath(new URL('../results/networks', import.meta.url)));
    writeFileSync(file, (await renderHtml(stored, everything)).get('report.html')!);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function open(options: BrowserContextOptions = {}, path = file): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, offline: true, ...options });
    const page = await context.newPage();
    await page.goto(pathToFileURL(path).href);
    return page;
  }

  /** Tables and pictures unfold when they come near, or when the browser has nothing else to do. */
  async function untilWhole(page: Page): Promise<void> {
    await page.waitForFunction(() => document.querySelector('.table noscript, .picture noscript') === null);
  }

  it.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
    const page = await open({ colorScheme });
    await untilWhole(page);
    await page.evaluate(AXE);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, impact, nodes }) => ({ id, impact, node: nodes[0]?.html }));
    });
    expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  });

  it('filters by words, sorts by figures, hides columns, by keyboard too', async () => {
    const page = await open();
    const table = page.locator('#table-latency');
    await table.scrollIntoViewIfNeeded();
    await table.getByRole('searchbox').waitFor();
    const rows = table.locator('tbody tr:visible');
    const all = await rows.count();
    await table.getByRole('searchbox').fill('ckks packed');
    expect(await rows.count()).toBe(2);
    await table.getByRole('searchbox').fill('');
    expect(await rows.count()).toBe(all);
    const server = table.locator('th', { hasText: /^Server/ }).first();
    await server.getByRole('button').press('Enter');
    expect(await server.getAttribute('aria-sort')).toBe('ascending');
    const column = await server.evaluate((header) => (header as HTMLTableCellElement).cellIndex);
    const values = await rows.evaluateAll(
      (shown, index) => shown.map((row) => (row as HTMLTableRowElement).cells[index]!.dataset['value']),
      column,
    );
    const known = values.filter((value) => value !== undefined).map(Number);
    expect(known).toEqual(known.toSorted((left, right) => left - right));
    // What is not known comes last.
    expect(values.slice(known.length)).not.toContainEqual(expect.anything());
    await table.getByText('Columns').press('Enter');
    await table.getByRole('checkbox', { name: 'Server', exact: true }).uncheck();
    expect(await server.isVisible()).toBe(false);
  });

  it('has its tables, pictures and samples with JavaScript off, and on paper', async () => {
    const counts = (page: Page) =>
      Promise.all(['section.table tbody tr', 'figure.picture svg'].map((selector) => page.locator(selector).count()));
    const plain = await open({ javaScriptEnabled: false });
    const whole = await counts(plain);
    expect(whole).toEqual([expect.toSatisfy((rows: number) => rows > 50), 6]);
    expect(await plain.locator('.strip svg').count()).toBeGreaterThan(50);
    expect(await plain.getByRole('searchbox').count()).toBe(0);
    const printed = await open();
    await printed.pdf();
    expect(await counts(printed)).toEqual(whole);
  });

  it('of many records is light when it opens, and unfolds what is asked for, then everything', async () => {
    const large = join(folder, 'large.html');
    writeFileSync(large, (await renderHtml(largeRun(300, 30), everything)).get('report.html')!);
    const page = await open({}, large);
    const elements = () => page.evaluate(() => document.querySelectorAll('*').length);
    expect(await elements()).toBeLessThan(4500);
    expect(await page.locator('section.table table').count()).toBe(0);
    const samples = page.locator('details[id^=samples-]').first();
    expect(await samples.locator('svg').count()).toBe(0);
    await samples.locator('summary').click();
    await samples.locator('svg').first().waitFor();
    await untilWhole(page);
    expect(await page.locator('#table-latency tbody tr').count()).toBeGreaterThanOrEqual(300);
  });

  it('is no wider than a phone, and a table keeps its main figure', async () => {
    const page = await open({ viewport: { width: 380, height: 800 } });
    await untilWhole(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380);
    const table = page.locator('#table-summary');
    await table.scrollIntoViewIfNeeded();
    await table.getByRole('searchbox').waitFor();
    expect(await table.locator('th:visible', { hasText: /^Server/ }).count()).toBeGreaterThan(0);
    expect(await table.locator('th:visible', { hasText: /^Layout/ }).count()).toBe(1);
    const answer = page.locator('#answer .scroll');
    for (const one of await answer.all()) {
      expect(await one.evaluate((frame) => frame.scrollWidth - frame.clientWidth)).toBeLessThanOrEqual(0);
    }
    expect(await answer.count()).toBeGreaterThan(1);
    // What says least has left.
    expect(await table.locator('th:visible').count()).toBeLessThan(await table.locator('th').count());
  });

  it('lets no text of a record be markup', async () => {
    const hostile = join(folder, 'hostile.html');
    const error = { code: 'X', message: HOSTILE };
    const records = [
      completedRecord({ workload: HOSTILE, data: HOSTILE, scheme: HOSTILE }),
      completedRecord({ workload: HOSTILE, kernels: 'own' }),
      recordWithoutResult('failed', { workload: HOSTILE, error }),
    ];
    const run = { information: runInformation({ arguments: [HOSTILE] }), records, warnings: [] };
    writeFileSync(hostile, (await renderHtml(run, everything)).get('report.html')!);
    const page = await open({}, hostile);
    expect(await page.title()).toMatch(/^Enigmark/);
    expect(await page.locator('img').count()).toBe(0);
  });
});
