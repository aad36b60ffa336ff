/**
 * A user's own data: `--training data.csv`, or a safetensors file. Two classes; features are standardised by their owner.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { Random } from '../../data/random.ts';
import { lookAt } from '../../network/file/look-at.ts';
import { readSafetensors } from '../../network/file/safetensors.ts';
import { parseCsv } from './csv.ts';
import { standardised, standardsOf, type LabelledRows, type TrainingData } from './samples.ts';

const MOST_BYTES = 2 ** 28;
/** Of the column or tensor that holds labels. */
const LABEL = 'label';
const HELD_OUT_SHARE = 0.2;
/** Fewer say nothing, on either side of the split. */
const LEAST_ROWS = 10;

/** Rows as they stand in a file. */
interface Table {
  readonly names: readonly string[];
  readonly rows: readonly Float64Array[];
  readonly labels: readonly string[];
}

/**
 * Split by the seed, a fifth held out, and standardised by the training rows.
 *
 * CSV: a header, a column `label` of two different values, numbers in all others. Safetensors: `inputs` of shape samples x features and
 * `labels` of shape samples.
 *
 * @throws EnigmarkError TRAINING_FILE (missing, too large, unreadable, no UTF-8), TRAINING_TABLE (no table, no labels), TRAINING_VALUE (missing, or no
 * number), TRAINING_CONSTANT (a column that says nothing), TRAINING_CLASSES (one class, or more than two), and as `readSafetensors` does
 */
export function readTrainingData(path: string, seed: number): TrainingData {
  const name = basename(path);
  const table = path.endsWith('.safetensors') ? tensorTable(path, name) : csvTable(path, name);
  const classes = classesOf(table, name);
  const order = Random.from(seed, 'training split').permutation(table.rows.length);
  const judged = Math.floor(HELD_OUT_SHARE * order.length);
  if (judged < LEAST_ROWS) {
    throw new EnigmarkError('TRAINING_TABLE', {
      expected: `at least ${LEAST_ROWS / HELD_OUT_SHARE} rows in ${name}`,
      got: `${table.rows.length}`,
      remedy: 'give more samples',
    });
  }
  const chosen = (indices: Uint32Array): LabelledRows => ({
    rows: Array.from(indices, (index) => table.rows[index]!),
    labels: Uint8Array.from(indices, (index) => classes.indexOf(table.labels[index]!)),
  });
  const [training, heldOut] = [chosen(order.subarray(judged)), chosen(order.subarray(0, judged))];
  expectTwoClasses(training, classes, name);
  expectVarying(training.rows, table, name);
  const standards = standardsOf(training.rows);
  return {
    training: standardised(training, standards),
    heldOut: standardised(heldOut, standards),
    description: `${name}: ${training.rows.length} training and ${judged} held-out samples of ${table.names.length} features, split by seed ${seed}, standardised by their owner`,
    classes,
  };
}

function readBounded(path: string, name: string): Uint8Array {
  const found = lookAt(path);
  if (found?.isFile() !== true || found.size > MOST_BYTES) {
    throw new EnigmarkError('TRAINING_FILE', {
      expected: `the file ${name}, of at most ${MOST_BYTES} bytes`,
      got: found === null ? 'none of that name' : found.isFile() ? `${found.size} bytes` : 'something that is no file',
      remedy: 'check the path for --training',
    });
  }
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new EnigmarkError('TRAINING_FILE', { expected: `to read ${name}`, got: 'a refusal', remedy: 'check its permissions', cause });
  }
}

function csvTable(path: string, name: string): Table {
  const { columns, rows } = parseCsv(textOf(readBounded(path, name), name), name);
  const at = columns.indexOf(LABEL);
  if (at < 0) {
    const separated = columns.length === 1 && /[;\t]/.test(columns[0]!);
    throw new EnigmarkError('TRAINING_TABLE', {
      expected: `a column '${LABEL}' in ${name}`,
      got: columns.slice(0, 20).join(', '),
      remedy: separated ? 'write the file with commas between fields' : `name the column of labels '${LABEL}'`,
    });
  }
  const names = columns.filter((_, column) => column !== at);
  if (names.length === 0) {
    throw new EnigmarkError('TRAINING_TABLE', {
      expected: `a column of numbers beside '${LABEL}' in ${name}`,
      got: 'none',
      remedy: 'add features to learn from',
    });
  }
  const numbers = rows.map((row, index) =>
    Float64Array.from(
      row.filter((_, column) => column !== at),
      (field, column) => numberOf(field, { row: index, column: names[column]!, name }),
    ),
  );
  return { names, rows: numbers, labels: rows.map((row) => row[at]!) };
}

