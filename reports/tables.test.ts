/**
 * What the tables say about records whose figures are known by hand.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { completedRecord, incorrectRecord, recordWithoutResult, samplesAround } from '../harness/record/record.examples.ts';
import type { LaunchRecord } from '../harness/record/record.ts';
import { accuracyTable } from './accuracy.ts';
import { toText } from './formats/cell-text.ts';
import { latencyTable, oneTimeTable } from './latency.ts';
import { memoryTable } from './memory.ts';
import type { Cell, Table } from './table.ts';
import { reportPages } from './tables.ts';
import { trafficTable } from './traffic.ts';

const allTables = (records: readonly LaunchRecord[]) => reportPages(records).flatMap(({ tables }) => tables.map(({ table }) => table));

/** The cell of a row under a column. */
function cell(table: Table, column: string, row = 0): Cell {
  return table.rows[row]!.cells[table.columns.findIndex(({ id }) => id === column)]!;
}

/** What people read there, notes in place of their numbers. */
function reads(table: Table, column: string, row = 0): string {
  const { rows, notes } = toText(table);
  const words = rows[row]![table.columns.findIndex(({ id }) => id === column)]!;
  return words.replace(/ \((\d+)\)$/, (_, note: string) => ` (${notes[Number(note) - 1]!})`);
}

const { stages, accuracy, memory, bytes } = completedRecord();
/** Batches of which nothing but evaluate takes time. */
const evaluating = (...samples_ns: number[]) => {
  const nothing = { samples_ns: samples_ns.map(() => 0), warmup_ns: [0] };
  return {
    ...stages,
    encrypt: nothing,
    load: nothing,
    evaluate: { samples_ns, warmup_ns: [999_000_000] },
    store: nothing,
    decrypt: nothing,
  };
};
const baseline = (...samples_ns: number[]) => ({ inferencesPerSample: 8, samples_ns, warmup_ns: [] });

