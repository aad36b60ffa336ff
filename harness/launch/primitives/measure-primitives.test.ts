/** @module */
import { describe, expect, test, vi } from 'vitest';
import { scheme as ckks } from '../../../schemes/ckks/scheme.ts';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import { EnigmarkError } from '../../../schemes/errors.ts';
import type { HEClient, HEScheme, Primitive } from '../../../schemes/scheme.ts';
import { primitives as workload } from '../../../workloads/primitives/primitives.ts';
import type { CaseFacts, LaunchMessage, LaunchRequest, LaunchResult } from '../messages.ts';
import { measurePrimitives } from './measure-primitives.ts';
import { PROFILES } from '../../run/profile.ts';
import { primitivesRecord } from '../../record/record.examples.ts';
import { isOfPrimitives, parseRecord, type PrimitivesRecord } from '../../record/record.ts';
import { SCHEMA_VERSION } from '../../record/schema-version.ts';
import { USUAL_PLANNING } from '../../../workloads/own/planning-options.ts';

const WITHIN_NS = 8e6;

function request(parameters: string | null, changes: Partial<LaunchRequest> = {}): LaunchRequest {
  const { id, launch, order, scheme, schemeName, family, library, kernels, threads, encryption, environment, startedAt } =
    primitivesRecord();
  const facts: CaseFacts = {
    ...{
      schemaVersion: SCHEMA_VERSION,
      id,
      launch,
      order,
      scheme,
      schemeName,
      family,
      library,
      workload: 'primitives',
      group: 'primitives',
    },
    ...{ layout: null, kernels, threads, encryption, environment, startedAt },
  };
  const limits = { budget_ns: WITHIN_NS, stopping: PROFILES.quick.stopping, warmup: 1, longestCase_ns: 60e9 };
  return {
    facts,
    adapter: null,
    networks: [],
    planning: USUAL_PLANNING,
    bootstrap: false,
    trainings: [],
    connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
    parameters,
    seed: 1,
    dataFolder: null,
    planCache: null,
    trainingFolder: null,
    keyCache: null,
    ...limits,
    planOnly: false,
    ...changes,
  };
}

async function measured(scheme: HEScheme, changes: Partial<LaunchRequest> = {}): Promise<PrimitivesRecord> {
  const [id] = Object.keys(scheme.parameterSets).slice(-1);
  const result = await measurePrimitives(request(id ?? null, changes), { scheme, workload }, () => undefined);
  const record = parseRecord(result.kind === 'record' ? JSON.parse(JSON.stringify(result.record)) : null);
  if (!isOfPrimitives(record)) throw new Error('no figures');
  return record;
}

/** The cleartext adapter with operations of its own; `disposed` counts how often they were freed. */
function adapter(operations: readonly Partial<Primitive>[], changes: Partial<HEScheme> = {}): { scheme: HEScheme; disposed: () => number } {
  const dispose = vi.fn(() => Promise.resolve());
  const right: Primitive = { name: 'add', level: 2, bytes: 128, run: () => undefined, verify: () => Promise.resolve(true) };
  const bench = {
    primitives: operations.map((one) => ({ ...right, ...one })),
    [Symbol.asyncDispose]: dispose,
  };
  return { scheme: { ...clear, primitives: () => Promise.resolve(bench), ...changes }, disposed: () => dispose.mock.calls.length };
}

