/** @module */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { largeRun } from './large-run.fixture.ts';
import { completedRecord, recordWithoutResult } from './record/record.examples.ts';
import { renderReport, writeReport } from '../reports/write.ts';

const HAS_LATEX = spawnSync('pdflatex', ['--version']).status === 0;
const characters = (from: number, to: number): string =>
  String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, at) => from + at));
/** Every printable character of ASCII and Latin-1, and some that no LaTeX font of ours has. */
const HOSTILE = `${characters(0x20, 0x7e)} ${characters(0xa0, 0xff)} 中 \u0007 \u202e \\input{/etc/passwd} \\\\[1cm]`;

it('the LaTeX of many rows, and of hostile names, compiles, and no table is higher than a page', (context) => {
  context.skip(!HAS_LATEX, 'pdflatex is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'enigmark-latex-'));
  const run = largeRun(150, 3);
  const records = [
    ...run.records,
    completedRecord({ workload: HOSTILE, data: HOSTILE }),
    recordWithoutResult('failed', { workload: '*[2cm]', error: { code: 'X', message: HOSTILE } }),
  ];
  writeReport(folder, renderReport({ ...run, records }, { formats: ['tex'], tables: null, columns: null }));
  const words = ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'report.tex'];
  expect(() => execFileSync('pdflatex', words, { cwd: folder, stdio: 'ignore' })).not.toThrow();
  expect(readFileSync(join(folder, 'report.log'), 'utf8')).not.toMatch(/Float too large|Overfull \\vbox/);
  rmSync(folder, { recursive: true });
});
