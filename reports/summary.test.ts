/**
 * The main table, its columns and lines.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { completedRecord, incorrectRecord, recordWithoutResult } from '../harness/record/record.examples.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import { toText } from './formats/cell-text.ts';
import { summaryTable } from './summary.ts';
import { renderTerminal } from './formats/terminal.ts';

const baseline = { inferencesPerSample: 8, samples_ns: [6_000, 6_100, 6_200], warmup_ns: [] };

/** Cells of a line by column. */
function line(records: readonly LaunchRecord[], row: number): Record<string, string> {
  const table = summaryTable(records);
  const words = toText(table).rows[row]!;
  return Object.fromEntries(table.columns.map(({ id }, index) => [id, words[index]!]));
}

describe('the main table', () => {
  it('has a line of the float network before the first case of each workload', () => {
    const records = ['a', 'b', 'b'].map((workload, index) => completedRecord({ workload, threads: index + 1, baseline }));
    expect(summaryTable(records).rows.map(({ id }) => id.split('/', 2).join(' '))).toEqual([
      'float a',
      'ckks a',
      'float b',
      'ckks b',
      'ckks b',
    ]);
    expect(line(records, 2)).toMatchObject({ workload: 'b', scheme: 'float', n: '6', server: '-', overhead: '1x', client: '-' });
    expect(line(records, 2)['server_per_sample']).toMatch(/^6\.10 µs/);
  });

  it('has none where no launch timed it', () => {
    const records = [completedRecord({ baseline: null, notes: { baseline: 'an earlier version' } })];
    expect(summaryTable(records).rows).toHaveLength(1);
  });

  it('has no line of the oracle', () => {
    const records = [completedRecord({ scheme: 'clear', schemeName: 'clear' }), completedRecord()];
    expect(summaryTable(records).rows.map(({ id }) => id.split('/')[0])).toEqual(['float', 'ckks']);
    expect(summaryTable(records.slice(0, 1)).rows).toEqual([]);
  });

  it('says the state in place of the time, and which launches gave nothing beside the scheme', () => {
    const wrong = incorrectRecord({ workload: 'a', baseline: null, notes: { baseline: 'x' } });
    expect(line([wrong], 0)['server']).toBe('incorrect (1)');
    expect(line([recordWithoutResult('unsupported', { workload: 'a' })], 0)['server']).toBe('unsupported (1)');
    const partly = [completedRecord(), recordWithoutResult('failed', { launch: 2, id: completedRecord().id })];
    expect(line(partly, 1)).toMatchObject({ scheme: 'ckks (1)', server: expect.stringMatching(/^49\.5 ms/) as unknown });
  });

  it('fits 100 columns of a terminal with its headline columns', () => {
    const records = ['bfv', 'bgv', 'ckks'].flatMap((scheme) =>
      (['batched', 'packed'] as const).map((layout) =>
        completedRecord({ workload: 'cnn-cryptonets', scheme, layout, kernels: 'own', batch: layout === 'packed' ? 1 : 8192, baseline }),
      ),
    );
    const lines = renderTerminal(summaryTable(records), { width: 100, colour: false }).split('\n');
    expect(Math.max(...lines.map((text) => text.length))).toBeLessThanOrEqual(100);
    const head = lines
      .slice(
        0,
        lines.findIndex((text) => text.startsWith('cnn-cryptonets')),
      )
      .join(' ');
    for (const title of ['Layout', 'Scheme', 'Server', 'sample', 'Overhead', 'Client', 'Encrypted']) {
      expect(head.split('Hidden')[1]).toMatch(new RegExp(`\\s${title}\\b`));
    }
  });
});
