/**
 * A table as LaTeX with booktabs, one `table` environment a file, and a document that holds them all. Needs booktabs and graphicx.
 *
 * @module
 */
import { printable } from '../../harness/record/printable.ts';
import type { Table } from '../table.ts';
import { withoutAgreedSettings } from './agreed-settings.ts';
import { toText } from './cell-text.ts';

/** Of a page of the class `article`: lines of text, and letters in a line. */
const PAGE_LINES = 42;
const LINE_LETTERS = 75;
/** Letters of a line at most: small ones are narrower than digits. */
const MOST_LINE_LETTERS = 95;
/** Spaces before and behind a column, in letters. */
const COLUMN_SPACE = 2;
/** Rules and the head of a table, in lines. */
const HEAD_LINES = 3;
/** Of a page, however long the caption is. */
const FEWEST_ROWS = 5;

/**
 * `name` becomes the label `tab:name`; `machine` is said in the caption, beside the title, the range of n and what brackets are. Settings
 * in which all rows agree are said below the table; a table that is wider than the text is made smaller, and one that is higher than a page
 * goes on behind it, with its notes at the end.
 */
export function renderLatex(table: Table, name: string, machine: string): string {
  const { table: shown, remarks } = withoutAgreedSettings(table);
  const { rows, notes } = toText(shown);
  const caption = [`${table.title}.`, machine, rangeOfN(table), intervalWords(table)].filter((words) => words !== '').join(' ');
  const below = [...table.caption, ...remarks, ...notes.map((note, index) => `(${index + 1}) ${note}`)];
  const head = [`\\caption{${escapeLatex(caption)}}`, `\\label{tab:${name}}`];
  const remaining = Math.max(FEWEST_ROWS, PAGE_LINES - HEAD_LINES - linesOf([caption]));
  const shrinking = Math.min(1, MOST_LINE_LETTERS / lettersOf(shown, rows));
  const paragraphs = below.map((words) => `\n{\\footnotesize ${escapeLatex(words)}\\par}`);
  if (rows.length * shrinking + linesOf(below) <= remaining) return `${float(head, shown, rows, paragraphs)}\n`;
  const mostRows = Math.floor(remaining / shrinking);
  const parts = Array.from({ length: Math.max(1, Math.ceil(rows.length / mostRows)) }, (_, at) =>
    rows.slice(at * mostRows, (at + 1) * mostRows),
  );
  const again = ['\\addtocounter{table}{-1}', `\\caption{${escapeLatex(`${table.title}, continued.`)}}`];
  const floats = parts.map((part, at) => float(at === 0 ? head : again, shown, part, []));
  return `${[floats.join('\n\\clearpage\n'), '\\clearpage', ...paragraphs].join('\n')}\n`;
}

function float(head: readonly string[], { columns }: Table, rows: readonly (readonly string[])[], paragraphs: readonly string[]): string {
  return [
    '\\begin{table}',
    '\\centering',
    ...head,
    '\\resizebox{\\ifdim\\width>\\linewidth\\linewidth\\else\\width\\fi}{!}{%',
    `\\begin{tabular}{${columns.map(({ unit }) => (unit === null ? 'l' : 'r')).join('')}}`,
    '\\toprule',
    line(columns.map(({ title }) => title)),
    '\\midrule',
    ...rows.map(line),
    '\\bottomrule',
    '\\end{tabular}}',
    ...paragraphs,
    '\\end{table}',
  ].join('\n');
}

/** Letters of the widest row there could be. */
function lettersOf({ columns }: Table, rows: readonly (readonly string[])[]): number {
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((cells) => cells[index]!.length)));
  return widths.reduce((sum, width) => sum + width + COLUMN_SPACE, 0);
}

function linesOf(paragraphs: readonly string[]): number {
  return paragraphs.reduce((sum, words) => sum + Math.ceil(words.length / LINE_LETTERS), 0);
}

/** A document that takes in the files of the tables, to look at them before they go into a paper. */
export function latexDocument(names: readonly string[], citation: string): string {
  return [
    // A page of the shape that tables are made for, and larger: tables of many columns are small.
    '\\documentclass[a4paper]{article}',
    '\\usepackage[width=480pt,height=750pt]{geometry}',
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

function intervalWords({ rows }: Table): string {
  const has = rows.some(({ cells }) => cells.some((cell) => cell.kind === 'figure' && cell.interval !== null));
  return has ? 'Brackets: 95% intervals.' : '';
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

/** Letters that every LaTeX knows pass, without those of Icelandic alone, which the usual fonts lack; of others, in names that come from outside, the number is printed: `[U+4E2D]`. */
export function escapeLatex(text: string): string {
  return printable(text)
    .replace(/[^A-Za-z0-9 À-ÏÑ-ÖØ-Ýß-ïñ-öø-ýÿ]/gu, escapeCharacter)
    .replace(/,\{\}(?!,)/g, ',')
    .replace(/-\{\}(?!-)/g, '-');
}

function escapeCharacter(character: string): string {
  const command = COMMANDS[character];
  if (command !== undefined) return command;
  if (/^[!-~]$/.test(character)) return character;
  return `{[}U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}]`;
}
