/**
 * Tables of numbers as text: a sample for each line, commas, semicolons or tabs between numbers.
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';
import type { TensorFile } from './safetensors.ts';

const LABEL_COLUMNS: ReadonlySet<string> = new Set(['label', 'labels', 'target', 'targets', 'class', 'y']);

function refuse(expected: string, got: string): never {
  throw new EnigmarkError('CSV_FILE', {
    expected,
    got,
    remedy: 'write numbers alone, with the names of columns in the first line or without',
  });
}

/**
 * Tensor `inputs` of all columns, and `labels` of the one whose name in the first line is label, target, class or y, if there is one.
 *
 * @throws EnigmarkError CSV_FILE
 */
export function readCsv(bytes: Uint8Array): TensorFile {
  const lines = new TextDecoder()
    .decode(bytes)
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
  const [first = ''] = lines;
  const separator = [',', ';', '\t'].find((candidate) => first.includes(candidate)) ?? ',';
  const cells = (line: string): string[] => line.split(separator).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const head = cells(first);
  const hasNames = head.some((cell) => cell === '' || !Number.isFinite(Number(cell)));
  const labels = hasNames ? head.findIndex((name) => LABEL_COLUMNS.has(name.toLowerCase())) : -1;
  const rows = lines.slice(hasNames ? 1 : 0).map((line, at) => numbersOf(cells(line), head.length, at + (hasNames ? 2 : 1)));
  if (rows.length === 0) refuse('at least one line of numbers', 'none');
  const columns = head.length - (labels < 0 ? 0 : 1);
  const inputs = Float64Array.from(rows.flatMap((row) => row.filter((_, column) => column !== labels)));
  const tensors = new Map([['inputs', { shape: [rows.length, columns], data: inputs }]]);
  if (labels >= 0) tensors.set('labels', { shape: [rows.length], data: Float64Array.from(rows, (row) => row[labels]!) });
  return { names: [...tensors.keys()], read: (name) => tensors.get(name) ?? null };
}

function numbersOf(cells: readonly string[], columns: number, line: number): number[] {
  if (cells.length !== columns) refuse(`${columns} numbers in line ${line}`, `${cells.length}`);
  return cells.map((cell) =>
    cell !== '' && Number.isFinite(Number(cell)) ? Number(cell) : refuse(`numbers in line ${line}`, `"${cell.slice(0, 40)}"`),
  );
}
