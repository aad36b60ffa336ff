/** @module */
import { describe, expect, it } from 'vitest';
import { completedRecord, recordWithoutResult } from '../../harness/record/record.examples.ts';
import type { LaunchRecord } from '../../harness/record/record.ts';
import { toText } from '../formats/cell-text.ts';
import { categoriesTable } from './categories.ts';
import { claimsTable } from './claims.ts';

type Changes = Parameters<typeof completedRecord>[0];

const named = { workload: 'cnn-relu', group: 'cnn', kernels: 'own' } as const;
const launchOf = (scheme: string, changes: Changes = {}): LaunchRecord =>
  completedRecord({ ...named, scheme, schemeName: scheme, family: 'leveled', ...changes });
const { accuracy } = completedRecord();
const exact = { plannedPrecision: null, accuracy: { ...accuracy!, maxAbsError: 0, precision_bits: null } } as const;
const approximate = { plannedPrecision: { required_bits: 6, modelled_bits: 9 } } as const;
const refused = recordWithoutResult('unsupported', {
  ...{ ...named, scheme: 'sums', schemeName: 'sums', family: 'partial' },
  error: { code: 'OPERATION_UNSUPPORTED', message: 'no products of ciphertexts' },
});

describe('the table of categories', () => {
  it('is there only where categories can be compared', () => {
    expect(categoriesTable([launchOf('ckks', approximate)])).toBeNull();
    expect(categoriesTable([launchOf('bfv', exact), launchOf('bgv', exact)])).toBeNull();
    expect(categoriesTable([launchOf('bfv', exact), launchOf('clear', { family: 'none' })])).toBeNull();
  });

  it('knows real numbers by the precision of results, also where an early record promises none', () => {
    const { rows } = toText(categoriesTable([launchOf('early', { plannedPrecision: null }), launchOf('bfv', exact)])!);
    expect(rows.map(([, category]) => category)).toEqual(['leveled, whole numbers', 'leveled, real numbers']);
  });

  it('has a leveled scheme that ran nothing, where its records name the arithmetic', () => {
    const ran = launchOf('bfv', exact);
    const without = (arithmetic?: 'real') =>
      recordWithoutResult('unsupported', {
        ...named,
        scheme: 'ckks',
        schemeName: 'ckks',
        ...(arithmetic === undefined ? {} : { arithmetic }),
      });
    const { rows } = toText(categoriesTable([ran, without('real')])!);
    expect(rows.map(([, category, best]) => [category, best])).toEqual([
      ['leveled, whole numbers', 'BFV packed'],
      ['leveled, real numbers', 'none without help (1)'],
    ]);
    expect(categoriesTable([ran, without()])).toBeNull();
  });

  it('has the best row of each, with and without help, and the reason where there is none', () => {
    const records = [
      launchOf('ckks', { ...approximate, layout: 'packed', batch: 1 }),
      launchOf('ckks', { ...approximate, layout: 'batched', batch: 4096 }),
      launchOf('bfv', { ...exact, layout: 'packed', batch: 1, interactive: true, help: 'activation', data: 'images' }),
      launchOf('ckks', { ...approximate, layout: 'packed', batch: 1, interactive: true, help: 'refresh', data: 'images' }),
      refused,
    ];
    const table = categoriesTable(records)!;
    const { rows, notes } = toText(table);
    const column = (id: string) => table.columns.findIndex((one) => one.id === id);
    const read = (...ids: string[]) => rows.map((cells) => ids.map((id) => cells[column(id)]));
    expect(read('category', 'best', 'rounds')).toEqual([
      ['partial', 'none without help (1)', '-'],
      ['leveled, whole numbers', 'none without help (2)', '-'],
      ['leveled, whole numbers', 'BFV packed +activation', '1'],
      ['leveled, real numbers', 'CKKS packed', '1'],
      ['leveled, real numbers', 'CKKS batched, 4,096 at once', '1'],
      ['leveled, real numbers', 'CKKS packed +refresh', '1'],
    ]);
    expect(read('activations')[2]).toEqual(['by the client']);
    expect(read('activations')[5]).toEqual(['as they are']);
    expect(notes).toEqual([expect.stringContaining('no products of ciphertexts') as string, 'it was not asked for']);
  });
});

describe('the table of claims', () => {
  it('says of each category what all of its schemes can do', () => {
    const all = ['add', 'affine', 'multiply'];
    const { rows } = toText(
      claimsTable([
        { id: 'sums', family: 'partial', arithmetic: 'integer', operations: new Set(['add', 'affine']) },
        { id: 'bfv', family: 'leveled', arithmetic: 'integer', operations: new Set(all) },
        { id: 'bgv', family: 'leveled', arithmetic: 'integer', operations: new Set([...all, 'table']) },
        { id: 'tfhe', family: 'full', arithmetic: 'integer', operations: new Set(['add', 'affine', 'table']) },
        { id: 'clear', family: 'none', arithmetic: 'real', operations: new Set(all) },
      ]),
    );
    expect(rows.map((cells) => [cells[0], cells[1], cells[5], cells[6]])).toEqual([
      ['partial', 'sums', 'by the client (--activation client)', 'by the client (--activation client)'],
      ['leveled, whole numbers', 'bfv, bgv', 'yes', expect.stringContaining('polynomial') as string],
      ['full', 'tfhe', 'by table', 'by table'],
    ]);
    const depthOf = (operations: readonly string[]) =>
      toText(claimsTable([{ id: 'ckks', family: 'leveled', arithmetic: 'real', operations: new Set(operations) }])).rows[0]!.at(-1);
    expect(depthOf(all)).toMatch(/beyond it --refresh auto$/);
    expect(depthOf([...all, 'bootstrap'])).toMatch(/beyond it --bootstrap auto or --refresh auto$/);
  });
});
