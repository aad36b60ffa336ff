/**
 * The one table model: what a table says, free of how a format writes it. Figures stay in base units until they are rendered.
 *
 * @module
 */
import type { Interval } from '../harness/record/statistics.ts';

/**
 * Shares are 0..1, and a tally is one that reads 'k of n'; rates per second, log2 exponents of two; errors are real numbers of the
 * output's own scale; factors ratios, exponents powers.
 */
export type Unit =
  'nanoseconds' | 'bytes' | 'bits' | 'share' | 'tally' | 'probability' | 'count' | 'rate' | 'log2' | 'error' | 'factor' | 'exponent';

export type Cell =
  | { readonly kind: 'text'; readonly text: string; readonly note: string | null }
  | { readonly kind: 'figure'; readonly value: number; readonly n: number | null; readonly interval: Interval | null }
  /** Two samples: too few for a median. In the order taken. */
  | { readonly kind: 'pair'; readonly values: readonly [number, number] }
  /** Not known: `note` says why; null where the state of the row does. */
  | { readonly kind: 'missing'; readonly note: string | null };

export interface Column {
  /** Name in CSV, without its unit. */
  readonly id: string;
  readonly title: string;
  /** null: text. */
  readonly unit: Unit | null;
  /** key, figure: always shown. setting, detail: said once where all rows agree. Where space is short, minor goes first, then detail. */
  readonly weight: 'key' | 'setting' | 'detail' | 'figure' | 'minor';
  /** Whether CSV gives n and interval. */
  readonly sampled: boolean;
}

export interface Row {
  /** Id of the case. */
  readonly id: string;
  /** Samples behind a figure that does not name its own; null: the row has no figures. */
  readonly n: number | null;
  /** One for each column. */
  readonly cells: readonly Cell[];
}

export interface Table {
  readonly title: string;
  readonly caption: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export function text(value: string, note: string | null = null): Cell {
  return { kind: 'text', text: value, note };
}

/** `n` and `interval` are null for figures that were not sampled. */
export function figure(value: number, n: number | null = null, interval: Interval | null = null): Cell {
  return { kind: 'figure', value, n, interval };
}

export function pair(first: number, second: number): Cell {
  return { kind: 'pair', values: [first, second] };
}

export function missing(note: string | null = null): Cell {
  return { kind: 'missing', note };
}

/** Of the table, the columns of these ids, in their order. */
export function withColumns(table: Table, ids: readonly string[]): Table {
  const positions = ids.map((id) => {
    const position = table.columns.findIndex((column) => column.id === id);
    if (position < 0) throw new RangeError(`table '${table.title}' has no column '${id}'`);
    return position;
  });
  return {
    ...table,
    columns: positions.map((position) => table.columns[position]!),
    rows: table.rows.map((row) => ({ ...row, cells: positions.map((position) => row.cells[position]!) })),
  };
}
