/** @module */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { completedRecord, recordWithoutResult } from './record/record.examples.ts';
import { readRun } from './record/read-run.ts';
import { renderReport, writeReport } from '../reports/write.ts';

const HAS_LATEX = spawnSync('pdflatex', ['--version']).status === 0;
/** Every printable character of ASCII, and some that no LaTeX font of ours has. */
const HOSTILE = `${String.fromCharCode(...Array.from({ length: 95 }, (_, at) => at + 32))} é 中 \u0007 \\input{/etc/passwd} \\\\[1cm]`;

it('the LaTeX of a committed run, and of hostile names, compiles', (context) => {
  context.skip(!HAS_LATEX, 'pdflatex is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'enigmark-latex-'));
  const stored = readRun(fileURLToPath(new URL('../results/networks', import.meta.url)));
  const records = [
    ...stored.records,
    completedRecord({ workload: HOSTILE, data: HOSTILE }),
    recordWithoutResult('failed', { workload: '*[2cm]', error: { code: 'X', message: HOSTILE } }),
  ];
  writeReport(folder, renderReport({ ...stored, records }, { formats: ['tex'], tables: null, columns: null }));
  const words = ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'report.tex'];
  expect(() => execFileSync('pdflatex', words, { cwd: folder, stdio: 'ignore' })).not.toThrow();
  rmSync(folder, { recursive: true });
});
