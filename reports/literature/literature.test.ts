/** @module */
import { describe, expect, it } from 'vitest';
import { completedRecord } from '../../harness/record/record.examples.ts';
import { workloads } from '../../workloads/registry.ts';
import { toText } from '../formats/cell-text.ts';
import { literatureTable } from './literature.ts';
import { readPublished } from './published.ts';

describe('published results', () => {
  const published = readPublished();

  it('follow their schema, each with an id of its own and a source', () => {
    expect(published.length).toBeGreaterThan(60);
    expect(new Set(published.map(({ id }) => id)).size).toBe(published.length);
  });

  it('name networks that are measured here, but for those that are to come', () => {
    const known = new Set(workloads.map(({ id }) => id));
    const unknown = published.flatMap(({ figures }) => figures.flatMap(({ workload }) => (known.has(workload) ? [] : [workload])));
    expect(unknown.filter((workload) => workload !== 'mlp-orion')).toEqual([]);
  });
});

describe('the table beside the literature', () => {
  const ours = completedRecord({ workload: 'cnn-cryptonets', group: 'cnn', scheme: 'bfv', schemeName: 'bfv' });
  const table = literatureTable([ours, completedRecord({ workload: 'dense-64' })], 'Example 9000, 2 cores')!;
  const at = (id: string) => table.columns.findIndex((column) => column.id === id);
  const { rows } = toText(table);

  it('has our comparable rows first, then the published ones, with source and how well they were read', () => {
    expect(rows[0]![at('system')]).toBe('this run: BFV packed, library kernels');
    expect(rows[0]![at('machine')]).toBe('Example 9000, 2 cores');
    const lola = rows.find((cells) => cells[at('system')] === 'LoLa')!;
    expect(lola[at('latency')]).toBe('2.20 s');
    expect(lola[at('source')]).toContain('arXiv:1812.10659');
    expect(lola[at('verified')]).toMatch(/^a later work/);
    expect(new Set(rows.map((cells) => cells[at('workload')]))).toEqual(new Set(['cnn-cryptonets']));
  });

  it('prints no ratio without "another machine", and none to another scheme or kind of batch', () => {
    const ratios = rows.map((cells) => cells[at('ratio')]!).filter((words) => words !== '-');
    expect(ratios.length).toBeGreaterThan(0);
    for (const words of ratios) expect(words).toMatch(/^[\d.,]+x, another machine$/);
    const heman = rows.filter((cells) => cells[at('system')]!.startsWith('HE-MAN'));
    expect(heman.map((cells) => cells[at('ratio')])).toEqual(['-', '-']);
  });

  it('holds no row in which the client takes part against one in which it does not', () => {
    const helped = {
      workload: 'cnn-cryptonets',
      group: 'cnn',
      scheme: 'bfv',
      schemeName: 'bfv',
      interactive: true,
      help: 'activation',
    } as const;
    const { rows } = toText(literatureTable([completedRecord(helped)], 'x')!);
    expect(rows[0]![at('interactive')]).toBe('yes');
    const without = rows.slice(1).filter((cells) => cells[at('interactive')] === 'no');
    expect(without.length).toBeGreaterThan(0);
    expect(new Set(without.map((cells) => cells[at('ratio')]))).toEqual(new Set(['-']));
  });

  it('is none where nothing was published', () => {
    expect(literatureTable([completedRecord({ workload: 'dense-64' })], 'x')).toBeNull();
  });
});
