/** @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../network/file/safetensors.ts';
import { breastCancer } from './breast-cancer.ts';
import { parseCsv } from './csv.ts';
import { readTrainingData } from './own-data.ts';
import { standardsOf } from './samples.ts';

const folder = mkdtempSync(join(tmpdir(), 'enigmark-own-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function written(text: string | Uint8Array, name = 'data.csv'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const row = (at: number): string => `${at},${(at * 7) % 11},${at % 3 === 0 ? 'yes' : 'no'}`;
const lines = (change: (line: string, at: number) => string = (line) => line): string =>
  ['a,b,label', ...Array.from({ length: 60 }, (_, at) => row(at))].map(change).join('\n');

describe('own data', () => {
  it('are split, standardised by the training rows, and labelled in the order of the alphabet', () => {
    const { training, heldOut, classes, description } = readTrainingData(written(lines()), 1);
    expect([training.rows.length, heldOut.rows.length]).toEqual([48, 12]);
    expect(classes).toEqual(['no', 'yes']);
    const { means, deviations } = standardsOf(training.rows);
    for (const feature of [0, 1]) {
      expect(means[feature]).toBeCloseTo(0, 12);
      expect(deviations[feature]).toBeCloseTo(1, 12);
    }
    expect(training.labels.filter((label) => label === 1).length + heldOut.labels.filter((label) => label === 1).length).toBe(20);
    expect(description).toContain('2 features');
    expect(readTrainingData(written(lines()), 2).training.rows[0]).not.toEqual(training.rows[0]);
  });

  it('come from safetensors as well', () => {
    const inputs = { shape: [60, 2], data: Float32Array.from({ length: 120 }, (_, at) => Math.sin(at)) };
    const labels = { shape: [60], data: Float32Array.from({ length: 60 }, (_, at) => (at % 2 === 0 ? 10 : 9)) };
    const path = written(writeSafetensors(new Map([['inputs', inputs], ['labels', labels]]), {}), 'data.safetensors'); // prettier-ignore
    expect(readTrainingData(path, 1).classes).toEqual(['9', '10']);
    const bare = written(writeSafetensors(new Map([['inputs', inputs]]), {}), 'bare.safetensors');
    expect(() => readTrainingData(bare, 1)).toThrow(expect.objectContaining({ code: 'TRAINING_TABLE' }));
  });

  it.each([
    ['a missing value', lines((line, at) => (at === 5 ? ',3,no' : line)), 'TRAINING_VALUE', /row 5, column 'a'.*a missing value/],
    ['a word for a number', lines((line, at) => (at === 9 ? '1,two,no' : line)), 'TRAINING_VALUE', /row 9, column 'b'.*'two'/],
    ['a constant column', lines((line, at) => (at === 0 ? line : line.replace(/^\d+/, '4'))), 'TRAINING_CONSTANT', /'a'/],
    ['one class', lines((line) => line.replace('yes', 'no')), 'TRAINING_CLASSES', /one class alone, 'no'/],
    ['three classes', lines((line, at) => (at === 4 ? '1,2,perhaps' : line)), 'TRAINING_CLASSES', /3 different ones/],
    ['labels that are numbers of something', lines((line, at) => line.replace(/yes|no/, String(at))), 'TRAINING_CLASSES', /60 different/],
    ['a missing label', lines((line, at) => (at === 7 ? '1,2,' : line)), 'TRAINING_CLASSES', /a missing label in row 7/],
    ['no column of labels', lines((line) => line.replace('label', 'kind')), 'TRAINING_TABLE', /a column 'label'/],
    ['a line of other length', lines((line, at) => (at === 3 ? '1,2' : line)), 'TRAINING_TABLE', /2 in row 3/],
    ['too few rows', lines().split('\n').slice(0, 20).join('\n'), 'TRAINING_TABLE', /at least 50 rows.*19/],
    ['an empty file', '', 'TRAINING_TABLE', /empty/],
    ['a header alone', 'a,b,label\n', 'TRAINING_CLASSES', /no rows/],
    ['nothing but labels', lines((line) => line.split(',').at(-1)!), 'TRAINING_TABLE', /a column of numbers beside 'label'/],
    ['a column of row numbers without a name', lines((line, at) => `${at === 0 ? '' : at},${line}`), 'TRAINING_TABLE', /none for column 1/],
    ['one name twice', lines((line) => line.replace('a,b', 'a,a')), 'TRAINING_TABLE', /'a' twice/],
    ['semicolons between fields', lines((line) => line.replaceAll(',', ';')), 'TRAINING_TABLE', /with commas between fields/],
    ['a quote without an end', lines((line, at) => (at === 5 ? `"${line}` : line)), 'TRAINING_TABLE', /none to one in row 5/],
    ['no number by name', lines((line, at) => (at === 2 ? 'NaN,2,no' : line)), 'TRAINING_VALUE', /row 2, column 'a'.*'NaN'/],
    ['a number beyond doubles', lines((line, at) => (at === 2 ? '1e999,2,no' : line)), 'TRAINING_VALUE', /'1e999'/],
    [
      'a number whose square no double holds ten thousand times',
      lines((line, at) => (at === 2 ? '1e301,2,no' : line)),
      'TRAINING_VALUE',
      /at most 1e\+300/,
    ],
    ['a number of a programming language', lines((line, at) => (at === 2 ? '0x10,2,no' : line)), 'TRAINING_VALUE', /'0x10'/],
    ['a decimal comma', lines((line, at) => (at === 2 ? '"1,5",2,no' : line)), 'TRAINING_VALUE', /'1,5'/],
  ])('are refused with %s', (_, text, code, message) => {
    expect(() => readTrainingData(written(text), 1)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) as string }),
    );
  });

  it('are refused in other encodings than UTF-8', () => {
    const utf16 = Buffer.from(`\uFEFF${lines()}`, 'utf16le');
    expect(() => readTrainingData(written(utf16), 1)).toThrow(expect.objectContaining({ code: 'TRAINING_FILE' }));
  });

  it.each([1e-200, 1e150, 1e290])('of a size of %d are standardised as those of usual sizes are', (unit) => {
    const scaled = lines((line, at) => (at === 0 ? line : line.replace(/^\d+/, (number) => String(Number(number) * unit))));
    const [usual, unusual] = [lines(), scaled].map((text) => readTrainingData(written(text), 1).training.rows);
    for (const [at, row] of unusual!.entries()) expect(row[0]).toBeCloseTo(usual![at]![0]!, 9);
  });

  it('may end lines as on any system, and begin with a mark of their encoding', () => {
    const usual = readTrainingData(written(lines()), 1);
    for (const end of ['\r\n', '\r']) {
      const text = `\uFEFF${lines().replaceAll('\n', end)}${end}${end}`;
      expect(readTrainingData(written(text), 1).training).toEqual(usual.training);
    }
  });

  it('are refused where there is no file', () => {
    expect(() => readTrainingData(join(folder, 'none.csv'), 1)).toThrow(expect.objectContaining({ code: 'TRAINING_FILE' }));
  });
});

describe('the built-in table', () => {
  it('is that of its source: 569 samples, 212 of them malignant', () => {
    const { training, heldOut, classes } = breastCancer(1);
    expect(classes).toEqual(['benign', 'malignant']);
    const malignant = [training, heldOut].map(({ labels }) => labels.filter((label) => label === 1).length);
    expect(malignant[0]! + malignant[1]!).toBe(212);
    expect(training.rows.length + heldOut.rows.length).toBe(569);
    expect(training.rows[0]).toHaveLength(30);
  });
});

describe('tables as text', () => {
  it('may have quotes, commas and line ends in fields', () => {
    expect(parseCsv('\uFEFF"a, b",c\r\n"x ""y""\nz", 2 \n\n', 't')).toEqual({ columns: ['a, b', 'c'], rows: [['x "y"\nz', '2']] });
    expect(parseCsv('a,b\n"",""\n1,\n', 't').rows).toEqual([
      ['', ''],
      ['1', ''],
    ]);
  });

  it('are those that were written, whatever their fields are', () => {
    const field = fc.stringMatching(/^[ab,"\r\n]*$/).map((text) => `x${text}x`);
    const table = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width })));
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n', '\r'), (rows, end) => {
        const columns = (rows[0] ?? ['one']).map((_, at) => `c${at}`);
        const line = (fields: readonly string[]): string => fields.map((text) => `"${text.replaceAll('"', '""')}"`).join(',');
        expect(parseCsv([columns, ...rows].map(line).join(end), 't')).toEqual({ columns, rows });
      }),
    );
  });
});
