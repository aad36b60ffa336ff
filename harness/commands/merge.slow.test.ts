/** @module */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runCommand } from '../command-line.fixture.ts';
import { readRun } from '../record/read-run.ts';

it('four shards have together the cases of one run', async () => {
  const root = mkdtempSync(join(tmpdir(), 'enigmark-merge-'));
  const words = ['bench', '--scheme', 'clear', '--workload', 'dense-64,dense-128,activation', '--profile', 'smoke', '--budget', '1ms'];
  const shards = [1, 2, 3, 4].map((index) => join(root, `shard-${index}`));
  for (const [at, out] of shards.entries()) {
    expect((await runCommand(...words, '--shard', `${at + 1}/4`, '--out', out)).code).toBe(0);
  }
  expect((await runCommand(...words, '--out', join(root, 'one'))).code).toBe(0);
  const { code, stderr } = await runCommand('merge', ...shards, '--out', join(root, 'merged'));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const casesOf = (run: string) =>
    readRun(join(root, run))
      .records.map(({ id, launch }) => `${id} ${launch}`)
      .sort();
  expect(casesOf('merged')).toEqual(casesOf('one'));
  expect(readRun(join(root, 'merged')).warnings).toEqual([]);
  // What is there is not written over.
  expect((await runCommand('merge', ...shards, '--out', join(root, 'merged'))).code).toBe(2);
  expect((await runCommand('merge', join(root, 'one'), '--out', join(root, 'again'))).stdout).toContain(' launches of 1 part\n');
  rmSync(root, { recursive: true });
});
