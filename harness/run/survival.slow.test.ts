/**
 * What a run does when it is cut off, when another wants its folder, when its disk is full, and what it refuses to go on with.
 *
 * @module
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FaultyAdapters } from './faulty-adapters.fixture.ts';
import { ProcessGroup, remaining } from './process-group.fixture.ts';
import { readRun, RECORDS_FILE, RUN_FILE } from '../record/read-run.ts';

const adapters = new FaultyAdapters();
const folder = mkdtempSync(join(tmpdir(), 'enigmark-survival-'));
afterAll(() => {
  ProcessGroup.endAll();
  adapters[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});
const small = ['--workload', 'dense-64', '--layout', 'packed', '--profile', 'smoke', '--warmup', '1'];
const START = fileURLToPath(new URL('../start.js', import.meta.url));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A run whose launch of `hangs` is under way: a loop that hears nothing. */
async function hanging(out: string): Promise<ProcessGroup> {
  // The seed lets clear go first.
  const group = new ProcessGroup(['bench', '--scheme', 'clear', '--adapter', adapters.write('hangs'), ...small, '--out', out]);
  await until(() => existsSync(join(out, RECORDS_FILE)) && readRun(out).records.length === 1 && group.launches().length === 1);
  // It has answered for the plan by then, and makes its evaluator.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  return group;
}

describe('a launch that hears nothing', () => {
  test('dies with a run that is killed', async () => {
    const group = await hanging(join(folder, 'killed'));
    const children = group.children();
    expect(group.launches()).toHaveLength(1);
    group.signal('SIGKILL', 'run');
    await group.ended;
    expect(await remaining(group, children)).toEqual([]);
  });

  test.runIf(existsSync('/proc/self/environ'))(
    'dies with a run that is killed, and so does what it started in a session of its own',
    async () => {
      const adapter = adapters.write('startsChildAndHangs');
      const group = new ProcessGroup(['bench', '--adapter', adapter, ...small, '--out', join(folder, 'with-child')]);
      const file = join(adapters.folder, 'child-pid');
      await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '');
      const below = group.descendants();
      expect(below.map(({ pid }) => pid)).toContain(Number(readFileSync(file, 'utf8')));
      group.signal('SIGKILL', 'run');
      await group.ended;
      expect(await remaining(group, below)).toEqual([]);
    },
  );

  test.each(['run', 'group'] as const)('Ctrl-C to the %s ends both: exit 130, what was measured is kept', async (to) => {
    const out = join(folder, `interrupted-${to}`);
    const group = await hanging(out);
    const children = group.children();
    group.signal('SIGINT', to);
    const { code, stdout, stderr } = await group.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('Interrupted: go on with --resume');
    expect(stdout).toContain('completed');
    expect(await remaining(group, children)).toEqual([]);
    expect(readRun(out).records.map(({ state }) => state)).toEqual(['completed']);
    expect(readdirSync(out).sort()).toEqual([RECORDS_FILE, RUN_FILE].sort());
  });

  test('keeps its folder to itself', async () => {
    const out = join(folder, 'busy');
    const group = await hanging(out);
    const before = readFileSync(join(out, RECORDS_FILE), 'utf8');
    const other = await new ProcessGroup(['bench', '--scheme', 'clear', ...small, '--out', out, '--resume']).ended;
    expect(other.code).toBe(4);
    expect(other.stderr).toMatch(new RegExp(`^enigmark: .*process ${group.pid}; .*\\[RUN_FOLDER_BUSY\\]\\n$`));
    expect(readFileSync(join(out, RECORDS_FILE), 'utf8')).toBe(before);
    group.signal('SIGINT', 'run');
    expect((await group.ended).code).toBe(130);
  });
});

