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

  it.each(['light', 'dark'] as const)('axe finds nothing serious, %s', async (colorScheme) => {
    const page = await open({ colorScheme });
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

  it('has its tables and pictures with JavaScript off', async () => {
    const page = await open({ javaScriptEnabled: false });
    expect(await page.locator('section.table tbody tr').count()).toBeGreaterThan(50);
    expect(await page.locator('figure.picture svg').count()).toBe(6);
    expect(await page.getByRole('searchbox').count()).toBe(0);
  });

  it('is no wider than a phone, and a table keeps its main figure', async () => {
    const page = await open({ viewport: { width: 380, height: 800 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(380);
    expect(
      await page
        .locator('#table-summary th', { hasText: /^Server/ })
        .first()
        .isVisible(),
    ).toBe(true);
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
