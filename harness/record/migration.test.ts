/** @module */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readRecord, readRunInformation } from './migration.ts';
import { completedRecord, recordWithoutResult, runInformation } from './record.examples.ts';
import { isMeasured, type MeasuredRecord } from './record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

const textOf = (file: string): string => readFileSync(fileURLToPath(new URL(file, import.meta.url)), 'utf8');

/** As version 1 wrote them: a network, a refusal, single operations; samples shortened. */
const records = textOf('version-1.fixture.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Record<string, unknown>);
const run = JSON.parse(textOf('version-1.fixture.json')) as Record<string, unknown>;

const newer = (value: object): object => ({ ...value, schemaVersion: SCHEMA_VERSION + 1 });

describe('a record of version 1', () => {
  it.each(records)('is read with every figure that it had: $id', (record) => {
    const read = readRecord(record);
    const { notes, accuracy, memory, ...figures } = record;
    expect(read).toMatchObject({ ...figures, schemaVersion: SCHEMA_VERSION });
    expect(['accuracy', 'memory'].map((field) => field in read)).toEqual([accuracy !== undefined, memory !== undefined]);
    if (isMeasured(read)) expect(read.notes).toMatchObject(notes as object);
  });

  it('has accuracies of the samples that were encrypted, and says of which range its precision is', () => {
    const { accuracy } = readRecord(records[0]) as MeasuredRecord;
    expect(accuracy).toMatchObject({ samples: 1020, agreement: 1, maxAbsError: 0.06400551482805783, precision_bits: 7.780127985526409 });
    expect(accuracy!.heldOut).toMatchObject({ samples: 1020, float: 0.9794117647058823, planned: 0.9794117647058823, p: null });
    expect(accuracy!.outputRangeSource).toContain('earlier versions');
  });

  it('has the wasm memory of either side, but what was counted for TFHE is dropped', () => {
    const { memory } = readRecord(records[0]) as MeasuredRecord;
    expect(memory.client).toEqual({ reserved_bytes: 150536192, live_bytes: null, buffers_bytes: null });
    expect(memory.evaluator.reserved_bytes).toBe(51052544);
    const ofTfhe = { ...records[0], library: { name: 'node-tfhe', version: '1.7.0' } };
    expect((readRecord(ofTfhe) as MeasuredRecord).memory.client.reserved_bytes).toBeNull();
  });

  it('has no float baseline, and says why', () => {
    const read = readRecord(records[0]);
    expect(read).toMatchObject({ baseline: null, notes: { baseline: expect.stringContaining('earlier version') as unknown } });
  });

  it.each([
    ['notes that are a list', { ...records[0], notes: ['text'] }],
    ['notes that are text', { ...records[0], notes: 'text' }],
    ['no stages where it has them', { ...records[0], stages: null }],
    ['fields of version 2', { ...records[0], baseline: { inferencesPerSample: 1 } }],
    ['a figure that is none', { ...records[0], batch: 0 }],
  ])('with %s is refused or read, and never crashes', (_, damaged) => {
    try {
      expect(readRecord(damaged).schemaVersion).toBe(SCHEMA_VERSION);
    } catch (error) {
      expect(error).toMatchObject({ code: 'RECORD_INVALID', remedy: expect.stringContaining('repeat the case') as unknown });
    }
  });
});

describe('a record of this version', () => {
  it.each([completedRecord(), recordWithoutResult('timeout')])('is read as it is: $state', (record) => {
    expect(readRecord(record)).toEqual(record);
  });
});

describe('a run.json of version 1', () => {
  it('is read; how its samples were limited is not known', () => {
    expect(readRunInformation(run)).toEqual({ ...run, schemaVersion: SCHEMA_VERSION, sampling: null });
  });
});

describe('what a newer version wrote', () => {
  it('is refused with advice', () => {
    const refused = expect.objectContaining({ code: 'SCHEMA_NEWER', remedy: 'read it with that version' }) as unknown;
    expect(() => readRecord(newer(completedRecord()))).toThrow(refused);
    expect(() => readRunInformation(newer(runInformation()))).toThrow(refused);
  });
});

describe('what no version wrote', () => {
  it.each([null, 7, 'text', [], {}, { schemaVersion: '1' }, { schemaVersion: 0 }, { schemaVersion: 1.5 }, { schemaVersion: -1 }])(
    '%j has a code, not a crash',
    (value) => {
      expect(() => readRecord(value)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
      expect(() => readRunInformation(value)).toThrow(expect.objectContaining({ code: 'RUN_INFORMATION_INVALID' }));
    },
  );
});
