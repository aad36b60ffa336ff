/**
 * What a run is made of changes, its folder goes away, its launches die: nothing is mixed, and what was measured is shown.
 *
 * @module
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { NetworkFolder, weights } from '../../workloads/network/file/network-file.fixture.ts';
import { readRun, RECORDS_FILE, RUN_FILE } from '../record/read-run.ts';
import { FaultyAdapters } from './faulty-adapters.fixture.ts';
import { ProcessGroup, remaining } from './process-group.fixture.ts';

const adapters = new FaultyAdapters();
const folder = mkdtempSync(join(tmpdir(), 'enigmark-mixed-'));
afterAll(() => {
  ProcessGroup.endAll();
  adapters[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});
// Prose is wrapped to the terminal, wherever a line ends.
const COMPLETED = /Cases: 1\s+completed/;
const small = ['--layout', 'packed', '--profile', 'smoke', '--plan-cache', 'off'];
const dense = ['--workload', 'dense-64', ...small];
const bench = (...words: string[]): ProcessGroup => new ProcessGroup(['bench', ...words]);

async function hasRecords(out: string, count: number): Promise<void> {
  const path = join(out, RECORDS_FILE);
  while (!existsSync(path) || readFileSync(path, 'utf8').split('\n').length <= count) await delay(20);
}

test('a network whose weights were overwritten is not resumed', async () => {
  using network = new NetworkFolder();
  const out = join(folder, 'overwritten');
  const words = ['--scheme', 'clear', '--network', network.path, ...small, '--runs', '2', '--out', out];
  const first = bench(...words);
  await hasRecords(out, 1);
  first.signal('SIGINT', 'run');
  expect((await first.ended).code).toBe(130);
  const records = readFileSync(join(out, RECORDS_FILE), 'utf8');
  network.writeTensors('weights', { ...weights, mean: weights['scale']! });
  const { code, stderr } = await bench(...words, '--resume').ended;
  expect(stderr).toMatch(/^enigmark: expected the contents of network network that the run began with .*\[RUN_MISMATCH\]\n$/m);
  expect(code).toBe(2);
  expect(readFileSync(join(out, RECORDS_FILE), 'utf8')).toBe(records);
  network.writeTensors('weights', weights);
  expect((await bench(...words, '--resume').ended).code).toBe(0);
  expect(readRun(out).records).toHaveLength(2);
});

test('an adapter that is edited during a run ends it before a record of both is kept', async () => {
  const adapter = adapters.write('none');
  const out = join(folder, 'edited');
  const run = bench('--adapter', adapter, ...dense, '--runs', '20', '--out', out);
  await hasRecords(out, 1);
  writeFileSync(adapter, `${readFileSync(adapter, 'utf8')}\n// another`);
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(2);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^enigmark: .* the contents of adapter 1, none\.mjs .*\[RUN_MISMATCH\]$/);
  expect(stdout).toMatch(COMPLETED);
  const { records } = readRun(out);
  expect(records.length).toBeGreaterThan(0);
  expect(records.length).toBeLessThan(20);
});

test('dirty once is dirty for good', async () => {
  const out = join(folder, 'dirty');
  const words = ['--scheme', 'clear', ...dense, '--out', out];
  expect((await bench(...words).ended).code).toBe(0);
  const information = readRun(out).information!;
  writeFileSync(join(out, RUN_FILE), JSON.stringify({ ...information, enigmark: { ...information.enigmark, dirty: true } }));
  expect((await bench(...words, '--resume').ended).code).toBe(0);
  expect(readRun(out).information?.enigmark.dirty).toBe(true);
});

test.each(['moved', 'removed'])('a folder that is %s: said at the next record, the tables are printed, exit 4', async (what) => {
  const out = join(folder, what);
  rmSync(`${out}-away`, { recursive: true, force: true });
  const run = bench('--scheme', 'clear', ...dense, '--runs', '20', '--out', out);
  await hasRecords(out, 1);
  if (what === 'moved') renameSync(out, `${out}-away`);
  else rmSync(out, { recursive: true });
  const { code, stdout, stderr } = await run.ended;
  expect(code).toBe(4);
  expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^enigmark: .*removed or moved.*\[RUN_FOLDER_GONE\]$/);
  expect(stderr).not.toContain('[20/20]');
  expect(stdout).toMatch(COMPLETED);
  // Also the one that found its folder gone is there.
  if (what === 'moved') expect(readRun(`${out}-away`).records.length).toBeGreaterThanOrEqual(1);
});

test('--retry repeats launches without a result, and keeps their records', async () => {
  const out = join(folder, 'retried');
  const adapter = adapters.write('killed');
  const words = ['--scheme', 'clear', '--adapter', adapter, ...dense, '--out', out];
  expect((await bench(...words).ended).code).toBe(1);
  const before = readFileSync(join(out, RECORDS_FILE), 'utf8');
  expect((await bench(...words, '--resume').ended).code).toBe(1);
  expect(readFileSync(join(out, RECORDS_FILE), 'utf8')).toBe(before);
  const { code, stderr } = await bench(...words, '--resume', '--retry', 'failed').ended;
  expect(code, stderr).toBe(1);
  const after = readFileSync(join(out, RECORDS_FILE), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  expect(after.split('\n')).toHaveLength(before.split('\n').length + 1);
  expect(
    readRun(out)
      .records.map(({ scheme, attempt }) => [scheme, attempt ?? 1])
      .sort(),
  ).toEqual([
    ['clear', 1],
    ['faulty-killed', 2],
  ]);
});

test.each(['SIGKILL', 'SIGHUP', 'SIGQUIT', 'SIGTERM'] as const)('%s to the starter under an old Node ends the run', async (signal) => {
  const out = join(folder, signal);
  const run = new ProcessGroup(['bench', '--adapter', adapters.write('waits'), ...dense, '--out', out], { underOldNode: true });
  while (run.launches().length === 0) await delay(50);
  await delay(500);
  const children = run.descendants();
  expect(children.length).toBeGreaterThanOrEqual(2);
  run.signal(signal, 'run');
  await run.ended;
  expect(await remaining(run, children)).toEqual([]);
  expect(existsSync(join(out, 'lock'))).toBe(false);
});

test('the records of two shards in one file, some twice: each counts once', async () => {
  const out = join(folder, 'whole');
  expect((await bench('--scheme', 'clear', ...dense, '--out', out).ended).code).toBe(0);
  const merged = join(folder, 'merged');
  mkdirSync(merged);
  cpSync(join(out, RUN_FILE), join(merged, RUN_FILE));
  const line = readFileSync(join(out, RECORDS_FILE), 'utf8');
  writeFileSync(join(merged, RECORDS_FILE), line + line);
  const reported = await new ProcessGroup(['report', merged]).ended;
  expect(reported.code).toBe(0);
  expect(reported.stderr).toMatch(/line 2: launch 1 of clear.* stands in line 1 already: this line is not counted/);
  expect((await new ProcessGroup(['report', out]).ended).code).toBe(0);
  const report = (of: string): string => readFileSync(join(of, 'report', 'latency.csv'), 'utf8');
  expect(report(merged)).toBe(report(out));
});
