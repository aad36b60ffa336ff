/** @module */
import { describe, expect, it } from 'vitest';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { checkAdapter } from '../doctor/adapters.ts';
import { fine, unusable, warning } from '../doctor/check.ts';
import { checkMachine, type MachineFacts } from '../doctor/machine.ts';
import { checkSteadiness, steadinessOf } from '../doctor/steadiness.ts';
import { checkWebAssembly, detectFeatures } from '../doctor/webassembly.ts';
import { runCommand } from '../command-line.fixture.ts';
import { isUsable } from './doctor.ts';

const GIB = 2 ** 30;
const GOOD: MachineFacts = {
  cores: 2,
  memory_bytes: 16 * GIB,
  available_bytes: 12 * GIB,
  heap_bytes: 4 * GIB,
  load: 0.1,
  timer_ns: 40,
};
const statesOf = (facts: Partial<MachineFacts>): Record<string, string> =>
  Object.fromEntries(checkMachine({ ...GOOD, ...facts }).map(({ name, state }) => [name, state]));

describe('the machine', () => {
  it('is fine with two idle cores, memory and a fine clock', () => {
    expect(new Set(Object.values(statesOf({})))).toEqual(new Set(['fine']));
  });
  it.each([
    [{ cores: 1 }, 'Cores', 'warning'],
    [{ available_bytes: 4 * GIB }, 'Memory', 'warning'],
    [{ available_bytes: GIB / 2 }, 'Memory', 'unusable'],
    [{ load: 1.5 }, 'Load', 'warning'],
    [{ timer_ns: 1000 }, 'Timer', 'warning'],
  ] as const)('%o: %s is a %s', (facts, name, state) => {
    expect(statesOf(facts)[name]).toBe(state);
  });
});

describe('steadiness', () => {
  it('is fine where every loop takes the same time', () => {
    expect(checkSteadiness(steadinessOf(new Array<number>(100).fill(1e6))).state).toBe('fine');
  });
  it('sees scatter', () => {
    const times = Array.from({ length: 100 }, (_, index) => 1e6 * (1 + (index % 10) / 20));
    expect(checkSteadiness(steadinessOf(times))).toMatchObject({ state: 'warning' });
  });
  it('sees rare long interruptions that no quartile shows', () => {
    const times = [...new Array<number>(99).fill(1e6), 3e7];
    const { spread, lost } = steadinessOf(times);
    expect(spread).toBe(0);
    expect(lost).toBeCloseTo(29 / 129, 6);
    expect(checkSteadiness(steadinessOf(times)).state).toBe('warning');
  });
});

describe('the engine', () => {
  it('has what the tests themselves run on', () => {
    expect(detectFeatures()).toMatchObject({ simd: true, threads: true });
  });
  it('without vector instructions cannot measure; without the others it can', () => {
    const states = checkWebAssembly({ simd: false, fused: false, threads: false }).map(({ state }) => state);
    expect(states).toEqual(['unusable', 'warning', 'warning']);
  });
});

describe('an adapter', () => {
  it('that computes rightly is fine', async () => {
    expect(await checkAdapter('clear', () => Promise.resolve(clear))).toMatchObject({ name: 'clear', state: 'fine' });
  });
  it('that does not load is unusable, with the reason', async () => {
    const check = await checkAdapter('ckks', () => Promise.reject(new Error("Cannot find package 'node-seal'")));
    expect(check).toMatchObject({ state: 'unusable', found: expect.stringContaining("Cannot find package 'node-seal'") as string });
  });
  it('that decrypts wrongly is unusable', async () => {
    const off = {
      ...clear,
      createClient: async (...given: Parameters<typeof clear.createClient>) => {
        const client = await clear.createClient(...given);
        return Object.assign(client, { decrypt: async () => Promise.resolve([new Float64Array(1).fill(7)]) });
      },
    };
    expect(await checkAdapter('off', () => Promise.resolve(off))).toMatchObject({ state: 'unusable' });
  });
});

describe('the verdict', () => {
  const broken = unusable('bfv', 'no library', 'install it');
  it('one working scheme is enough', () => expect(isUsable([fine('Engine', '')], [fine('ckks', ''), broken])).toBe(true));
  it('no scheme is too few', () => expect(isUsable([fine('Engine', '')], [broken])).toBe(false));
  it('warnings do not stop a run', () => expect(isUsable([warning('Load', '', '')], [fine('ckks', '')])).toBe(true));
  it('the machine must be usable', () => expect(isUsable([broken], [fine('ckks', '')])).toBe(false));
});

it('says everything as one JSON object', async () => {
  const { code, stdout } = await runCommand('doctor', '--json');
  const told = JSON.parse(stdout) as { usable: boolean; checks: { name: string }[] };
  expect(code).toBe(told.usable ? 0 : 4);
  expect(told.checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['Timer', 'Steadiness', 'ckks', 'tfhe']));
});
