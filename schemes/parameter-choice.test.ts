/** @module */
import { describe, expect, test } from 'vitest';
import type { Circuit } from './circuit.ts';
import { candidateSets, unknownParameters } from './parameter-choice.ts';
import type { Requirement } from './scheme.ts';

const sets = {
  small: { id: 'small', degree: 4096 },
  default: { id: 'default', degree: 8192 },
  long: { id: 'long', degree: 8192 },
  'insecure-tiny': { id: 'insecure-tiny', degree: 8192 },
};

const need: Requirement = {
  security_bits: 128,
  precision_bits: 8,
  failure_log2: -40,
  kernels: 'library',
  threads: 1,
  memory_bytes: 2 ** 30,
  encryption: 'symmetric',
};

function laidOut(rows: 1 | 2, columns: number): readonly Circuit[] {
  return [{ id: 'c', shape: { rows, columns }, nodes: [], outputs: {} }];
}

describe('candidateSets', () => {
  test('gives the sets on the ring of the layout, in their order, without the insecure ones', () => {
    expect(candidateSets(sets, laidOut(1, 4096), 1, need)).toEqual([sets.default, sets.long]);
    expect(candidateSets(sets, laidOut(2, 2048), 2, need)).toEqual([sets.small]);
  });

  test('gives the set that is asked for alone, insecure or not', () => {
    expect(candidateSets(sets, laidOut(1, 4096), 1, { ...need, parameters: 'long' })).toEqual([sets.long]);
    expect(candidateSets(sets, laidOut(1, 4096), 1, { ...need, parameters: 'insecure-tiny' })).toEqual([sets['insecure-tiny']]);
  });

  test.each([
    ['a ring that no set has', laidOut(1, 1000), 1 as const],
    ['rows of another scheme', laidOut(2, 4096), 1 as const],
    ['one row where there are two', laidOut(1, 4096), 2 as const],
    ['no circuit', [], 1 as const],
  ])('refuses %s, and says what there is', (_what, circuits, rows) => {
    const refusal = candidateSets(sets, circuits, rows, need);
    expect(refusal).toMatchObject({ code: 'SHAPE_UNSUPPORTED', reason: expect.stringContaining(`small (${rows} x 2048)`) as string });
  });

  test('refuses a set that is asked for and lies on another ring', () => {
    expect(candidateSets(sets, laidOut(1, 4096), 1, { ...need, parameters: 'small' })).toMatchObject({ code: 'SHAPE_UNSUPPORTED' });
  });

  test.each(['smal', 'toString', '__proto__', ''])("refuses the unknown set '%s'", (parameters) => {
    expect(candidateSets(sets, laidOut(1, 4096), 1, { ...need, parameters })).toMatchObject({ code: 'UNKNOWN_PARAMETERS' });
  });

  test('leaves the kernels to `setsForKernels`', () => {
    expect(candidateSets(sets, laidOut(1, 4096), 1, { ...need, kernels: 'own' })).toEqual([sets.default, sets.long]);
  });
});

describe('unknownParameters', () => {
  test('suggests near names, or names them all', () => {
    expect(unknownParameters('smal', sets).reason).toBe("no parameter set 'smal'; try small");
    expect(unknownParameters('zzzzzzzzzz', sets).reason).toContain('small, default, long, insecure-tiny');
  });
});
