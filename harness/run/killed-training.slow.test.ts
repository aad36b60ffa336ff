/**
 * A training whose process is killed in the middle of an epoch, as a command: finished epochs are in the record, and it goes on from them.
 *
 * @module
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { LaunchRecord, TrainingRecord } from '../record/record.ts';
import { readRun } from '../record/read-run.ts';
import { ProcessGroup } from './process-group.fixture.ts';
import { finishedEpochs } from '../launch/training/checkpoint.ts';

const ID = 'ckks/training-logistic-digits/auto/diagonals/own/t1';
const EPOCHS = 16;
const BEFORE_THE_KILL = 2;

const folder = mkdtempSync(join(tmpdir(), 'enigmark-killed-'));
const out = join(folder, 'run');
afterAll(() => {
  ProcessGroup.endAll();
  rmSync(folder, { recursive: true });
});

const words = ['bench', '--scheme', 'ckks', '--kernels', 'own', '--workload', 'training-logistic-digits'];
const begun = (...more: readonly string[]): ProcessGroup => new ProcessGroup([...words, '--longest', '10m', '--out', out, ...more]);
const recordOf = (): LaunchRecord => readRun(out).records.at(-1)!;
const epochsKept = (): number => finishedEpochs(join(out, 'training'), { id: ID, launch: 1 }).length;

test('killed in the third epoch it keeps two, and goes on with the third', { timeout: 600_000 }, async () => {
  const killed = begun();
  const over = killed.ended.then(() => true);
  while (epochsKept() < BEFORE_THE_KILL && !(await Promise.race([over, pause(5, false)])));
  for (const { pid } of killed.launches()) process.kill(pid, 'SIGKILL');
  const { stderr } = await killed.ended;
  const kept = epochsKept();
  expect(kept, stderr).toBeGreaterThanOrEqual(BEFORE_THE_KILL);
  expect(kept).toBeLessThan(EPOCHS);
  const failed = recordOf() as Extract<LaunchRecord, { state: 'failed' }>;
  expect(failed.state).toBe('failed');
  expect(failed.epochs?.map(({ epoch }) => epoch)).toEqual(Array.from({ length: kept }, (_, index) => index + 1));

  const { code, stderr: said } = await begun('--resume', '--retry', 'failed').ended;
  expect(code, said).toBe(0);
  const { state, training } = recordOf() as TrainingRecord;
  expect([state, training.resumedAfter]).toEqual(['completed', kept]);
  expect(training.history.slice(0, kept)).toEqual(failed.epochs);
  expect(training.history.map(({ epoch }) => epoch)).toEqual(Array.from({ length: EPOCHS }, (_, index) => index + 1));
  // What the descent keeps between epochs was kept too: the weights end where a training in one go does.
  expect(training.history.at(-1)!.weightDistance).toBeLessThan(1e-2);
});