describe('a launch of single operations', () => {
  test('samples every operation and the circuits, and frees what it made', async () => {
    const { scheme, disposed } = adapter([{ name: 'add' }, { name: 'encode', level: null, bytes: null }]);
    const record = await measured(scheme);
    expect(record).toMatchObject({
      state: 'completed',
      layout: null,
      parameters: { id: 'float64' },
      untimed: [],
      security: { bits: null },
    });
    expect(record.primitives.map(({ name, level, bytes, operations }) => ({ name, level, bytes, operations }))).toEqual([
      { name: 'add', level: 2, bytes: 128, operations: null },
      { name: 'encode', level: null, bytes: null, operations: null },
      // 16 ciphertexts of 2048 doubles, each in an envelope.
      { name: 'affine 16x16', level: null, bytes: expect.closeTo(16 * 2048 * 8, -5) as number, operations: { affine: 256 } },
      { name: 'fold of 8 doublings', level: null, bytes: expect.closeTo(2048 * 8, -3) as number, operations: { add: 8, rotate: 8 } },
    ]);
    for (const { samples_ns, warmup_ns } of record.primitives) {
      expect(samples_ns.length).toBeGreaterThanOrEqual(1);
      expect(warmup_ns.length).toBeGreaterThanOrEqual(1);
    }
    expect(disposed()).toBe(1);
  });

  test('a wrong operation makes the record incorrect, is named and has no time; the others keep theirs', async () => {
    const count = vi.fn();
    const wrong = { name: 'rotate', level: 3, verify: () => Promise.resolve(false), run: count };
    const { scheme } = adapter([{ name: 'add' }, wrong]);
    const record = await measured(scheme);
    expect(record).toMatchObject({ state: 'incorrect', error: { code: 'PRIMITIVE_WRONG', message: 'wrong result of rotate at 3 limbs' } });
    expect(record.untimed).toEqual([{ name: 'rotate', level: 3, state: 'incorrect', reason: 'the result was wrong' }]);
    expect(record.primitives.map(({ name }) => name)).toEqual(['add', 'affine 16x16', 'fold of 8 doublings']);
    expect(count).not.toHaveBeenCalled();
  });

  test('nothing is sampled before everything was checked', async () => {
    const order: string[] = [];
    const told = (name: string): Partial<Primitive> => ({
      name,
      run: () => {
        order.push('run');
      },
      verify: () => Promise.resolve(order.push('check') > 0),
    });
    await measured(adapter([told('a'), told('b')]).scheme);
    expect(order.lastIndexOf('check')).toBe(1);
    expect(order.length).toBeGreaterThan(2);
  });

  test('a circuit that decrypts wrongly is found like any other operation', async () => {
    const createClient = async (...given: Parameters<HEScheme['createClient']>): Promise<HEClient> => {
      const client = await clear.createClient(...given);
      const decrypt: HEClient['decrypt'] = async (port, passes) => {
        const values = await client.decrypt(port, passes);
        return port === 'fold.y' ? values.map((slots) => Float64Array.from(slots as Float64Array, (value) => value + 10)) : values;
      };
      return { ...client, decrypt };
    };
    const record = await measured(adapter([], { createClient }).scheme);
    expect(record).toMatchObject({ state: 'incorrect', error: { message: 'wrong result of fold of 8 doublings' } });
    expect(record.primitives.map(({ name }) => name)).toEqual(['affine 16x16']);
  });

  test('circuits that the set refuses are noted with the reason, and the rest is timed', async () => {
    const compile: HEScheme['compile'] = (circuits, need) =>
      circuits.some(({ id }) => id === 'fold')
        ? { code: 'OPERATION_UNSUPPORTED', reason: 'no rotations', circuit: 'fold', node: 1 }
        : clear.compile(circuits, need);
    const record = await measured(adapter([{}], { compile }).scheme);
    expect(record.state).toBe('completed');
    expect(record.primitives.map(({ name }) => name)).toEqual(['add', 'affine 16x16']);
    expect(record.untimed).toEqual([{ name: 'fold of 8 doublings', level: null, state: 'unsupported', reason: 'no rotations' }]);
  });

  test('kernels without single operations: the circuits alone are timed, and where they are refused too nothing is', async () => {
    const primitives = (): Promise<never> =>
      Promise.reject(new EnigmarkError('KERNELS_UNSUPPORTED', { expected: 'library', got: 'own', remedy: 'see the circuits' }));
    const record = await measured({ ...clear, primitives });
    expect(record.state).toBe('completed');
    expect(record.primitives.map(({ name }) => name)).toEqual(['affine 16x16', 'fold of 8 doublings']);
    expect(record.untimed).toMatchObject([{ name: 'single operations', state: 'unsupported' }]);

    const compile: HEScheme['compile'] = () => ({ code: 'NO', reason: 'no circuits', circuit: '', node: null });
    const result = await measurePrimitives(request('float64'), { scheme: { ...clear, primitives, compile }, workload }, () => undefined);
    const nothing = parseRecord(result.kind === 'record' ? result.record : null);
    expect(nothing).toMatchObject({ state: 'unsupported', parameters: { id: 'float64' }, error: { code: 'KERNELS_UNSUPPORTED' } });
    expect('error' in nothing ? nothing.error.message : '').toMatch(/^expected library, .*; no circuits$/);
  });

  test('the budget bounds the samples: one of each where it holds no more', async () => {
    const slow = { name: 'slow', run: () => new Promise<void>((resolve) => setTimeout(resolve, 2)) };
    const few = await measured(adapter([slow]).scheme, { budget_ns: 1 });
    expect(few.primitives.map(({ samples_ns }) => samples_ns.length)).toEqual([1, 1, 1]);
    const more = await measured(adapter([slow]).scheme, { budget_ns: 8 * 200e6 });
    expect(more.primitives.find(({ name }) => name === 'slow')!.samples_ns.length).toBeGreaterThan(1);
  });

  test('tells the parameters first, then what it checks and samples', async () => {
    const told: LaunchMessage[] = [];
    await measurePrimitives(request('float64'), { scheme: adapter([{}]).scheme, workload }, (message) => told.push(message));
    expect(told[0]).toEqual({ kind: 'planned', parameters: { id: 'float64' } });
    const stages = told.flatMap((message) => (message.kind === 'progress' ? [message.stage] : []));
    expect([...new Set(stages)]).toEqual(['setup', 'check', 'sample']);
  });

  test('a dry run measures nothing', async () => {
    const scheme = { ...clear, primitives: () => Promise.reject(new Error('made')) };
    const result: LaunchResult = await measurePrimitives(request('float64', { planOnly: true }), { scheme, workload }, () => undefined);
    expect(result).toEqual({ kind: 'leftOut', reason: 'single operations are measured, not predicted' });
  });

  test('keys under 128 bits and sets that are not there are refused before any key is made', async () => {
    const key = { key: 'secret', problem: 'rlwe', dimension: 1024, modulus_log2: 200, error_log2: null, secret: 'ternary' } as const;
    const compile: HEScheme['compile'] = (...given) => ({ ...clear.compile(...given), hardness: [key] });
    const scheme = { ...clear, compile, primitives: () => Promise.reject(new Error('made')) };
    const launch = (parameters: string): Promise<LaunchResult> =>
      measurePrimitives(request(parameters), { scheme, workload }, () => undefined);
    await expect(launch('float64')).rejects.toMatchObject({ code: 'PARAMETERS_INSECURE' });
    await expect(launch('toString')).rejects.toMatchObject({ code: 'UNKNOWN_PARAMETERS' });
  });

  test('CKKS on its tiny set: every operation of the library is right and timed', async () => {
    const record = await measured(ckks, { parameters: 'insecure-tiny' });
    expect(record).toMatchObject({ state: 'completed', parameters: { id: 'insecure-tiny' } });
    const rotations = record.primitives.filter(({ name }) => name === 'rotate');
    expect(rotations.map(({ level }) => level)).toEqual([3, 2, 1]);
    expect(rotations.every(({ bytes }) => bytes !== null && bytes > 0)).toBe(true);
    // No circuit of its 512 slots is laid out: the reason stands in the record.
    expect(record.untimed.map(({ state }) => state)).toEqual(['unsupported', 'unsupported']);
    expect(record.security.bits).toBeNull();
  });
});
