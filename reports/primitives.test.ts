/**
 * The table of single operations, from records whose figures are known by hand.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { completedRecord, primitivesRecord, recordWithoutResult } from '../harness/record/record.examples.ts';
import type { LaunchRecord, PrimitivesRecord } from '../harness/record/record.ts';
import { toText } from './formats/cell-text.ts';
import { primitivesTables } from './primitives.ts';
import type { Table } from './table.ts';
import { reportPages } from './tables.ts';
import { renderProduct } from './terminal-product.ts';
import { renderReport } from './write.ts';

type Timed = PrimitivesRecord['primitives'][number];

const tablesOf = (...records: readonly LaunchRecord[]) => primitivesTables(records)!;

function timed(name: string, level: number | null, changes: Partial<Timed> = {}): Timed {
  return { name, level, bytes: null, operations: null, callsPerSample: 1, stopped: 'budget', samples_ns: [1e6], warmup_ns: [], ...changes };
}

/** What people read under some columns, row by row; notes in place of their numbers. */
function read(table: Table, ...ids: readonly string[]): string[] {
  const { rows, notes } = toText(table);
  const positions = ids.map((id) => table.columns.findIndex((column) => column.id === id));
  return rows.map((cells) =>
    positions.map((at) => cells[at]!.replace(/ \((\d+)\)$/, (_, note: string) => ` (${notes[Number(note) - 1]!})`)).join(' | '),
  );
}

