/** @module */
import { describe, expect, it } from 'vitest';
import { completedRecord, runInformation } from '../harness/record/record.examples.ts';
import { renderReport } from './write.ts';

const run = { information: runInformation(), records: [completedRecord()], warnings: [] };
const everything = { tables: null, columns: null };

describe('choosing tables and columns', () => {
  it('gives those tables alone, with those columns in that order', () => {
    const files = renderReport(run, { formats: ['csv', 'md', 'tex'], tables: ['latency'], columns: ['scheme', 'overhead', 'server'] });
    expect([...files.keys()]).toEqual(['latency.csv', 'latency.md', 'latency.tex', 'report.tex']);
    expect(files.get('latency.csv')).toMatch(/^id,scheme,overhead,overhead_n,overhead_low,overhead_high,server_ns,/);
    expect(files.get('latency.md')).not.toContain('One-time');
  });

  it('has the main table among them', () => {
    expect([...renderReport(run, { ...everything, formats: ['csv'], tables: ['summary'] }).keys()]).toEqual(['summary.csv']);
  });

  it.each([
    [{ tables: ['primitives'], columns: null }, 'TABLE_MISSING'],
    [{ tables: null, columns: ['servr'] }, 'COLUMN_MISSING'],
    [{ tables: null, columns: ['server', 'rounds'] }, 'COLUMN_MISSING'],
  ])('refuses what the run does not have: %j', (chosen, code) => {
    expect(() => renderReport(run, { ...chosen, formats: ['md'] })).toThrow(expect.objectContaining({ code }));
  });

  it('leaves no table out where none is chosen, in any format', () => {
    const names = ['summary', 'latency', 'one-time', 'end-to-end', 'memory', 'traffic', 'accuracy'];
    const files = renderReport(run, { ...everything, formats: ['tex', 'json'] });
    expect([...files.keys()]).toEqual([...names.map((name) => `${name}.tex`), 'report.tex', 'report.json']);
    for (const name of names) expect(files.get('report.json')).toContain(`"name": "${name}"`);
  });
});