describe('--resume', () => {
  const out = join(folder, 'resumed');
  const words = ['bench', '--scheme', 'clear', ...small, '--out', out];
  let before = '';
  beforeAll(async () => {
    expect((await new ProcessGroup(words).ended).code).toBe(0);
    before = readFileSync(join(out, RECORDS_FILE), 'utf8');
  });

  test.each<{ change: readonly string[]; says: RegExp }>([
    { change: ['--parameters', 'float64'], says: /the --parameters that the run began with, the smallest that fits, got float64/ },
    { change: ['--workload', 'dense-128'], says: /--workload that the run began with, dense-64, got dense-128,dense-64/ },
    { change: ['--scheme', 'ckks'], says: /--scheme that the run began with, clear, got ckks,clear/ },
    { change: ['--runs', '2'], says: /--runs that the run began with, the profile's, got 2/ },
    { change: ['--seed', '7'], says: /the seed that the run began with, 1, got 7/ },
  ])('refuses other cases: $change', async ({ change, says }) => {
    const { code, stdout, stderr } = await new ProcessGroup([...words, ...change, '--resume']).ended;
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/\[RUN_MISMATCH\]\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(readFileSync(join(out, RECORDS_FILE), 'utf8')).toBe(before);
  });

  test('refuses another profile', async () => {
    const full = words.map((word) => (word === 'smoke' ? 'full' : word));
    const { code, stderr } = await new ProcessGroup([...full, '--resume']).ended;
    expect(code).toBe(2);
    expect(stderr).toContain('the profile that the run began with, smoke, got full');
  });

  test('takes the same options said otherwise, and has nothing to do', async () => {
    const { code, stderr } = await new ProcessGroup([...words, '--threads=1', '--timeout', '1h', '--resume']).ended;
    expect(code, stderr).toBe(0);
    expect(readFileSync(join(out, RECORDS_FILE), 'utf8')).toBe(before);
    expect(readRun(out).information?.finishedAt).not.toBeNull();
  });

  test('refuses records of unknown origin', async () => {
    const information = readFileSync(join(out, RUN_FILE));
    rmSync(join(out, RUN_FILE));
    const { code, stderr } = await new ProcessGroup([...words, '--resume']).ended;
    writeFileSync(join(out, RUN_FILE), information);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^enigmark: .*\[RUN_INFORMATION_MISSING\]\n$/);
    expect(readdirSync(out)).not.toContain('lock');
  });
});

test('words that an adapter sends over the channel of its launch are not taken for results', async () => {
  const chatty = join(folder, 'chatty.mjs');
  const clear = new URL('../../schemes/clear/scheme.ts', import.meta.url).href;
  const words = "for (const word of ['hello', 1, true, {}, { kind: 'hello' }, { kind: 'toString' }]) process.send(word);";
  writeFileSync(
    chatty,
    `import { scheme as clear } from '${clear}';
export const scheme = { ...clear, id: 'chatty', createEvaluator: (...all) => { ${words} return clear.createEvaluator(...all); } };`,
  );
  const { code, stderr } = await new ProcessGroup(['bench', '--adapter', chatty, ...small, '--out', join(folder, 'chatty')]).ended;
  expect(code, stderr).toBe(0);
});

describe.runIf(process.platform === 'linux')('no room', () => {
  /** Runs the command line in a shell that first does something else. */
  const shell = (before: string, words: readonly string[], after = ''): Promise<{ code: number | null; stderr: string }> => {
    const quoted = [process.execPath, START, ...words].map((word) => `'${word}'`).join(' ');
    const child = spawn('bash', ['-c', `${before} ${quoted} ${after}`], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
  };

  test('for a record: exit 4 in one line, and the records before it are whole', async () => {
    const six = ['bench', '--scheme', 'clear', ...small, '--runs', '6', '--out'];
    const roomy = join(folder, 'roomy');
    expect((await shell('', [...six, roomy])).code).toBe(0);
    const halfOfThem_kib = Math.ceil(statSync(join(roomy, RECORDS_FILE)).size / 2048);
    const out = mkdtempSync(join(folder, 'full-'));
    const { code, stderr } = await shell(`ulimit -f ${halfOfThem_kib};`, [...six, out]);
    expect(code).toBe(4);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^enigmark: .*--resume.*\[DISK_FULL\]$/);
    const { records, warnings } = readRun(out);
    expect(warnings).toEqual([]);
    expect(records.length).toBeGreaterThan(0);
    expect(records.length).toBeLessThan(6);
    expect(readdirSync(out)).not.toContain('lock');
  });

  test('for standard output: exit 4 in one line, and the record is kept', async () => {
    const out = join(folder, 'output');
    const { code, stderr } = await shell('', ['bench', '--scheme', 'clear', ...small, '--json', '--out', out], '> /dev/full');
    expect(code).toBe(4);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^enigmark: .*\[OUTPUT_UNWRITABLE\]$/);
    expect(readRun(out).records).toHaveLength(1);
  });
});
