/**
 * A table as LaTeX with booktabs, one `table` environment a file, and a document that holds them all. Needs booktabs and graphicx.
 *
 * @module
 */
import { printable } from '../../harness/record/printable.ts';
import type { Table } from '../table.ts';
import { withoutAgreedSettings } from './agreed-settings.ts';
import { toText } from './cell-text.ts';

/**
 * `name` becomes the label `tab:name`; `machine` is said in the caption, beside the title and the range of n. Settings in which all rows
 * agree are said below the table; a table that is wider than the text is made smaller.
 */
export function renderLatex(table: Table, name: string, machine: string): string {
  const { table: shown, remarks } = withoutAgreedSettings(table);
  const { rows, notes } = toText(shown);
  const numbered = notes.map((note, index) => `(${index + 1}) ${note}`);
  const caption = [`${table.title}.`, machine, rangeOfN(table)].filter((words) => words !== '').join(' ');
  const lines = [
    '\\begin{table}',
    '\\centering',
    `\\caption{${escapeLatex(caption)}}`,
    `\\label{tab:${name}}`,
    '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{${shown.columns.map(({ unit }) => (unit === null ? 'l' : 'r')).join('')}}`,
    '\\toprule',
    line(shown.columns.map(({ title }) => title)),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}}',
    ...[...table.caption, ...remarks, ...numbered].map((words) => `\n{\\footnotesize ${escapeLatex(words)}\\par}`),
    '\\end{table}',
    '',
  ];
  return lines.join('\n');
}

/** A document that takes in the files of the tables, to look at them before they go into a paper. */
export function latexDocument(names: readonly string[], citation: string): string {
  return [
    '\\documentclass{article}',
    '\\usepackage{booktabs,graphicx}',
    '\\begin{document}',
    // Only so many tables wait for a page of their own.
    ...names.flatMap((name) => [`\\input{${name}}`, '\\clearpage']),
    `\\noindent ${escapeLatex(citation)}`,
    '\\end{document}',
    '',
  ].join('\n');
}

/** `n = 1 to 1000.`; nothing where no row has samples. */
function rangeOfN({ rows }: Table): string {
  const counts = rows.flatMap(({ n }) => n ?? []);
  if (counts.length === 0) return '';
  const [fewest, most] = [Math.min(...counts), Math.max(...counts)];
  return `n = ${fewest === most ? fewest : `${fewest} to ${most}`}.`;
}

function line(cells: readonly string[]): string {
  return `${cells.map(escapeLatex).join(' & ')} \\\\`;
}

/** What TeX would read as a command, and what it would draw together: `--` is no dash, `[` behind a line no length. */
const COMMANDS: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\textquotedblright{}',
  "'": '\\textquotesingle{}',
  '`': '\\textasciigrave{}',
  '-': '-{}',
  ',': ',{}',
  '[': '{[}',
  '*': '{*}',
  µ: '$\\mu$',
};

/** Letters that every LaTeX knows pass; of others, in names that come from outside, the number is printed: `[U+4E2D]`. */
export function escapeLatex(text: string): string {
  return printable(text)
    .replace(/[^A-Za-z0-9 À-ÖØ-öø-ÿ]/gu, escapeCharacter)
    .replace(/,\{\}(?!,)/g, ',')
    .replace(/-\{\}(?!-)/g, '-');
}

function escapeCharacter(character: string): string {
  const command = COMMANDS[character];
  if (command !== undefined) return command;
  if (/^[!-~]$/.test(character)) return character;
  return `{[}U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
}