describe('single operations', () => {
  it('are rows by scheme, size of the set, operation, and level from the top', () => {
    const operations = [
      timed('encode', null),
      timed('add', 1),
      timed('rotate', 1),
      timed('add', 2),
      timed('rotate', 3),
      timed('rotate', 2),
    ];
    const deep = { parameters: { id: 'a-deep', degree: 16384 }, primitives: [timed('add', 1)] };
    const { all } = tablesOf(
      primitivesRecord({ scheme: 'ckks', ...deep }),
      primitivesRecord({ scheme: 'ckks', primitives: operations }),
      primitivesRecord({ scheme: 'bfv', schemeName: 'bfv', ...deep }),
    );
    expect(read(all, 'scheme', 'parameters', 'degree', 'operation', 'level')).toEqual([
      'bfv | a-deep | 16,384 | add | 1',
      'ckks | default | 8,192 | encode | -',
      'ckks | default | 8,192 | add | 2',
      'ckks | default | 8,192 | add | 1',
      'ckks | default | 8,192 | rotate | 3',
      'ckks | default | 8,192 | rotate | 2',
      'ckks | default | 8,192 | rotate | 1',
      'ckks | a-deep | 16,384 | add | 1',
    ]);
  });

  it('show the median of one call, n, the bytes made, and what a circuit is made of', () => {
    const samples_ns = [9_000, 10_000, 11_000, 10_000, 10_000, 500_000, 10_000, 11_000, 9_500, 9_800, 10_000];
    const fold = timed('fold', null, { bytes: 2048, operations: { 'rotate@3': 8, 'add@3': 8 }, callsPerSample: 8, samples_ns });
    const { all } = tablesOf(primitivesRecord({ primitives: [fold, timed('add', 1)] }));
    const [first, second] = read(all, 'n', 'time', 'calls', 'size', 'made_of', 'state');
    expect(first).toMatch(/^11 \| 10\.0 µs \[9\.0, 500\.0\] \| 8 \| 2\.00 KiB \| rotate@3 8, add@3 8 \| completed$/);
    expect(second).toBe('1 | 1.00 ms | 1 | - | - | completed');
  });

  it('pool the launches of a case, and say how many gave nothing', () => {
    const launch = (number: number) => primitivesRecord({ launch: number, primitives: [timed('add', 1, { samples_ns: [number * 1e6] })] });
    const { id, workload, group, layout, parameters } = launch(3);
    const facts = { id, workload, group, layout, parameters, launch: 3, error: { code: 'X', message: 'gone' } };
    const failed = recordWithoutResult('failed', facts);
    const { all } = tablesOf(launch(1), launch(2), failed);
    expect(read(all, 'n', 'time', 'launches', 'state')).toEqual(['2 | 1.00 ms, 2.00 ms | 2 | completed (1 of 3 launches failed: X: gone)']);
  });

  it('give no time to an operation that was wrong in any launch, and theirs to the others', () => {
    const wrong: LaunchRecord = {
      ...primitivesRecord({ launch: 2, primitives: [timed('encode', null)] }),
      state: 'incorrect',
      error: { code: 'PRIMITIVE_WRONG', message: 'wrong result of add at 1 limbs' },
      untimed: [{ name: 'add', level: 1, state: 'incorrect', reason: 'the result was wrong' }],
    };
    const { all } = tablesOf(primitivesRecord({ primitives: [timed('encode', null), timed('add', 1)] }), wrong);
    expect(read(all, 'operation', 'n', 'time', 'state')).toEqual([
      'encode | 2 | 1.00 ms, 1.00 ms | completed',
      'add | - | - | incorrect (the result was wrong)',
    ]);
  });

  it('give the reason of a circuit that the set refuses, and of a launch that gave nothing', () => {
    const untimed = [{ name: 'fold', level: null, state: 'unsupported', reason: 'no rotations' } as const];
    const refused = tablesOf(primitivesRecord({ primitives: [], untimed })).all;
    expect(read(refused, 'operation', 'time', 'state')).toEqual(['fold | - | unsupported (no rotations)']);
    const facts = { workload: 'primitives', group: 'primitives', layout: null };
    const failed = tablesOf(recordWithoutResult('timeout', facts)).all;
    expect(read(failed, 'scheme', 'operation', 'state')).toEqual(['ckks | - | timeout (timeout: TIMEOUT: no result within 10 min)']);
  });

  it('mark parameters under 128 bits, and say why bits are not known', () => {
    const parameters = { id: 'insecure-tiny', degree: 1024 };
    const { all } = tablesOf(primitivesRecord({ parameters, security: { bits: null, source: 'nothing compiles' } }));
    expect(read(all, 'parameters', 'security')[0]).toMatch(/^insecure-tiny \(under 128 bits.*\| - \(nothing compiles\)$/);
  });
});

const shownOf = (records: readonly LaunchRecord[]) =>
  renderProduct({ records, leftOut: [], tables: [], sampling: '' }, { width: 160, colour: false });

describe('pages', () => {
  const levels = primitivesRecord({ primitives: [3, 2, 1].map((level) => timed('rotate', level)) });

  it('show the highest and the lowest level in a terminal, say so, and keep all in the report', () => {
    const [table] = reportPages([levels]).flatMap(({ tables }) => tables);
    expect(read(table!.brief!, 'level')).toEqual(['3', '1']);
    const shown = shownOf([levels]);
    expect(shown.match(/ rotate /g)).toHaveLength(2);
    expect(shown).toContain('only the highest and the lowest');
    const files = renderReport({ information: null, records: [levels], warnings: [] });
    expect(files.get('primitives.md')!.match(/\| rotate \|/g)).toHaveLength(3);
    expect(files.get('primitives.md')).not.toContain('only the highest and the lowest');
    expect(files.get('primitives.csv')!.trimEnd().split('\n')).toHaveLength(4);
  });

  it('say nothing of all rows that only circuits have', () => {
    const circuit = timed('fold', null, { operations: { 'rotate@3': 8 } });
    expect(shownOf([primitivesRecord({ primitives: [timed('add', 1), circuit] })])).not.toMatch(/same in all rows:.*made of/);
  });

  it('name the kernel path that ran where it is not the usual one', () => {
    const kernels = (path: string) => read(tablesOf(primitivesRecord({ kernels: 'own', path })).all, 'kernels')[0];
    expect([kernels('fused'), kernels('fallback')]).toEqual(['own', 'own (fallback)']);
  });

  it('do not speak of levels left out where none was', () => {
    expect(shownOf([primitivesRecord()])).not.toContain('only the highest and the lowest');
  });

  it('hold networks and single operations apart', () => {
    const names = (records: readonly LaunchRecord[]) => reportPages(records).map(({ name }) => name);
    expect(names([levels])).toEqual(['primitives']);
    expect(names([completedRecord()])).not.toContain('primitives');
    const both = [levels, completedRecord()];
    expect(names(both)).toEqual([...names([completedRecord()]), 'primitives']);
    const latency = reportPages(both).flatMap(({ tables }) => tables)[0]!.table;
    expect(latency.rows.map(({ id }) => id)).toEqual([completedRecord().id]);
  });
});
