/** @module */
import { describe, expect, it } from 'vitest';
import { completedRecord, incorrectRecord, recordWithoutResult } from '../harness/record/record.examples.ts';
import { poolCases } from './case.ts';

describe('poolCases', () => {
  it('pools launches of one case, in the order of the launches', () => {
    const launches = [3, 1, 2].map((launch) => completedRecord({ launch }));
    const [only, ...others] = poolCases(launches);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ state: 'completed', note: null });
    expect(only!.comparable.map(({ launch }) => launch)).toEqual([1, 2, 3]);
  });

  it('does not pool the two ways to encrypt', () => {
    expect(poolCases([completedRecord(), completedRecord({ encryption: 'public' })])).toHaveLength(2);
  });

  it('keeps the figures of launches that ended where another did not, and says so', () => {
    const [only] = poolCases([completedRecord({ launch: 1 }), recordWithoutResult('failed', { launch: 2 })]);
    expect(only!.state).toBe('completed');
    expect(only!.comparable).toHaveLength(1);
    expect(only!.note).toMatch(/^1 of 2 launches failed: CHILD_KILLED: /);
  });

  it('compares nothing of a case that was wrong once', () => {
    const [only] = poolCases([completedRecord({ launch: 1 }), incorrectRecord({ launch: 2 }), completedRecord({ launch: 3 })]);
    expect(only).toMatchObject({ state: 'incorrect', comparable: [] });
    expect(only!.measured).toHaveLength(3);
    expect(only!.note).toMatch(/^1 of 3 launches incorrect: OUTPUT_INCORRECT: /);
  });

  it.each(['failed', 'timeout', 'unsupported'] as const)('gives the reason of a case that is %s, once', (state) => {
    const [only] = poolCases([1, 2].map((launch) => recordWithoutResult(state, { launch })));
    const { error } = recordWithoutResult(state);
    expect(only).toMatchObject({ state, measured: [], note: `${state}: ${error.code}: ${error.message}` });
  });

  it('orders rows by workload, numbers as numbers, whatever the order of the records', () => {
    const workloads = ['dense-1024', 'dense-64', 'dense-256'];
    const records = workloads.flatMap((workload) =>
      ['clear', 'bfv'].map((scheme) => completedRecord({ workload, scheme, schemeName: scheme })),
    );
    const ids = (from: typeof records) => poolCases(from).map(({ facts }) => `${facts.workload} ${facts.scheme}`);
    const expected = ['dense-64', 'dense-256', 'dense-1024'].flatMap((workload) => [`${workload} bfv`, `${workload} clear`]);
    expect(ids(records)).toEqual(expected);
    expect(ids(records.toReversed())).toEqual(expected);
  });
});
