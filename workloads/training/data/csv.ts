/**
 * Tables as text: the first line names the columns (RFC 4180; fields may stand in double quotes).
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';

export interface TextTable {
  readonly columns: readonly string[];
  /** As many fields as columns each. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Spaces around fields are left out, and so are empty lines at the end. Lines end as on any system.
 *
 * @param name Of the file, for errors.
 * @throws EnigmarkError TRAINING_TABLE
 */
export function parseCsv(text: string, name: string): TextTable {
  const [columns, ...rows] = withoutEmptyEnd(linesOf(text, name));
  if (columns === undefined || columns.join('') === '') throw broken(name, 'a first line that names the columns', 'an empty file');
  const unnamed = columns.indexOf('');
  if (unnamed >= 0)
    throw broken(name, 'a name for every column', `none for column ${unnamed + 1}`, 'name it, or leave out a column of row numbers');
  const seen = new Set<string>();
  for (const column of columns) {
    if (seen.has(column)) throw broken(name, 'a name of its own for every column', `'${column}' twice`, 'rename one of them');
    seen.add(column);
  }
  const odd = rows.findIndex((row) => row.length !== columns.length);
  if (odd >= 0) throw broken(name, `${columns.length} fields in every line`, `${rows[odd]!.length} in row ${odd + 1}`);
  return { columns, rows };
}

function broken(name: string, expected: string, got: string, remedy = 'write the file with commas between fields'): EnigmarkError {
  return new EnigmarkError('TRAINING_TABLE', { expected: `${expected} of ${name}`, got, remedy });
}

function withoutEmptyEnd(lines: string[][]): string[][] {
  const last = lines.findLastIndex((fields) => fields.some((field) => field !== ''));
  return lines.slice(0, last + 1);
}

/** Between two of these a field is as it stands. */
const SPECIAL = /[",\r\n]/g;

/** Fields of every line. Commas and line ends inside quotes are part of a field, and two quotes there are one. */
function linesOf(text: string, name: string): string[][] {
  const lines: string[][] = [];
  let fields: string[] = [];
  let [field, from] = ['', text.startsWith('\uFEFF') ? 1 : 0];
  const endField = (end: number): void => {
    fields.push((field + text.slice(from, end)).trim());
    field = '';
  };
  SPECIAL.lastIndex = from;
  for (let match = SPECIAL.exec(text); match !== null; match = SPECIAL.exec(text)) {
    const { index } = match;
    const character = text[index];
    if (character === '"') {
      field += text.slice(from, index);
      const quoted = endOfQuotes(text, index + 1);
      if (quoted === -1)
        throw broken(name, 'an end to every quote', `none to one in row ${lines.length}`, 'close it, or write two for one');
      field += text.slice(index + 1, quoted).replaceAll('""', '"');
      from = quoted + 1;
    } else {
      endField(index);
      from = index + 1;
      if (character !== ',') {
        if (character === '\r' && text[from] === '\n') from += 1;
        lines.push(fields);
        fields = [];
      }
    }
    SPECIAL.lastIndex = from;
  }
  if (from < text.length || field !== '' || fields.length > 0) {
    endField(text.length);
    lines.push(fields);
  }
  return lines;
}

/** Where the quote stands that ends what begins at `from`; -1: nowhere. */
function endOfQuotes(text: string, from: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at;
}
