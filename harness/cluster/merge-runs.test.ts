/** @module */
import { describe, expect, it } from 'vitest';
import { mergeRuns } from './merge-runs.ts';
import { completedRecord, runInformation } from '../record/record.examples.ts';
import type { LaunchRecord } from '../record/record.ts';
import type { RunInformation } from '../record/run-information.ts';

const part = (name: string, records: readonly LaunchRecord[], changes: Partial<RunInformation> = {}) => ({
  name,
  stored: { information: runInformation(changes), records, recordsDigest: '', warnings: [] },
});
const shard = (n: number) => ({ arguments: ['bench', '--profile', 'full', '--shard', `${n}/2`] });
const dense = [completedRecord({ order: 0 }), completedRecord({ launch: 2, order: 1 })];
const other = [completedRecord({ workload: 'dense-64', order: 0 })];

describe('shards put together', () => {
  it('have every launch once, in one order, under the command line of the whole', () => {
    const { information, records, remarks } = mergeRuns([part('a', dense, shard(1)), part('b', other, shard(2))], false);
    expect(remarks).toEqual([]);
    expect(records.map(({ id, launch, order }) => [id, launch, order])).toEqual([
      [dense[0]!.id, 1, 0],
      [dense[0]!.id, 2, 1],
      [other[0]!.id, 1, 2],
    ]);
    expect(information.arguments).toEqual(['bench', '--profile', 'full']);
    expect(information.cases.planned).toBe(2 * runInformation().cases.planned);
    expect(information.calibration.before_ns).toHaveLength(2 * runInformation().calibration.before_ns.length);
  });

  it('say what is missing', () => {
    expect(mergeRuns([part('a', dense, shard(1))], false).remarks).toEqual(['missing: shard 2/2']);
  });

  const elsewhere = { processor: { model: 'Other', cores: 64, features: null } };
  it.each([
    ['another commit', part('b', other, { enigmark: { ...runInformation().enigmark, commit: 'fff' } }), /the same commit in a and b/],
    ['another lockfile', part('b', other, { enigmark: { ...runInformation().enigmark, lockfile_sha256: 'f' } }), /the same lockfile/],
    ['another Node', part('b', other, { versions: { ...runInformation().versions, node: '99.0.0' } }), /the same Node/],
    ['another seed', part('b', other, { seed: 99 }), /the same seed/],
    ['another processor', part('b', other, elsewhere), /one kind of processor, got .*Other, 64 cores \(b\)/],
    ['a comparison group in two parts', part('b', [completedRecord({ kernels: 'own' })]), /each comparison group in one part/],
    ['no run.json', { name: 'b', stored: { information: null, records: other, recordsDigest: '', warnings: [] } }, /none in b/],
  ])('are refused with %s', (_, second, says) => {
    expect(() => mergeRuns([part('a', dense), second], false)).toThrow(says);
  });

  it('are never doubled, mixed or not', () => {
    expect(() => mergeRuns([part('a', dense), part('b', dense)], true)).toThrow(/launch 1 of .* in a and in b/);
  });

  it('of unlike processors are marked where that is asked for', () => {
    const { information, remarks } = mergeRuns([part('a', dense), part('b', other, elsewhere)], true);
    expect(remarks).toEqual([expect.stringContaining('unlike processors')]);
    expect(information.processor.model).toContain(' and Other');
  });
});
