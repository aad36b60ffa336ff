/** @module */
import { describe, expect, it } from 'vitest';
import { primitivesRecord, completedRecord, recordWithoutResult, trainingRecord } from '../harness/record/record.examples.ts';
import { parseRecord } from '../harness/record/record.ts';
import type { Cell } from './table.ts';
import { reportPages } from './tables.ts';
import { epochsTable, trainingTable } from './training.ts';

const shown = (cell: Cell | undefined): unknown => (cell?.kind === 'figure' ? cell.value : cell?.kind === 'text' ? cell.text : null);

function rowsOf(table: ReturnType<typeof trainingTable>): Record<string, unknown>[] {
  return table.rows.map(({ cells }) => Object.fromEntries(table.columns.map(({ id }, at) => [id, shown(cells[at])])));
}

describe('tables of trainings', () => {
  const whole = trainingRecord();

  it('are of records that the schema takes', () => {
    expect(parseRecord(JSON.parse(JSON.stringify(whole)))).toEqual(whole);
  });

  it('have a row for each training, marked interactive', () => {
    expect(rowsOf(trainingTable([whole, completedRecord(), primitivesRecord()]))).toEqual([
      expect.objectContaining({
        ...{ workload: 'training-logistic-digits', interactive: 'yes', rounds: 1, batch: 1024, server: 26_500_000, up: 196_849 },
        ...{ gradient_error: 0.004, held_out: 0.95, held_out_sigmoid: 0.952, discordant: 1, overflows: 3 },
      }),
    ]);
  });

  it('have the epochs of one that was cut off, and no figures of it', () => {
    const { id, workload, layout } = whole;
    const cut = recordWithoutResult('failed', { id, workload, layout, epochs: whole.training.history.slice(0, 1) });
    expect(rowsOf(epochsTable([cut])).map(({ epoch }) => epoch)).toEqual([1]);
    expect(rowsOf(trainingTable([cut]))).toEqual([expect.objectContaining({ state: 'failed', server: null, held_out: null })]);
  });

  it('are a page of their own, and no rows of other tables', () => {
    expect(reportPages([whole]).map(({ name }) => name)).toEqual(['training']);
    const pages = reportPages([whole, completedRecord()]);
    expect(pages.map(({ name }) => name)).toContain('latency');
    expect(pages.find(({ name }) => name === 'latency')!.tables[0]!.table.rows).toHaveLength(1);
  });
});
