/** @module */
import { describe, expect, it } from 'vitest';
import { completedRecord, incorrectRecord, primitivesRecord, recordWithoutResult } from '../harness/record/record.examples.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import { answersOf } from './answer/answer.ts';
import { answerLines } from './answer/lines.ts';
import { renderProduct, type TableName } from './terminal-product.ts';

const refusal = (scheme: string, workload: string, layer: string) =>
  recordWithoutResult('unsupported', {
    ...{ scheme, schemeName: scheme, workload },
    error: { code: 'TABLES_UNSUPPORTED', message: `'${layer}' is a table` },
  });
const records = [
  ...['bfv', 'bgv', 'ckks'].flatMap((scheme) =>
    (['own', 'library'] as const).map((kernels) => completedRecord({ scheme, schemeName: scheme, kernels, workload: 'cnn-cryptonets' })),
  ),
  incorrectRecord({ workload: 'dense-64' }),
  recordWithoutResult('timeout', { workload: 'dense-1024' }),
  refusal('tfhe', 'cnn-cryptonets', 'square 1'),
  refusal('tfhe', 'cnn-relu', 'relu 1'),
];
const leftOut = [
  { id: 'clear/primitives/float64/-/library/t1', reason: 'clear offers no single operations' },
  { id: 'bgv/primitives/default/-/own/t1', reason: 'clear offers no single operations' },
];
const shown = (of: readonly LaunchRecord[], tables: readonly TableName[] = [], width = 160) =>
  renderProduct({ records: of, leftOut, tables, sampling: 'One launch.' }, { width, colour: false });
const DETAILS = ['Latency of one batch', 'One-time costs', 'Memory', 'Traffic', 'Accuracy'];
const titles = (words: string) =>
  words.split('\n').filter((line) => ['Summary', 'Single operations', 'Answer:', ...DETAILS].includes(line));

describe('what a run prints', () => {
  it('is the answer, the main table, and where the rest is', () => {
    const words = shown(records);
    expect(titles(words)).toEqual(['Answer:', 'Summary']);
    expect(words).toContain(answerLines(answersOf(records, leftOut)).join('\n'));
    const last = words.trimEnd().split('\n').slice(-2).join(' ');
    expect(last).toContain('One launch. Cases: 6 completed, 2 unsupported, 1 incorrect, 1 timeout.');
    expect(last).toContain('--tables latency,memory,accuracy,traffic,categories,growth,primitives,training|all');
  });

  it('has the tables that were asked for before them', () => {
    expect(titles(shown(records, ['memory']))).toEqual(['Memory', 'Answer:', 'Summary']);
    expect(titles(shown(records, ['all']))).toEqual([...DETAILS.slice(0, 3), 'Traffic', 'Accuracy', 'Answer:', 'Summary']);
    expect(titles(shown([...records, primitivesRecord()], ['primitives']))).toEqual(['Single operations', 'Answer:', 'Summary']);
  });

  it('ends with single operations where nothing else was measured, and with accuracies where only the oracle ran', () => {
    expect(titles(shown([primitivesRecord()], ['all']))).toEqual(['Single operations']);
    expect(titles(shown([completedRecord({ scheme: 'clear', schemeName: 'clear' })]))).toEqual(['Accuracy']);
    expect(titles(shown([]))).toEqual([]);
  });

  it('folds what is unsupported, and what was left out beside networks, into one line for each reason', () => {
    const words = shown(records, ['all']);
    expect(words).toContain("Unsupported:\n  TFHE packed (cnn-cryptonets), TFHE packed (cnn-relu): 'square 1' is a table\n");
    expect(words).not.toMatch(/^cnn-\w+ .*unsupported/m);
    expect(words).toContain(
      'Left out:\n  clear/primitives/float64/-/library/t1, bgv/primitives/default/-/own/t1: clear offers no single operations\n',
    );
  });

  it('names three of many that one reason leaves out', () => {
    const many = [1, 2, 3, 4, 5].map((number) => ({ id: `vector-${number}`, reason: 'too slow' }));
    const words = renderProduct({ records, leftOut: many, tables: [], sampling: '' }, { width: 100, colour: false });
    expect(words).toContain('Left out:\n  vector-1, vector-2, vector-3 and 2 more: too slow\n');
  });

  it.each([80, 100, 120, 200])('fits %d columns by leaving columns away, and breaks no row', (width) => {
    const lines = shown([...records, primitivesRecord()], ['all'], width).split('\n');
    // One word alone may be longer: the list of tables is not.
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    const rows = lines.filter((line) => /^cnn-cryptonets .* (own|library) /.test(line) || /^cnn-cryptonets +(packed|-) /.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(6 * 2);
    expect(lines.join(' ')).toMatch(/Hidden, terminal too narrow/);
  });
});
