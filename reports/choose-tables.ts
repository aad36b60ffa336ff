/**
 * Tables and columns that were asked for by name.
 *
 * @module
 */
import { EnigmarkError } from '../schemes/errors.ts';
import { didYouMean } from '../schemes/nearest-names.ts';
import type { Link } from './end-to-end/link.ts';
import { withColumns, type Table } from './table.ts';
import type { Page } from './tables.ts';

/** What of a report is wanted; null: everything. */
export interface Chosen {
  /** Names of pages. */
  readonly tables: readonly string[] | null;
  /** Ids of columns, in the order wanted. */
  readonly columns: readonly string[] | null;
  /** Connections that end-to-end times are computed for; default: the usual. */
  readonly links?: readonly Link[];
}

/**
 * The pages chosen, and of them the tables that have every column chosen, with those columns alone.
 *
 * @throws EnigmarkError TABLE_MISSING, COLUMN_MISSING
 */
export function chooseTables(pages: readonly Page[], { tables, columns }: Chosen): readonly Page[] {
  const names: readonly string[] = pages.map(({ name }) => name);
  const absent = tables?.find((name) => !names.includes(name));
  if (absent !== undefined) {
    throw new EnigmarkError('TABLE_MISSING', {
      expected: `a table that this run has: ${names.join(', ')}`,
      got: `'${absent}'`,
      remedy: `${didYouMean(absent, names)}or leave --tables out`,
    });
  }
  const chosen = tables === null ? pages : pages.filter(({ name }) => tables.includes(name));
  if (columns === null) return chosen;
  const having = chosen.map((page) => ({ ...page, tables: page.tables.filter(({ table }) => hasColumns(table, columns)) }));
  if (having.every((page) => page.tables.length === 0)) throw columnMissing(chosen, columns);
  return having
    .filter((page) => page.tables.length > 0)
    .map((page) => ({ ...page, tables: page.tables.map(({ csv, table }) => ({ csv, table: withColumns(table, columns) })) }));
}

function hasColumns(table: Table, ids: readonly string[]): boolean {
  return ids.every((id) => table.columns.some((column) => column.id === id));
}

function columnMissing(pages: readonly Page[], ids: readonly string[]): EnigmarkError {
  const tables = pages.flatMap((page) => page.tables.map(({ table }) => table));
  const known = [...new Set(tables.flatMap(({ columns }) => columns.map(({ id }) => id)))];
  const unknown = ids.find((id) => !known.includes(id));
  return new EnigmarkError('COLUMN_MISSING', {
    expected: `columns that one table has: ${known.join(', ')}`,
    got: unknown === undefined ? `${ids.join(',')}, which no table has together` : `'${unknown}'`,
    remedy: unknown === undefined ? 'name fewer' : `${didYouMean(unknown, known)}CSV files have the ids in their first line`,
  });
}
