/**
 * Machines that lack something, or take it away: a library, git, memory, the right to write, a clock that goes forward. What needs
 * rights that this machine does not give is skipped with a message.
 *
 * @module
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readRun } from '../record/read-run.ts';

const START = fileURLToPath(new URL('../start.js', import.meta.url));
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CLEAR = new URL('../../schemes/clear/scheme.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'enigmark-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

const small = ['--workload', 'dense-64', '--layout', 'packed', '--profile', 'smoke', '--plan-cache', 'off'];

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line behind a program and its words, such as `unshare -m`. */
function run(words: readonly string[], { env = {}, before = [] as readonly string[] } = {}): Promise<Ended> {
  const [program, ...rest] = [...before, process.execPath, START, ...words];
  const child = spawn(program!, rest, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

/** Code that every process of the run begins with. */
function preloaded(source: string): { readonly NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(source)}` };
}

function states(out: string): readonly string[] {
  return readRun(out).records.map(({ scheme, state }) => `${scheme} ${state}`);
}

describe('a library that is not installed', () => {
  const env = preloaded(`
    import { registerHooks } from 'node:module';
    const resolve = (name, context, next) => {
      if (name.startsWith('node-seal')) throw new Error("Cannot find package 'node-seal'");
      return next(name, context);
    };
    registerHooks({ resolve });`);

  test('stops its own rows and no others, and says so', async () => {
    const out = join(folder, 'no-seal');
    const { code, stdout, stderr } = await run(['bench', '--scheme', 'clear,ckks,bfv', ...small, '--out', out], { env });
    expect(code, stderr).toBe(1);
    expect(stderr).toMatch(/^ckks: cannot be used here.*Cannot find package 'node-seal'/m);
    expect(stdout).toMatch(/Left out:\n {2}ckks, bfv: Cannot find package/);
    expect(states(out)).toEqual(['clear completed']);
  });

  test('is an unusable environment where nothing else was asked for', async () => {
    const { code, stderr } = await run(['bench', '--scheme', 'ckks', ...small, '--out', join(folder, 'only-seal')], { env });
    expect(code).toBe(4);
    expect(stderr).toMatch(/^enigmark: .*node-seal.*\[ADAPTER_UNUSABLE\]\n$/);
  });
});

test('without git a run begins, is resumed, and names no commit', async () => {
  const out = join(folder, 'no-git');
  const env = { PATH: folder };
  expect((await run(['bench', '--scheme', 'clear', ...small, '--out', out], { env })).code).toBe(0);
  expect(readRun(out).information?.enigmark).toMatchObject({ commit: null, dirty: null });
  expect((await run(['bench', '--scheme', 'clear', ...small, '--out', out, '--resume'], { env })).code).toBe(0);
});

test('a clock that goes backwards changes no figure and loses nothing', async () => {
  const out = join(folder, 'backwards');
  const env = preloaded(`
    const Now = Date, began = Date.now();
    let asked = 0;
    const earlier = () => began - 3600e3 * ++asked;
    globalThis.Date = class extends Now {
      constructor(...given) { given.length === 0 ? super(earlier()) : super(...given); }
      static now() { return earlier(); }
    };`);
  const { code, stderr } = await run(['bench', '--scheme', 'clear', ...small, '--runs', '2', '--out', out], { env });
  expect(code, stderr).toBe(0);
  const { records, warnings, information } = readRun(out);
  expect({ states: records.map(({ state }) => state), warnings }).toEqual({ states: ['completed', 'completed'], warnings: [] });
  expect(information!.finishedAt! < information!.startedAt).toBe(true);
  for (const record of records) if ('stages' in record) expect(Math.min(...record.stages.evaluate.samples_ns)).toBeGreaterThan(0);
  expect((await run(['report', out], { env })).code).toBe(0);
});

const CGROUPS = [
  { limit: '/sys/fs/cgroup/memory/enigmark-test/memory.limit_in_bytes', needs: '/sys/fs/cgroup/memory/memory.limit_in_bytes' },
  { limit: '/sys/fs/cgroup/enigmark-test/memory.max', needs: '/sys/fs/cgroup/cgroup.controllers' },
];
const LIMIT_BYTES = 768 * 2 ** 20;

/** A new control group with that limit of memory; null: this machine does not let us make one. */
function makeGroup(): ({ readonly procs: string } & Disposable) | null {
  const limit = CGROUPS.find(({ needs }) => existsSync(needs))?.limit;
  if (limit === undefined) return null;
  const group = dirname(limit);
  try {
    mkdirSync(group);
    writeFileSync(limit, String(LIMIT_BYTES));
    return { procs: join(group, 'cgroup.procs'), [Symbol.dispose]: () => rmdirSync(group) };
  } catch {
    if (existsSync(group)) rmdirSync(group);
    return null;
  }
}

test('a launch that passes the memory of its control group is a row, and the run goes on', { retry: 0 }, async (context) => {
  using group = makeGroup();
  if (group === null) {
    console.warn('skipped: a limit of memory, for which this machine gives no control group');
    return context.skip();
  }
  const greedy = join(folder, 'greedy.mjs');
  writeFileSync(
    greedy,
    `import { scheme as clear } from '${CLEAR}';
const kept = [];
export const scheme = { ...clear, id: 'greedy', createEvaluator: () => { for (;;) kept.push(Buffer.alloc(2 ** 26, 1)); } };`,
  );
  const out = join(folder, 'memory');
  const before = ['sh', '-c', `echo $$ > ${group.procs} && exec "$@"`, 'sh'];
  const words = ['bench', '--scheme', 'clear', '--adapter', greedy, ...small, '--out', out];
  const { code, stderr } = await run(words, { before });
  expect(code, stderr).toBe(1);
  expect(states(out).toSorted()).toEqual(['clear completed', 'greedy failed']);
  expect(readRun(out).records.find(({ state }) => state === 'failed')).toMatchObject({ error: { code: 'CHILD_KILLED' } });
  // With more memory the launch that died may end well; it dies here again, and both records stay.
  await run([...words, '--resume', '--retry', 'failed'], { before });
  expect(readRun(out).records.find(({ scheme }) => scheme === 'greedy')).toMatchObject({ state: 'failed', attempt: 2 });
});

test('from a source tree that is read-only, into a folder elsewhere; a folder inside is refused with the true reason', async (context) => {
  const mounted = spawnSync('unshare', ['-m', 'sh', '-c', `mount --bind -o ro '${ROOT}' '${ROOT}'`]);
  if (mounted.status !== 0) {
    console.warn('skipped: a read-only source tree, for which this machine gives no mounts');
    return context.skip();
  }
  const before = ['unshare', '-m', 'sh', '-c', `mount --bind -o ro '${ROOT}' '${ROOT}' && cd '${ROOT}' && exec "$@"`, 'sh'];
  const out = join(folder, 'read-only');
  const { code, stderr } = await run(['bench', '--scheme', 'clear', ...small, '--out', out], { before });
  expect(code, stderr).toBe(0);
  expect(states(out)).toEqual(['clear completed']);
  const inside = await run(['bench', '--scheme', 'clear', ...small], { before });
  expect(inside.code).toBe(4);
  expect(inside.stderr).toMatch(/^enigmark: .*EROFS.*\[RUN_FOLDER_UNWRITABLE\]\n$/);
});
