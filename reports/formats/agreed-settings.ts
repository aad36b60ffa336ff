/**
 * Settings that read alike in every row, said once in place of a column each.
 *
 * @module
 */
import type { Cell, Column, Table } from '../table.ts';
import { toText } from './cell-text.ts';

const AGREEABLE: ReadonlySet<Column['weight']> = new Set(['setting', 'detail']);

/** The table without such columns, and the sentence that stands for them; no sentence where there are none. */
export function withoutAgreedSettings(table: Table): { readonly table: Table; readonly remarks: readonly string[] } {
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

export function withoutColumns(table: Table, leaves: (column: Column, index: number) => boolean): Table {
  const stays = table.columns.map((column, index) => !leaves(column, index));
  const keep = <T>(items: readonly T[]): T[] => items.filter((_, index) => stays[index]!);
  return { ...table, columns: keep(table.columns), rows: table.rows.map((row) => ({ ...row, cells: keep(row.cells) })) };
}
