/**
 * A table as GitHub Markdown, its notes below.
 *
 * @module
 */
import { printable } from '../../harness/record/printable.ts';
import { toText } from './cell-text.ts';
import type { Table } from '../table.ts';

export function renderMarkdown(table: Table): string {
  const { rows, notes } = toText(table);
  const lines = [
    ...paragraphs([`## ${escape(table.title)}`, ...table.caption.map(escape)]),
    line(table.columns.map(({ title }) => escape(title))),
    line(table.columns.map(({ unit }) => (unit === null ? '---' : '---:'))),
    ...rows.map((cells) => line(cells.map(escape))),
    '',
    ...paragraphs(notes.map((note, index) => `(${index + 1}) ${escape(note)}`)),
  ];
  return lines.join('\n');
}

/** Text from records into Markdown: on one line, and without table bars, markup or HTML of its own. */
export function escape(value: string): string {
  const oneLine = printable(value).replaceAll('&', '&amp;');
  return oneLine.replaceAll('<', '&lt;').replace(/[\\`*_|~]|\[(?=[^\]]*\][([:])/gu, '\\$&');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function paragraphs(blocks: readonly string[]): string[] {
  return blocks.flatMap((block) => [block, '']);
}