describe('every table', () => {
  const records = [
    incorrectRecord({ workload: 'a' }),
    ...(['failed', 'timeout', 'unsupported'] as const).map((state, index) => recordWithoutResult(state, { workload: 'bcd'[index]! })),
    completedRecord({ workload: 'e' }),
  ];

  it.each(allTables(records).map((table) => [table.title, table] as const))('%s has a row and a reason for every state', (_, table) => {
    expect(table.rows.map((_row, index) => reads(table, 'state', index).split(': ', 2).join(' '))).toEqual([
      'incorrect (incorrect OUTPUT_INCORRECT',
      'failed (failed CHILD_KILLED',
      'timeout (timeout TIMEOUT',
      'unsupported (unsupported MODULUS_TOO_SMALL',
      'completed',
    ]);
  });

  it.each(allTables(records).map((table) => [table.title, table] as const))('%s has a cell under every column, never blank', (_, table) => {
    for (const cells of toText(table).rows) {
      expect(cells).toHaveLength(table.columns.length);
      expect(cells.every((words) => words.trim() !== '')).toBe(true);
    }
  });

  it('marks parameters under 128 bits', () => {
    expect(reads(latencyTable([completedRecord({ parameters: { id: 'insecure-n1024' } })]), 'parameters')).toMatch(
      /^insecure-n1024 \(under 128/,
    );
    expect(reads(latencyTable([completedRecord({ security: { bits: 100, source: 'x' } })]), 'parameters')).toMatch(/under 128/);
    expect(reads(latencyTable([completedRecord()]), 'parameters')).toBe('n8192-200');
  });

  it('calls the cleartext adapter the oracle, and prints no time and no size of it, but how right it is', () => {
    const oracle = completedRecord({ scheme: 'clear', schemeName: 'clear', family: 'none' });
    for (const table of allTables([oracle])) {
      expect(reads(table, 'scheme')).toMatch(/^oracle \(interprets the circuits in the clear/);
      const costs = table.columns.filter(({ unit }) => unit === 'nanoseconds' || unit === 'rate' || unit === 'bytes' || unit === 'factor');
      expect(costs.map(({ id }) => reads(table, id))).toEqual(costs.map(() => '-'));
    }
    expect(reads(accuracyTable([oracle]), 'encrypted')).toBe('91.0% [83.8, 95.2] (n = 100)');
  });

  it('names the path of kernels only where they are not fused', () => {
    expect(reads(latencyTable([completedRecord({ kernels: 'own', path: 'fused' })]), 'kernels')).toBe('own');
    expect(reads(latencyTable([completedRecord({ kernels: 'own', path: 'fallback' })]), 'kernels')).toBe('own (fallback)');
  });

  it('says why there are no bits of security', () => {
    const table = latencyTable([completedRecord({ security: { bits: null, source: 'cleartext' } })]);
    expect(reads(table, 'security')).toBe('- (cleartext)');
  });

  it('never prints bits alone where keys rest on more than a table says', () => {
    const security = {
      bits: 128,
      source: 'guidelines: Bossuat et al.; a key of 92 bits',
      assumption: 'a sparse ephemeral key outside them',
    };
    const table = latencyTable([completedRecord({ security })]);
    expect(reads(table, 'security')).toMatch(/^128 by the guidelines, and a sparse ephemeral key outside them \(guidelines: Bossuat/);
    expect(reads(table, 'parameters')).toMatch(/\(128 by the guidelines, and a sparse ephemeral key outside them\)/);
    for (const one of allTables([completedRecord({ security })])) {
      for (const { cells } of one.rows) {
        for (const [at, cell] of cells.entries()) if (one.columns[at]!.id === 'security') expect(cell.kind).toBe('text');
      }
    }
  });
});

describe('latency', () => {
  it('prints one sample without an interval', () => {
    const table = latencyTable([completedRecord({ stages: evaluating(48_400_000) })]);
    expect(reads(table, 'n')).toBe('1');
    expect(reads(table, 'evaluate')).toBe('48.4 ms');
  });

  it('adds the stages of each side batch by batch, before it takes a median', () => {
    const times = (...samples_ns: number[]) => ({ samples_ns, warmup_ns: [] });
    const both = { load: times(1e6, 20e6, 3e6), evaluate: times(50e6, 10e6, 30e6), store: times(2e6, 2e6, 1e6) };
    const sides = { ...stages, ...both, encrypt: times(9e6, 1e6, 5e6), decrypt: times(1e6, 4e6, 1e6) };
    const table = latencyTable([completedRecord({ stages: sides })]);
    expect(table.columns.map(({ id }) => id)).not.toContain('offline');
    // 53, 32 and 34 ms; medians alone would add to 3 + 30 + 2.
    expect([reads(table, 'server'), reads(table, 'evaluate'), reads(table, 'client')]).toEqual(['34.0 ms', '30.0 ms', '6.00 ms']);
  });

  it('has a column of what clients make ahead where one does, and no part of it in Client', () => {
    const times = { samples_ns: [1e6], warmup_ns: [] };
    const ahead = { ...stages, encrypt: times, decrypt: times, offline: { samples_ns: [396e6], warmup_ns: [] } };
    const table = latencyTable([completedRecord({ workload: 'a', stages: ahead }), completedRecord({ workload: 'b' })]);
    expect([reads(table, 'offline'), reads(table, 'client')]).toEqual(['396 ms (n = 1)', '2.00 ms (n = 1)']);
    expect(reads(table, 'offline', 1)).toMatch(/makes nothing ahead/);
  });

  it('prints two samples as they are, in the order taken', () => {
    const table = latencyTable([completedRecord({ batch: 4, stages: evaluating(5_517_000_000, 2_648_000_000) })]);
    expect(reads(table, 'server')).toBe('5.52 s, 2.65 s');
    expect(reads(table, 'server_per_sample')).toBe('1.38 s, 662 ms');
    expect(reads(table, 'samples')).toBe('0.725, 1.51');
    const launches = [1e6, 3e6].map((time_ns, index) => completedRecord({ launch: index + 1, stages: evaluating(time_ns) }));
    expect(reads(latencyTable(launches), 'server')).toBe('1.00 ms, 3.00 ms');
  });

  it('has no server time where a stage was not timed with every batch', () => {
    const table = latencyTable([completedRecord({ stages: { ...stages, load: { samples_ns: [1, 2], warmup_ns: [] } } })]);
    expect(reads(table, 'server')).toMatch(/^- \(its stages/);
    expect(reads(table, 'evaluate')).not.toMatch(/^-/);
  });

  it('holds the server against the float network, the same for every case of a workload', () => {
    const own = completedRecord({ kernels: 'own', batch: 1000, stages: evaluating(4e6, 6e6, 8e6), baseline: baseline(10, 12, 11) });
    const library = completedRecord({ batch: 1, stages: evaluating(4e6, 5e6, 6e6), baseline: baseline(9, 8, 12) });
    const table = latencyTable([own, library]);
    // Medians 9 and 11 of the two launches: 10 ns.
    expect(cell(table, 'overhead')).toMatchObject({ value: 5e5 });
    expect(cell(table, 'overhead', 1)).toMatchObject({ value: 600 });
    expect([reads(table, 'overhead'), reads(table, 'overhead', 1)]).toEqual(['500,000x', '600x']);
  });

  it('says why there is no overhead', () => {
    const record = completedRecord({ baseline: null, notes: { baseline: 'an earlier version' } });
    expect(reads(latencyTable([record]), 'overhead')).toBe('- (an earlier version)');
  });

  it('prints no interval at ten samples and one at eleven, in unit and digits of the median', () => {
    const times = Array.from({ length: 11 }, (_, at) => (1 + ((at * 4) % 11)) * 1e6);
    expect(reads(latencyTable([completedRecord({ stages: evaluating(...times.slice(1)) })]), 'evaluate')).toBe('6.50 ms');
    expect(reads(latencyTable([completedRecord({ stages: evaluating(...times) })]), 'evaluate')).toBe('6.00 ms [1.00, 11.00]');
  });

  it('counts the samples of several launches, and gives each launch the same weight', () => {
    const launches = [1, 2, 3].map((launch) => completedRecord({ launch, stages: evaluating(launch * 1e6, launch * 1e6 + 1) }));
    const table = latencyTable(launches);
    expect(table.rows).toHaveLength(1);
    expect(cell(table, 'evaluate')).toMatchObject({ value: 2_000_000.5, n: 6, interval: expect.anything() as unknown });
    expect(reads(table, 'launches')).toBe('3');
  });

  it('names the n of a stage that was sampled more or less often', () => {
    const encrypt = { samples_ns: [5e6, 5e6, 5e6], warmup_ns: [] };
    expect(reads(latencyTable([completedRecord({ stages: { ...stages, encrypt } })]), 'encrypt')).toBe('5.00 ms (n = 3)');
  });

  it('divides by the batch and turns the interval of the rate round', () => {
    const table = latencyTable([completedRecord({ batch: 1000, stages: evaluating(...samplesAround(2e9, 15)) })]);
    const perSample = cell(table, 'server_per_sample');
    const rate = cell(table, 'samples');
    if (perSample.kind !== 'figure' || rate.kind !== 'figure') throw new Error('no figures');
    expect(perSample.value).toBe(2e6);
    expect(rate.value).toBe(500);
    expect(rate.interval!.low).toBeCloseTo(1e9 / perSample.interval!.high, 9);
    expect(rate.interval!.high).toBeCloseTo(1e9 / perSample.interval!.low, 9);
  });

  it('has no rate for a time of 0', () => {
    expect(reads(latencyTable([completedRecord({ stages: evaluating(0) })]), 'samples')).toMatch(/^- \(below the step/);
  });

  it('prints no time of a launch that decrypted wrongly', () => {
    const table = latencyTable([incorrectRecord()]);
    const times = table.columns.filter(({ unit }) => unit === 'nanoseconds' || unit === 'rate');
    expect(times.map(({ id }) => reads(table, id))).toEqual(times.map(() => '-'));
  });

  it('gives the reason of a stage that was not measured', () => {
    const table = latencyTable([completedRecord({ stages: { ...stages, load: null }, notes: { 'stages.load': 'part of evaluate' } })]);
    expect(reads(table, 'load')).toBe('- (part of evaluate)');
  });

  it('counts launches, not passes, for what is paid once', () => {
    const table = oneTimeTable([1, 2, 3].map((launch) => completedRecord({ launch })));
    expect(cell(table, 'keygen')).toMatchObject({ kind: 'figure', value: 94_000_000, n: 3 });
    expect(table.caption[0]).toContain('with new keys');
  });

  it('says which keys are not new', () => {
    const reused = { keyCache: 'reused', stages: { ...stages, keygen: null }, notes: { 'stages.keygen': 'kept' } } as const;
    const table = oneTimeTable([completedRecord({ keyCache: 'made' }), completedRecord({ launch: 2, ...reused })]);
    expect(cell(table, 'keygen')).toEqual({ kind: 'figure', value: 94_000_000, n: 1, interval: null });
    expect(table.caption[0]).toContain('1 of 2 launches');
  });
});

describe('memory', () => {
  it('prints the largest launch', () => {
    const launches = [48, 64, 32].map((size, index) =>
      completedRecord({
        launch: index + 1,
        memory: { ...memory, evaluator: { ...memory.evaluator, reserved_bytes: size * 2 ** 20, buffers_bytes: 2 ** 20 } },
      }),
    );
    expect(reads(memoryTable(launches), 'evaluator')).toBe('65.0 MiB');
    expect([reads(memoryTable(launches), 'evaluator_wasm_live'), reads(memoryTable(launches), 'evaluator_buffers')]).toEqual([
      '40.0 MiB',
      '1.00 MiB',
    ]);
  });

  it('gives the reason of what is unknown', () => {
    const client = { ...memory.client, reserved_bytes: null };
    const unknown = completedRecord({ memory: { ...memory, client }, notes: { 'memory.client.reserved_bytes': 'not reported' } });
    expect(reads(memoryTable([unknown]), 'client')).toBe('- (not reported)');
    expect(reads(memoryTable([unknown, completedRecord({ launch: 2 })]), 'client')).toBe('32.0 MiB (n = 1)');
  });
});

describe('traffic', () => {
  it('has a column for every kind of key, their sum, and sizes per sample', () => {
    const table = trafficTable([
      completedRecord({
        batch: 2,
        bytes: {
          keys: { galois: 3000, relinearization: 500 },
          input: 2000,
          output: 500,
          rounds: 1,
          packed: { keys: 1750, input: 1000, output: 250 },
        },
      }),
      completedRecord({ workload: 'other', bytes: { ...bytes, keys: { bootstrapping: 7 } } }),
    ]);
    const keys = table.columns.map(({ id }) => id).filter((id) => id.startsWith('keys') && !id.endsWith('packed'));
    expect(keys).toEqual(['keys', 'keys_bootstrapping', 'keys_galois', 'keys_relinearization']);
    expect(keys.map((id) => cell(table, id))).toMatchObject([{ value: 3500 }, { value: 0 }, { value: 3000 }, { value: 500 }]);
    expect(reads(table, 'input_per_sample')).toBe('1,000 B');
    expect(cell(table, 'output_per_sample')).toMatchObject({ value: 250, n: 1 });
    expect(['keys_packed', 'input_per_sample_packed', 'output_per_sample_packed'].map((id) => cell(table, id))).toMatchObject([
      { value: 1750 },
      { value: 500 },
      { value: 125 },
    ]);
  });
});

describe('accuracy', () => {
  it('prints shares with the interval of Wilson', () => {
    const table = accuracyTable([completedRecord()]);
    expect(reads(table, 'encrypted')).toBe('91.0% [83.8, 95.2] (n = 100)');
    expect(reads(table, 'float')).toBe('90.6% [89.3, 91.8]');
    expect(reads(table, 'precision')).toBe('16.3');
  });

  it('prints intervals below six samples too, and agreement as k of n: four of five is not 80% of anything', () => {
    const few = { ...accuracy!, samples: 5, encrypted: 0.8, agreement: 1 };
    const table = accuracyTable([completedRecord({ accuracy: few })]);
    expect(reads(table, 'encrypted')).toBe('80.0% [37.6, 96.4] (n = 5)');
    expect(reads(table, 'agreement')).toBe('5 of 5 [56.6, 100.0]%');
  });

  it('prints float and planned over all samples, however few were encrypted, and how they differ in pairs', () => {
    const heldOut = { samples: 2000, float: 0.973, planned: 0.9675, onlyFloat: 14, onlyPlanned: 3, p: 0.0127 };
    const table = accuracyTable([completedRecord({ accuracy: { ...accuracy!, heldOut, samples: 5 } })]);
    expect(['n', 'float', 'planned', 'only_float', 'only_planned', 'mcnemar_p'].map((id) => reads(table, id))).toEqual([
      '2,000',
      '97.3% [96.5, 97.9]',
      '96.8% [95.9, 97.4]',
      '14',
      '3',
      '0.013',
    ]);
  });

  it('calls an output without error exact', () => {
    const table = accuracyTable([completedRecord({ accuracy: { ...accuracy!, maxAbsError: 0, precision_bits: null } })]);
    expect([reads(table, 'max_abs_error'), reads(table, 'precision')]).toEqual(['0', 'exact']);
  });

  it('prints the launch that fared worst, and never adds up launches on the same samples', () => {
    const launches = [1, 0.97, 0.99].map((agreement, index) =>
      completedRecord({
        launch: index + 1,
        accuracy: { ...accuracy!, agreement, maxAbsError: 0.001 * (index + 1), precision_bits: 14 - index },
      }),
    );
    const table = accuracyTable(launches);
    expect(cell(table, 'agreement')).toMatchObject({ value: 0.97, n: 100 });
    expect(cell(table, 'max_abs_error')).toMatchObject({ value: 0.003 });
    expect(cell(table, 'precision')).toMatchObject({ value: 12 });
  });

  it('prefers the launch with more samples to the one with fewer agreements', () => {
    const large = completedRecord({ accuracy: { ...accuracy!, samples: 200, agreement: 0.99 } });
    const small = completedRecord({ launch: 2, accuracy: { ...accuracy!, samples: 10, agreement: 0.9 } });
    expect(cell(accuracyTable([small, large]), 'agreement')).toMatchObject({ value: 0.99, n: 200 });
  });

  it('gives the reason where there are no classes, or nothing was compared', () => {
    const noClasses = { accuracy: { ...accuracy!, encrypted: null }, notes: { 'accuracy.encrypted': 'no classes' } };
    expect(reads(accuracyTable([completedRecord(noClasses)]), 'encrypted')).toBe('- (no classes)');
    const nothing = accuracyTable([completedRecord({ accuracy: null, notes: { accuracy: 'only timed' } })]);
    expect(reads(nothing, 'n')).toBe('- (only timed)');
  });

  it('shows how wrong an incorrect launch was', () => {
    expect(reads(accuracyTable([incorrectRecord()]), 'max_abs_error')).toBe('3.0e-4');
  });

  it('says which data were used, once for all workloads on them', () => {
    const { caption } = accuracyTable(['a', 'b', 'b'].map((workload, launch) => completedRecord({ workload, launch: launch + 1 })));
    expect(caption.filter((line) => line.includes('held out'))).toEqual([`Data of a, b: ${completedRecord().data}.`]);
  });
});
