/** @module */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCommand, startCommand } from '../command-line.fixture.ts';
import { FaultyAdapters } from '../run/faulty-adapters.fixture.ts';
import { parseRecord } from '../record/record.ts';
import { readRun, RECORDS_FILE } from '../record/read-run.ts';

const adapters = new FaultyAdapters();
const folder = mkdtempSync(join(tmpdir(), 'enigmark-bench-'));
afterAll(() => {
  adapters[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});
const small = ['--workload', 'dense-64', '--layout', 'packed', '--profile', 'smoke'];

test('--json prints records alone, those of the run folder; --resume measures only what is missing', async () => {
  const out = join(folder, 'json');
  const noisy = ['--adapter', adapters.write('noisy'), '--scheme', 'clear', ...small, '--out', out, '--json'];
  const first = await runCommand('bench', ...noisy);
  expect(first.code).toBe(0);
  expect(first.stdout.endsWith('\n')).toBe(true);
  const printed = first.stdout
    .trimEnd()
    .split('\n')
    .map((line) => parseRecord(JSON.parse(line)));
  expect(printed.map(({ scheme, state }) => `${scheme} ${state}`).sort()).toEqual(['clear completed', 'faulty-noisy completed']);
  expect(readRun(out).records).toEqual(printed);
  // An adapter's words are the same to programs, and move no terminal.
  expect(printed.map(({ library }) => library.version)).toContain('1\u009b2J');
  expect(first.stdout).not.toMatch(/[^\P{Cc}\n]/u);
  expect(readRun(out).information).toMatchObject({ profile: 'smoke', cases: { planned: 2, leftOut: [] } });
  expect(readRun(out).information?.finishedAt).not.toBeNull();

  const again = await runCommand('bench', ...noisy, '--resume');
  expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: '' });
  const [kept] = readFileSync(join(out, RECORDS_FILE), 'utf8').split('\n');
  writeFileSync(join(out, RECORDS_FILE), `${kept!}\n`);
  const rest = await runCommand('bench', ...noisy, '--resume');
  expect(
    rest.stdout
      .trimEnd()
      .split('\n')
      .map((line) => parseRecord(JSON.parse(line)).id),
  ).toEqual([printed[1]!.id]);
  expect(readRun(out).records).toHaveLength(2);

  const other = await runCommand('bench', ...noisy, '--resume', '--seed', '2');
  expect(other.code).toBe(2);
  expect(other.stderr).toContain('[RUN_MISMATCH]');
  const overwrite = await runCommand('bench', ...noisy);
  expect(overwrite.code).toBe(2);
  expect(overwrite.stderr).toContain('--resume');
  expect(readRun(out).records).toHaveLength(2);
});

describe.concurrent('exit codes of cases', () => {
  test.each([
    { fault: 'wrong', code: 1, says: 'incorrect' },
    { fault: 'exits', code: 1, says: 'failed' },
    { fault: 'refuses', code: 0, says: 'unsupported' },
  ] as const)('an adapter that $fault: exit $code, and the table says so', async ({ fault, code, says }) => {
    const ended = await runCommand('bench', '--adapter', adapters.write(fault), ...small, '--out', join(folder, fault));
    expect(ended.code).toBe(code);
    expect(ended.stdout).toContain(says);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  test('a dry run measures nothing and leaves no folder', async () => {
    const out = join(folder, 'dry');
    const { code, stdout } = await runCommand('bench', '--scheme', 'clear', ...small, '--out', out, '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('clear/dense-64/auto/packed/library/t1');
    expect(existsSync(out)).toBe(false);
  });
});

describe('a launch that waits', () => {
  async function waiting(out: string): Promise<{ parent: ReturnType<typeof startCommand>; launch: number }> {
    const pidFile = join(adapters.folder, 'pid');
    rmSync(pidFile, { force: true });
    // The seed lets clear go first.
    const words = ['--seed', '1', '--scheme', 'clear', '--adapter', adapters.write('waits'), ...small, '--out', out];
    const parent = startCommand(['bench', ...words]);
    await until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '');
    return { parent, launch: Number(readFileSync(pidFile, 'utf8')) };
  }

  test('Ctrl-C: exit 130, what was measured is kept, the launch process is gone', async () => {
    const out = join(folder, 'interrupted');
    const { parent, launch } = await waiting(out);
    parent.child.kill('SIGINT');
    const { code, stdout, stderr } = await parent.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted: go on with --resume');
    expect(stdout).toContain('completed');
    expect(isAlive(launch)).toBe(false);
    const { records, information } = readRun(out);
    expect(records.map(({ scheme, state }) => `${scheme} ${state}`)).toEqual(['clear completed']);
    expect(information?.finishedAt).toBeNull();
    expect(readdirSync(out)).not.toContain('lock');
  });

  test('a parent that is killed leaves no launch process behind', async () => {
    const { parent, launch } = await waiting(join(folder, 'killed'));
    parent.child.kill('SIGKILL');
    await parent.ended;
    await until(() => !isAlive(launch));
  });
});

test('report: the same run gives the same bytes, and only the formats asked for', async () => {
  const run = join(folder, 'reported');
  expect((await runCommand('bench', '--scheme', 'clear', ...small, '--out', run)).code).toBe(0);
  const read = (report: string): string[][] =>
    readdirSync(report)
      .sort()
      .map((name) => [name, readFileSync(join(report, name), 'utf8')]);
  expect((await runCommand('report', run)).code).toBe(0);
  const elsewhere = join(folder, 'elsewhere');
  expect((await runCommand('report', run, '--out', elsewhere)).code).toBe(0);
  expect(read(elsewhere)).toEqual(read(join(run, 'report')));
  const csv = join(folder, 'csv');
  await runCommand('report', run, '--format', 'csv', '--out', csv);
  expect(read(csv)).toEqual(read(elsewhere).filter(([name]) => name!.endsWith('.csv')));
  expect(read(csv).length).toBeGreaterThan(0);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
