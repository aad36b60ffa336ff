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
 * Spaces around fields are left out, and so are empty lines at the end.
 *
 * @param name Of the file, for errors.
 * @throws EnigmarkError TRAINING_TABLE
 */
export function parseCsv(text: string, name: string): TextTable {
  const lines = splitLines(text.replace(/^\uFEFF/, ''));
  const [columns, ...rows] = lines.map((line) => splitFields(line).map((field) => field.trim()));
  if (columns === undefined || columns.join('') === '') throw broken(name, 'a first line that names the columns', 'an empty file');
  const twice = columns.find((column, at) => columns.indexOf(column) !== at);
  if (twice !== undefined) throw broken(name, 'a name of its own for every column', `'${twice}' twice`);
  const odd = rows.findIndex((row) => row.length !== columns.length);
  if (odd >= 0) throw broken(name, `${columns.length} fields in every line`, `${rows[odd]!.length} in row ${odd + 1}`);
  return { columns, rows };
}

function broken(name: string, expected: string, got: string): EnigmarkError {
  return new EnigmarkError('TRAINING_TABLE', {
    expected: `${expected} of ${name}`,
    got,
    remedy: 'write the file with commas between fields',
  });
}

/** Line ends inside quotes are none. */
function splitLines(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of text.split(/\r?\n/)) {
    line = line === '' ? part : `${line}\n${part}`;
    if (line.split('"').length % 2 === 0) continue;
    lines.push(line);
    line = '';
  }
  if (line !== '') lines.push(line);
  while (lines.at(-1)?.trim() === '') lines.pop();
  return lines;
}

function splitFields(line: string): string[] {
  const fields: string[] = [];
  let [field, quoted] = ['', false];
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (character === '"') {
      // Two quotes inside quotes are one.
      if (quoted && line[at + 1] === '"') field += line[++at]!;
      else quoted = !quoted;
    } else if (character === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else {
      field += character;
    }
  }
  return [...fields, field];
}
