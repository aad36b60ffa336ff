/**
 * A table as aligned plain text. Where it is wider than the terminal, what says least goes first: settings in which all rows
 * agree move to the caption, then minor columns lose their intervals, then they leave, then details do; the text says which.
 *
 * @module
 */
import { styleText } from 'node:util';
import { printable } from '../harness/record/printable.ts';
import { toText } from './cell-text.ts';
import type { TextTable } from './cell-text.ts';
import type { Cell, Column, Table } from './table.ts';

export interface TerminalOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];

const GAP = '  ';
const AGREEABLE: ReadonlySet<Column['weight']> = new Set(['setting', 'detail']);
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

function fit(table: Table, width: number): Fitted {
  const agreed = withoutAgreedSettings(table);
  const whole = { ...agreed, words: toText(agreed.table) };
  if (isNarrow(whole, width)) return whole;
  let current = agreed.table;
  const absent = current.columns.some((column, index) => column.weight === 'minor' && hasInterval(current, index))
    ? ['intervals of minor columns']
    : [];
  for (;;) {
    const narrowed = absent.length === 0 ? [] : [`Hidden, as the terminal is too narrow; in the report: ${absent.join(', ')}.`];
    const remarks = [...agreed.remarks, ...narrowed];
    const candidate = { table: current, remarks, words: toText(current, ({ weight }) => weight !== 'minor') };
    const last = lastDispensable(current.columns);
    if (last === -1 || isNarrow(candidate, width)) return candidate;
    absent.push(current.columns[last]!.title);
    current = withoutColumns(current, (_, index) => index === last);
  }
}

function hasInterval({ rows }: Table, column: number): boolean {
  return rows.some(({ cells }) => {
    const cell = cells[column]!;
    return cell.kind === 'figure' && cell.interval !== null;
  });
}

function lastDispensable(columns: readonly Column[]): number {
  const minor = columns.findLastIndex(({ weight }) => weight === 'minor');
  return minor === -1 ? columns.findLastIndex(({ weight }) => weight === 'detail') : minor;
}

/** Settings that read alike in every row that has them, said once. */
function withoutAgreedSettings(table: Table): { readonly table: Table; readonly remarks: readonly string[] } {
  const { rows } = toText(table);
  const agreed = table.columns.flatMap((column, index) => {
    const said = table.rows.map(({ cells }, row) => wordingOf(cells[index]!, rows[row]![index]!)).filter((words) => words !== null);
    return AGREEABLE.has(column.weight) && new Set(said).size === 1 ? [{ column, words: said[0]! }] : [];
  });
  if (agreed.length === 0) return { table, remarks: [] };
  const columns = new Set(agreed.map(({ column }) => column));
  const settings = agreed.map(({ column, words }) => `${column.title.toLowerCase()}: ${words}`).join('; ');
  return { table: withoutColumns(table, (column) => columns.has(column)), remarks: [`The same in all rows: ${settings}.`] };
}

/** null: the state of the row leaves the setting open, so that the row agrees with any. */
function wordingOf(cell: Cell, words: string): string | null {
  if (cell.kind !== 'missing') return words;
  return cell.note === null ? null : `- (${cell.note})`;
}

function withoutColumns(table: Table, leaves: (column: Column, index: number) => boolean): Table {
  const stays = table.columns.map((column, index) => !leaves(column, index));
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, index) => stays[index]!);
  return { ...table, columns: keep(table.columns), rows: table.rows.map((row) => ({ ...row, cells: keep(row.cells) })) };
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

function wrap(line: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && lengthOf(current) + 1 + lengthOf(word) > width) {
      lines.push(current);
      current = indent + word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

function lengthOf(words: string): number {
  return Array.from(words).length;
}
