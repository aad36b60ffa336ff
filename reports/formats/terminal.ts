/**
 * A table as aligned plain text. Where it is wider than the terminal, what says least goes first: settings in which all rows
 * agree move to the caption, then minor columns lose their intervals, then they leave, then details do, then all other intervals, then
 * figures, settings and keys from the last on; the text says which.
 *
 * @module
 */
import { styleText } from 'node:util';
import { printable } from '../../harness/record/printable.ts';
import { withoutAgreedSettings, withoutColumns } from './agreed-settings.ts';
import { toText } from './cell-text.ts';
import type { TextTable } from './cell-text.ts';
import type { Column, Table } from '../table.ts';
import { lengthOf, wrap } from './text-lines.ts';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

const GAP = '  ';
/** The main table has the state in place of a time. */
const STATE_COLUMNS: ReadonlySet<string> = new Set(['state', 'server']);
const STATE_STYLE: Readonly<Record<string, Style>> = { incorrect: 'red', failed: 'red', timeout: 'yellow', unsupported: 'yellow' };

export function renderTerminal(table: Table, { width, colour }: TerminalOptions): string {
  const paint = (style: Style, words: string) => (colour ? styleText(style, words, { validateStream: false }) : words);
  const { table: shown, remarks, words } = fit(table, width);
  const widths = shown.columns.map((column, index) => columnWidth(column, index, words));
  const head = headerLines(shown.columns, widths).map((line) => paint('bold', line));
  const body = words.rows.map((cells) => alignedLine(cells, shown.columns, widths, paint));
  const notes = words.notes.flatMap((note, index) => wrap(`(${index + 1}) ${printable(note)}`, width, '    '));
  const captions = [...shown.caption, ...remarks].flatMap((line) => wrap(printable(line), width, ''));
  return [paint('bold', shown.title), ...captions, '', ...head, ...body, ...(notes.length > 0 ? ['', ...notes] : []), ''].join('\n');
}

interface Fitted {
  readonly table: Table;
  readonly remarks: readonly string[];
  readonly words: TextTable;
}

/** The first candidate that is narrow enough, of ever fewer columns; the last has one. */
function fit(table: Table, width: number): Fitted {
  const agreed = withoutAgreedSettings(table);
  const whole = { ...agreed, words: toText(agreed.table) };
  if (isNarrow(whole, width)) return whole;
  let current = agreed.table;
  let keepsIntervals = (column: Column): boolean => column.weight !== 'minor';
  const absent = hasIntervals(current, (column) => column.weight === 'minor') ? ['intervals of minor columns'] : [];
  for (;;) {
    const remarks = [...agreed.remarks, `Hidden, terminal too narrow: ${absent.join(', ')}.`];
    const candidate = { table: current, remarks: absent.length === 0 ? agreed.remarks : remarks, words: toText(current, keepsIntervals) };
    if (isNarrow(candidate, width)) return candidate;
    const last = lastDispensable(current.columns);
    if (LASTING.has(current.columns[last]!.weight) && hasIntervals(current, keepsIntervals)) {
      absent.push('all intervals');
      keepsIntervals = () => false;
      continue;
    }
    if (current.columns.length === 1) return candidate;
    absent.push(current.columns[last]!.title);
    current = withoutColumns(current, (_, index) => index === last);
  }
}

/** Weights of columns that stay as long as an interval can leave instead. */
const LASTING: ReadonlySet<Column['weight']> = new Set(['figure', 'setting', 'key']);

function hasIntervals({ columns, rows }: Table, isMeant: (column: Column) => boolean): boolean {
  return columns.some(
    (column, index) =>
      isMeant(column) &&
      rows.some(({ cells }) => {
        const cell = cells[index]!;
        return cell.kind === 'figure' && cell.interval !== null;
      }),
  );
}

/** Figures beside the number of samples and the one that the table is about. */
const FIRST_FIGURES = 2;
const ORDER_OF_LEAVING: readonly Column['weight'][] = ['minor', 'detail', 'figure', 'setting', 'key'];

function lastDispensable(columns: readonly Column[]): number {
  const figures = columns.filter(({ weight }) => weight === 'figure').length;
  for (const weight of ORDER_OF_LEAVING) {
    if (weight === 'figure' && figures <= FIRST_FIGURES) continue;
    const last = columns.findLastIndex((column, index) => column.weight === weight && index > 0);
    if (last !== -1) return last;
  }
  return columns.length - 1;
}

function isNarrow({ table, words }: Fitted, width: number): boolean {
  const widths = table.columns.map((column, index) => columnWidth(column, index, words));
  return widths.reduce((sum, columnWidth) => sum + columnWidth + GAP.length, -GAP.length) <= width;
}

/** Titles are broken at their spaces, so a column is as wide as its cells or its longest title word. */
function columnWidth({ title }: Column, index: number, { rows }: TextTable): number {
  return Math.max(...title.split(' ').map(lengthOf), ...rows.map((cells) => lengthOf(printable(cells[index]!))));
}

function headerLines(columns: readonly Column[], widths: readonly number[]): string[] {
  const titles = columns.map(({ title }, index) => wrap(title, widths[index]!, ''));
  const height = Math.max(...titles.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    // Titles stand on the bottom line, next to their figures.
    const cells = titles.map((lines) => lines[line - (height - lines.length)] ?? '');
    return alignedLine(cells, columns, widths, (_style, words) => words);
  });
}

function alignedLine(
  cells: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
  paint: (style: Style, words: string) => string,
): string {
  const padded = cells.map((cell, index) => {
    const words = printable(cell);
    const space = ' '.repeat(widths[index]! - lengthOf(words));
    const style = STATE_COLUMNS.has(columns[index]!.id) ? STATE_STYLE[words.split(' ')[0]!] : undefined;
    const painted = style === undefined ? words : paint(style, words);
    return columns[index]!.unit === null ? painted + space : space + painted;
  });
  return padded.join(GAP).trimEnd();
}
