/**
 * Tables as JSON for programs: base units, and for every cell its value, n, interval and note. What is not known is null with a note.
 *
 * @module
 */
import { printableJson } from '../../harness/record/printable.ts';
import type { Cell, Column, Table } from '../table.ts';

/** Raised where a field changes its meaning. */
const VERSION = 1;

export interface JsonReport {
  /** How to cite the run. */
  readonly citation: string;
  /** One line: machine, versions, date, sampling. */
  readonly machine: string;
  readonly tables: readonly { readonly name: string; readonly table: Table }[];
}

export function renderJson({ citation, machine, tables }: JsonReport): string {
  const report = { version: VERSION, citation, machine, tables: tables.map(({ name, table }) => ({ name, ...tableOf(table) })) };
  return `${printableJson(report, 1)}\n`;
}

function tableOf({ title, caption, columns, rows }: Table): object {
  return {
    title,
    caption,
    columns: columns.map(({ id, title: heading, unit }) => ({ id, title: heading, unit })),
    rows: rows.map(({ id, n, cells }) => ({
      id,
      n,
      cells: Object.fromEntries(cells.map((cell, at) => [columns[at]!.id, cellOf(cell, columns[at]!)])),
    })),
  };
}

function cellOf(cell: Cell, { unit }: Column): object {
  switch (cell.kind) {
    case 'text':
      return { value: cell.text, note: cell.note };
    case 'pair':
      return { value: null, samples: cell.values };
    case 'missing':
      return { value: null, note: cell.note };
    case 'figure':
      // JSON has no infinity: no error at all leaves infinitely many bits.
      if (!Number.isFinite(cell.value)) return { value: null, note: unit === 'bits' ? 'exact' : String(cell.value) };
      return { value: cell.value, n: cell.n, ...(cell.interval === null ? {} : { low: cell.interval.low, high: cell.interval.high }) };
  }
}
