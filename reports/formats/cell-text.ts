/**
 * A table in words, for formats that people read: cells as text, reasons as numbered notes below.
 *
 * @module
 */
import { formatQuantity, formatTally } from '../quantity.ts';
import type { Cell, Column, Row, Table } from '../table.ts';

export interface TextTable {
  /** One text for each row and column. */
  readonly rows: readonly (readonly string[])[];
  /** Note i + 1 is cited as `(i + 1)`. */
  readonly notes: readonly string[];
}

/** `withInterval` decides which columns print theirs. Equal notes share a number. */
export function toText(table: Table, withInterval: (column: Column) => boolean = () => true): TextTable {
  const notes: string[] = [];
  const cite = (note: string | null): string => {
    if (note === null) return '';
    if (!notes.includes(note)) notes.push(note);
    return ` (${notes.indexOf(note) + 1})`;
  };
  const rows = table.rows.map((row) =>
    row.cells.map((cell, index) => {
      const column = table.columns[index]!;
      if (cell.kind === 'figure') return figureText(cell, column, row, withInterval(column));
      if (cell.kind === 'pair') return pairText(cell, column, row);
      return wordText(cell) + cite(cell.note);
    }),
  );
  return { rows, notes };
}

function wordText(cell: Exclude<Cell, { kind: 'figure' | 'pair' }>): string {
  return cell.kind === 'text' ? cell.text : '-';
}

function figureText({ value, n, interval }: Extract<Cell, { kind: 'figure' }>, { unit }: Column, row: Row, withInterval: boolean): string {
  if (unit === 'tally' && n !== null) return formatTally(value, n, withInterval ? interval : null);
  return withCount(formatQuantity(value, unit ?? 'count', withInterval ? interval : null), n, row);
}

function pairText({ values }: Extract<Cell, { kind: 'pair' }>, { unit }: Column, row: Row): string {
  return withCount(values.map((value) => formatQuantity(value, unit ?? 'count')).join(', '), values.length, row);
}

/** n is said where it is not the row's. */
function withCount(words: string, n: number | null, row: Row): string {
  return n === null || n === row.n ? words : `${words} (n = ${n})`;
}
