/**
 * A run over a cluster of two nodes, one of which is lost in the middle.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runCommand } from '../command-line.fixture.ts';
import { readRun } from '../record/read-run.ts';
import { SlurmCluster, whyNoSlurm } from './slurm.fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORDS = ['--scheme', 'clear', '--workload', 'dense-64,dense-128', '--profile', 'smoke', '--budget', '1ms'];

it('loses and doubles nothing when a node fails in the middle', async (context) => {
  const reason = whyNoSlurm();
  context.skip(reason !== null, reason ?? '');
  const out = mkdtempSync(join(tmpdir(), 'enigmark 5% cluster-'));
  await using slurm = await SlurmCluster.start();
  const words = ['harness/start.js', 'cluster', '--nodes', '4', '--out', out, ...WORDS];
  const child = spawn(process.execPath, words, { cwd: ROOT, env: slurm.environment, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  // Until a task of each node is under way.
  const parts = join(out, 'parts');
  while (child.exitCode === null && !(existsSync(parts) && readdirSync(parts).filter((name) => name.includes('.attempt-')).length >= 2))
    await setTimeout(200);
  slurm.killNode('n1');
  const broken = readdirSync(parts).filter((name) => name.includes('.attempt-'));
  void setTimeout(20_000).then(() => slurm.startNode('n1'));
  const hurrying = setInterval(() => slurm.hurry(), 2000);
  void ended.then(() => clearInterval(hurrying));
  expect([await ended, said]).toEqual([0, expect.anything()]);
  expect(said).toContain('4 of 4 shards done');
  // What broke off on the lost node was begun again, and its first attempt was not taken.
  expect(said).toMatch(/shard-\d\.attempt-\d+-0 was not taken/);
  expect(broken.length).toBeGreaterThan(0);

  const whole = join(out, 'one');
  expect((await runCommand('bench', ...WORDS, '--out', whole)).code).toBe(0);
  const launchesOf = (run: string) =>
    readRun(run)
      .records.map(({ id, launch }) => `${id} ${launch}`)
      .sort();
  expect(launchesOf(out)).toEqual(launchesOf(whole));
  expect(readRun(out).warnings).toEqual([]);
  rmSync(out, { recursive: true });
});
