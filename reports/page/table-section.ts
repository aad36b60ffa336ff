/**
 * A table of the page: whole without JavaScript, with what the script needs to sort, filter and choose columns.
 *
 * @module
 */
import { withoutAgreedSettings } from '../formats/agreed-settings.ts';
import { toText } from '../formats/cell-text.ts';
import type { Cell, Column, Table } from '../table.ts';
import { html, later, raw, type Html } from './html.ts';

export interface TableLook {
  /** Letters, digits and hyphens. */
  readonly id: string;
  /** Of a scheme's id; null: it has none. */
  readonly colourOf: (scheme: string) => string | null;
  /** Where the samples behind a row are drawn; null: nowhere. */
  readonly samplesOf: (rowId: string) => string | null;
}

export function tableSection(table: Table, look: TableLook): Html {
  const { table: shown, remarks } = withoutAgreedSettings(table);
  const { rows, notes } = toText(shown);
  return html`<section class="table" id="table-${look.id}" aria-labelledby="table-${look.id}-title">
    <h3 id="table-${look.id}-title">${table.title}</h3>
    <div class="scroll" role="region" aria-labelledby="table-${look.id}-title" tabindex="0">${later(wholeTable(shown, rows, look))}</div>
    ${[...table.caption, ...remarks].map((words) => html`<p class="note">${words}</p>`)}
    ${
      notes.length === 0
        ? null
        : html`<ol class="note">
            ${notes.map((note) => html`<li>${note}</li>`)}
          </ol>`
    }
  </section>`;
}

function wholeTable({ columns, rows }: Table, words: readonly (readonly string[])[], look: TableLook): Html {
  return html`<table class="data">
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col" ${leaving(column, columns)}${classOf(column.unit)}>${column.title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row, at) =>
          html`<tr>
            ${row.cells.map((cell, index) => bodyCell(cell, words[at]![index]!, columns[index]!, row.id, look))}
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function bodyCell(cell: Cell, words: string, { id, unit }: Column, rowId: string, look: TableLook): Html {
  const value = sortValue(cell);
  const colour = id === 'scheme' && cell.kind === 'text' ? look.colourOf(cell.text) : null;
  const samples = id === 'n' ? look.samplesOf(rowId) : null;
  const dot = colour === null ? null : html`<span class="dot" style="background:${colour}"></span>`;
  const content = samples === null || cell.kind !== 'figure' ? html`${words}` : html`<a href="#${samples}">${words}</a>`;
  // Cells with a value are set as figures without being named so: a page has a hundred thousand of them.
  return html`<td${value === null ? classOf(unit) : html` data-value="${value}"`}>${dot}${content}</td>`;
}

/** Where the page is too narrow, columns leave in this order; others stay, and so does the first figure with an interval. */
const LEAVING: readonly ((column: Column) => boolean)[] = [
  ({ weight }) => weight === 'minor',
  ({ weight }) => weight === 'detail',
  ({ weight, id }) => weight === 'setting' && id !== 'layout',
  ({ id }) => id === 'state',
  ({ id }) => id === 'n',
  // Rows of one network and scheme differ in it.
  ({ id }) => id === 'layout',
];

function leaving(column: Column, columns: readonly Column[]): Html {
  const turn = LEAVING.findIndex((leaves) => leaves(column));
  const stays = turn < 0 || column === columns.find(({ sampled }) => sampled);
  return raw(stays ? '' : ` data-leaves="${turn}"`);
}

function classOf(unit: Column['unit']): Html {
  return raw(unit === null ? '' : ' class="figure"');
}

/** By which a column of figures is sorted; null: by its words. */
function sortValue(cell: Cell): string | null {
  if (cell.kind === 'figure') return shortNumber(cell.value);
  return cell.kind === 'pair' ? shortNumber((cell.values[0] + cell.values[1]) / 2) : null;
}

/** Twice the digits that are printed: enough to put rows in order. */
function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)));
}
