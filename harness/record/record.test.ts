/** @module */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { caseId, isMeasured, isOfPrimitives, parseRecord } from './record.ts';
import { completedRecord, incorrectRecord, primitivesRecord, recordWithoutResult, runInformation } from './record.examples.ts';
import { parseRunInformation } from './run-information.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { publishedSchemas } from './published/write-schema.ts';

const published: unknown = JSON.parse(readFileSync(publishedSchemas.record.file, 'utf8'));
const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(published as object);

/** Both readers of a record: the published schema and the program. */
function accepts(value: unknown): { readonly published: boolean; readonly program: boolean } {
  let program = true;
  try {
    parseRecord(value);
  } catch {
    program = false;
  }
  return { published: validate(value), program };
}

const valid = {
  completed: completedRecord(),
  incorrect: incorrectRecord(),
  failed: recordWithoutResult('failed', { parameters: { id: 'n8192-200' } }),
  timeout: recordWithoutResult('timeout'),
  unsupported: recordWithoutResult('unsupported'),
  ofPrimitives: primitivesRecord({ untimed: [{ name: 'affine 16x16', level: null, state: 'unsupported', reason: 'too noisy' }] }),
  ofWrongPrimitives: {
    ...primitivesRecord(),
    state: 'incorrect',
    error: { code: 'PRIMITIVE_WRONG', message: 'wrong result of add' },
  } as const,
};

describe('published schema', () => {
  it.each(Object.entries(valid))('accepts a record that is %s', (_, record) => {
    expect(accepts(JSON.parse(JSON.stringify(record)))).toEqual({ published: true, program: true });
  });

  const { stages, memory, accuracy, bytes } = valid.completed;
  it.each([
    ['another version', { ...valid.completed, schemaVersion: SCHEMA_VERSION + 1 }],
    ['an unknown field', { ...valid.completed, colour: 'red' }],
    ['an unknown state', { ...valid.completed, state: 'done' }],
    ['launch 0', { ...valid.completed, launch: 0 }],
    ['a fraction of a nanosecond', { ...valid.completed, stages: { ...stages, load: { samples_ns: [1.5], warmup_ns: [] } } }],
    ['a negative time', { ...valid.completed, stages: { ...stages, load: { samples_ns: [-1], warmup_ns: [] } } }],
    ['no sample', { ...valid.completed, stages: { ...stages, load: { samples_ns: [], warmup_ns: [] } } }],
    ['an unknown stage', { ...valid.completed, stages: { ...stages, lunch: stages.load } }],
    ['no time to evaluate', { ...valid.completed, stages: { ...stages, evaluate: null }, notes: { 'stages.evaluate': 'lost' } }],
    ['a share above 1', { ...valid.completed, accuracy: { ...accuracy, agreement: 1.01 } }],
    ['bytes as text', { ...valid.completed, bytes: { ...bytes, input: '12' } }],
    ['memory without a side', { ...valid.completed, memory: { ...memory, client: undefined } }],
    ['parameters without an id', { ...valid.completed, parameters: { polynomialDegree: 8192 } }],
    ['incorrect without an error', { ...valid.completed, state: 'incorrect' }],
    ['completed with an error', { ...valid.incorrect, state: 'completed' }],
    ['failed with figures', { ...valid.incorrect, state: 'failed' }],
    ['a network without a layout', { ...valid.completed, layout: null }],
    ['single operations with a layout', { ...valid.ofPrimitives, layout: 'packed' }],
    ['single operations with stages', { ...valid.ofPrimitives, stages }],
    ['a network with single operations', { ...valid.completed, primitives: valid.ofPrimitives.primitives }],
    ['an operation without samples', { ...valid.ofPrimitives, primitives: [{ ...valid.ofPrimitives.primitives[0], samples_ns: [] }] }],
    ['an operation at no limbs', { ...valid.ofPrimitives, primitives: [{ ...valid.ofPrimitives.primitives[0], level: 0 }] }],
    ['an untimed operation without a reason', { ...valid.ofPrimitives, untimed: [{ ...valid.ofPrimitives.untimed[0], reason: '' }] }],
    ['failed without an error', { ...valid.failed, error: undefined }],
  ])('refuses %s', (_, mutated) => {
    expect(accepts(JSON.parse(JSON.stringify(mutated)))).toEqual({ published: false, program: false });
  });
});

describe('parseRecord', () => {
  it('refuses an unknown without a reason', () => {
    const client = { ...valid.completed.memory.client, reserved_bytes: null };
    const memory = { ...valid.completed.memory, client };
    expect(() => parseRecord({ ...valid.completed, memory })).toThrow(/memory\.client\.reserved_bytes.*without a reason/);
    const notes = { ...valid.completed.notes, 'memory.client.reserved_bytes': 'not reported' };
    expect(parseRecord({ ...valid.completed, memory, notes })).toMatchObject({ memory });
  });

  it('needs no reason for the precision of an output without error', () => {
    const accuracy = { ...valid.completed.accuracy, maxAbsError: 0, precision_bits: null };
    expect(accepts({ ...valid.completed, accuracy }).program).toBe(true);
    expect(accepts({ ...valid.completed, accuracy: { ...accuracy, maxAbsError: 0.5 } }).program).toBe(false);
  });

  it.each([null, 7, 'text', [], {}])('gives %j a code, not a crash', (value) => {
    expect(() => parseRecord(value)).toThrow(expect.objectContaining({ code: 'RECORD_INVALID' }));
  });

  it('tells records with figures from those without', () => {
    expect(Object.values(valid).filter(isMeasured)).toEqual([valid.completed, valid.incorrect]);
    expect(Object.values(valid).filter(isOfPrimitives)).toEqual([valid.ofPrimitives, valid.ofWrongPrimitives]);
  });
});

describe('caseId', () => {
  it('names what was asked for', () => {
    const key = { scheme: 'ckks', workload: 'dense-784x10', parameters: null, layout: 'packed', kernels: 'library', threads: 1 } as const;
    expect(caseId(key)).toBe('ckks/dense-784x10/auto/packed/library/t1');
    expect(caseId({ ...key, workload: 'primitives', parameters: 'default', layout: null })).toBe('ckks/primitives/default/-/library/t1');
    expect(caseId({ ...key, parameters: 'n8192-200', threads: 2 })).toBe('ckks/dense-784x10/n8192-200/packed/library/t2');
  });
});

describe('parseRunInformation', () => {
  it('reads back what was written', () => {
    const run = runInformation({ finishedAt: null });
    expect(parseRunInformation(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  it('refuses an unknown field with a code', () => {
    expect(() => parseRunInformation({ ...runInformation(), host: 'x' })).toThrow(
      expect.objectContaining({ code: 'RUN_INFORMATION_INVALID' }),
    );
  });
});
