/**
 * A table as CSV for programs: base units, a column for every n and interval end, `NA` for what is not known and `Inf` for
 * the precision of an exact result, as R and pandas read them. Two samples have no median: they stand in the notes.
 *
 * @module
 */
import { stringify } from 'csv-stringify/sync';
import { printable } from '../../harness/record/printable.ts';
import type { Cell, Column, Table, Unit } from '../table.ts';

const SUFFIX: Readonly<Record<Unit, string>> = {
  nanoseconds: '_ns',
  bytes: '_bytes',
  bits: '_bits',
  share: '_share',
  tally: '_share',
  probability: '',
  count: '',
  rate: '_per_second',
  log2: '_log2',
  error: '',
  factor: '',
  exponent: '',
};

const UNKNOWN = 'NA';

export function renderCsv(table: Table): string {
  const header = ['id', ...table.columns.flatMap(headerOf), 'notes'];
  const rows = table.rows.map(({ id, n, cells }) => [
    id,
    ...cells.flatMap((cell, index) => valuesOf(cell, table.columns[index]!, n)),
    notesOf(cells, table.columns),
  ]);
  return stringify([header, ...rows].map((cells) => cells.map((cell) => (typeof cell === 'string' ? spreadsheetText(cell) : cell))));
}

/** How a spreadsheet knows a formula, also one in letters of full width; some look behind spaces. */
const FORMULA = /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/;

/** Names and messages come from adapters: none may run as a formula, or move the terminal that prints the file. */
function spreadsheetText(words: string): string {
  return FORMULA.test(words) ? `'${printable(words)}` : printable(words);
}

function headerOf({ id, unit, sampled }: Column): string[] {
  const suffix = unit === null ? '' : SUFFIX[unit];
  return sampled ? [id + suffix, `${id}_n`, `${id}_low${suffix}`, `${id}_high${suffix}`] : [id + suffix];
}

function valuesOf(cell: Cell, { sampled }: Column, rowN: number | null): (string | number)[] {
  if (cell.kind !== 'figure') {
    const value = cell.kind === 'text' ? cell.text : UNKNOWN;
    return sampled ? [value, cell.kind === 'pair' ? cell.values.length : UNKNOWN, UNKNOWN, UNKNOWN] : [value];
  }
  const value = cell.value === Infinity ? 'Inf' : cell.value;
  if (!sampled) return [value];
  return [value, cell.n ?? rowN ?? UNKNOWN, cell.interval?.low ?? UNKNOWN, cell.interval?.high ?? UNKNOWN];
}

function notesOf(cells: readonly Cell[], columns: readonly Column[]): string {
  const notes = cells.flatMap((cell, index) => {
    if (cell.kind === 'pair') return [`${columns[index]!.id}: ${cell.values.join(' and ')}`];
    return cell.kind === 'figure' || cell.note === null ? [] : [cell.note];
  });
  return [...new Set(notes)].join('; ');
}