/** Other encodings would give names that nobody wrote. */
function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new EnigmarkError('TRAINING_FILE', {
      expected: `text in UTF-8 in ${name}`,
      got: 'other bytes',
      remedy: 'save the file as UTF-8',
      cause,
    });
  }
}

interface Place {
  /** From 0. */
  readonly row: number;
  readonly column: string;
  readonly name: string;
}

/** Decimal, as tables have them: what other languages call numbers is a word here. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberOf(field: string, place: Place): number {
  const value = DECIMAL.test(field) ? Number(field) : NaN;
  if (isUsable(value)) return value;
  throw unusable(field === '' ? 'a missing value' : `'${field}'`, place);
}

/** Differences of such numbers are finite. */
const LARGEST = 1e300;

function isUsable(value: number): boolean {
  return Math.abs(value) <= LARGEST;
}

function unusable(got: string, { row, column, name }: Place): EnigmarkError {
  return new EnigmarkError('TRAINING_VALUE', {
    expected: `a number of at most ${LARGEST} in row ${row + 1}, column '${column}' of ${name}`,
    got,
    remedy: 'leave out rows that miss a value, or fill them in before training',
  });
}

function tensorTable(path: string, name: string): Table {
  const tensors = readSafetensors(readBounded(path, name));
  const [inputs, labels] = [tensors.read('inputs'), tensors.read('labels')];
  const [count = 0, features = 0, ...more] = inputs?.shape ?? [];
  if (inputs === null || labels === null || more.length > 0 || features === 0 || labels.shape.join() !== `${count}`) {
    throw new EnigmarkError('TRAINING_TABLE', {
      expected: `"inputs" of shape samples x features and "labels" of shape samples in ${name}`,
      got: [inputs, labels].map((tensor, at) => `${['inputs', 'labels'][at]!} ${tensor?.shape.join(' x ') ?? 'missing'}`).join(', '),
      remedy: 'write the file again',
    });
  }
  const names = Array.from({ length: features }, (_, column) => `feature ${column + 1}`);
  const wrong = inputs.data.findIndex((value) => !isUsable(value));
  if (wrong >= 0) {
    const place = { row: Math.floor(wrong / features), column: names[wrong % features]!, name };
    throw unusable(String(inputs.data[wrong]), place);
  }
  const rows = Array.from({ length: count }, (_, row) => inputs.data.slice(row * features, (row + 1) * features));
  return { names, rows, labels: Array.from(labels.data, String) };
}

/** In the order of numbers, or of the alphabet. */
function classesOf({ labels }: Table, name: string): [string, string] {
  const missing = labels.findIndex((label) => label === '' || label === 'NaN');
  const distinct = [...new Set(labels)].sort((a, b) => Number(a) - Number(b) || 0 || (a < b ? -1 : 1));
  const [first, second, ...others] = distinct;
  if (missing < 0 && first !== undefined && second !== undefined && others.length === 0) return [first, second];
  const shown = distinct
    .slice(0, 5)
    .map((label) => `'${label}'`)
    .join(', ');
  const found =
    distinct.length === 1
      ? `one class alone, ${shown}`
      : `${distinct.length} different ones: ${shown}${distinct.length > 5 ? ', ...' : ''}`;
  throw new EnigmarkError('TRAINING_CLASSES', {
    expected: `labels of two classes in ${name}`,
    got: missing < 0 ? (distinct.length === 0 ? 'no rows' : found) : `a missing label in row ${missing + 1}`,
    remedy: 'logistic regression tells two classes apart: choose two, or one against all others',
  });
}

function expectTwoClasses({ labels }: LabelledRows, classes: readonly [string, string], name: string): void {
  const absent = [0, 1].find((label) => !labels.includes(label));
  if (absent === undefined) return;
  throw new EnigmarkError('TRAINING_CLASSES', {
    expected: `samples of both classes among the training rows of ${name}`,
    got: `none of '${classes[absent]!}'`,
    remedy: 'give more samples of it, or another --seed',
  });
}

/** Smaller ones are lost where a feature is divided by its deviation. */
const LEAST_DIFFERENCE = 1e-300;

function expectVarying(rows: readonly Float64Array[], { names }: Table, name: string): void {
  const constant = names.filter((_, at) => rows.every((row) => Math.abs(row[at]! - rows[0]![at]!) < LEAST_DIFFERENCE));
  if (constant.length === 0) return;
  const shown = constant
    .slice(0, 5)
    .map((column) => `'${column}'`)
    .join(', ');
  throw new EnigmarkError('TRAINING_CONSTANT', {
    expected: `columns of ${name} whose values differ`,
    got: `the same value in all training rows of ${shown}${constant.length > 5 ? ` and ${constant.length - 5} others` : ''}`,
    remedy: 'leave such columns out: they tell nothing',
  });
}
