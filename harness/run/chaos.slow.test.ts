/**
 * Random faults over a run of 12 cases, then resume: every case once, none lost, doubled or mixed, and no process left. 12 faults, 200
 * with ENIGMARK_FULL=1.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../workloads/data/random.ts';
import { parseRecord, type LaunchRecord } from '../record/record.ts';
import { readRun, RECORDS_FILE } from '../record/read-run.ts';
import { ProcessGroup, remaining, type Processes } from './process-group.fixture.ts';

const MOST_FAULTS = process.env['ENIGMARK_FULL'] === '1' ? 200 : 12;
const SEED = Number(process.env['ENIGMARK_CHAOS_SEED'] ?? 1);
/** From the start of a process, or from the last fault in it. */
const LATEST_MS = 9000;
const STOPPED_MS = 1500;
/** Faults in one run before it may come to its end. */
const FAULTS_PER_RUN = 20;

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;
if (!hasPrlimit) console.warn('skipped: a full disk, which is feigned by prlimit, and there is none here');
const FAULTS = [
  ...['kill the run', 'kill the launch', 'kill the guard', 'kill the starter', 'stop and go on', 'interrupt'],
  ...['move the folder away', 'damage the last line', ...(hasPrlimit ? ['fill the disk'] : [])],
] as const;

const ADAPTERS = ['quick-a', 'quick-b', 'quick-c'];
const WORKLOADS = ['dense-64', 'dense-128'];
const planned = ADAPTERS.flatMap((scheme) =>
  WORKLOADS.flatMap((workload) => ['packed', 'batched'].map((layout) => `${scheme}/${workload}/auto/${layout}/library/t1`)),
).sort();

const folder = mkdtempSync(join(tmpdir(), 'enigmark-chaos-'));
afterAll(() => {
  ProcessGroup.endAll();
  rmSync(folder, { recursive: true });
});
const CLEAR = new URL('../../schemes/clear/scheme.ts', import.meta.url).href;
const paths = ADAPTERS.map((id, index) => {
  const path = join(folder, `${id}.mjs`);
  // Versions tell whose figures a record holds.
  const library = `{ ...clear.library, version: '${index + 1}.0.0' }`;
  writeFileSync(
    path,
    `import { scheme as clear } from '${CLEAR}';\nexport const scheme = { ...clear, id: '${id}', library: ${library} };\n`,
  );
  return path;
});
const words = [
  ...['bench', ...paths.flatMap((path) => ['--adapter', path]), '--workload', WORKLOADS.join(), '--layout', 'packed,batched'],
  ...['--profile', 'smoke', '--plan-cache', 'off'],
];

const random = Random.from(SEED, 'chaos');
const tally = new Map<string, number>();
const count = (what: string, by = 1): void => void tally.set(what, (tally.get(what) ?? 0) + by);

test(`${MOST_FAULTS} faults`, { timeout: 4 * 3_600_000 }, async () => {
  let faults = 0;
  for (let number = 0; faults < MOST_FAULTS; number++) {
    const out = join(folder, `run-${number}`);
    const last = Math.min(MOST_FAULTS, faults + FAULTS_PER_RUN);
    for (let code: number | null = null; code !== 0;) {
      const session = new Session(out);
      while (faults < last && (await session.survivesUntil(random.below(LATEST_MS)))) {
        const fault = FAULTS[random.below(FAULTS.length)]!;
        if (!(await session.strike(fault))) continue;
        count(fault);
        faults++;
        if (session.isOver) break;
      }
      code = await session.expectKept();
    }
    expectWhole(out);
    count('runs');
  }
  console.log([`faults: ${faults} (seed ${SEED})`, ...[...tally].map(([what, times]) => `  ${what}: ${times}`)].join('\n'));
});

/** One process of a run, from its start or resumption to its end. */
class Session {
  readonly #out: string;
  readonly #group: ProcessGroup;
  readonly #before: readonly string[];
  #seen: readonly Processes[] = [];
  #ended = false;
  #struck: string | null = null;
  /** Bytes that a fault takes off the end of the records, once the process has ended. */
  #cut = 0;

  constructor(out: string) {
    this.#out = out;
    this.#before = linesOf(out);
    const again = existsSync(out) ? ['--resume', '--retry', 'failed'] : [];
    this.#group = new ProcessGroup([...words, '--out', out, ...again], { underOldNode: true });
    void this.#group.ended.then(() => (this.#ended = true));
  }

  /** Whether the fault ends the process. */
  get isOver(): boolean {
    return this.#struck !== null;
  }

  async survivesUntil(after_ms: number): Promise<boolean> {
    await Promise.race([this.#group.ended, delay(after_ms)]);
    return !this.#ended;
  }

  /** False where there was nothing to strike. */
  async strike(fault: (typeof FAULTS)[number]): Promise<boolean> {
    this.#seen = this.#group.descendants();
    const run = this.#group.run();
    const [launch] = this.#group.launches();
    const guard = this.#seen.find(({ command }) => /launch-guard-process/.test(command));
    switch (fault) {
      case 'kill the launch':
        return kill(launch, 'SIGKILL');
      case 'kill the guard':
        return kill(guard, 'SIGKILL');
      case 'stop and go on': {
        const stopped = [run, launch][random.below(2)];
        if (!kill(stopped, 'SIGSTOP')) return false;
        await delay(STOPPED_MS);
        kill(stopped, 'SIGCONT');
        return true;
      }
      case 'kill the starter':
        this.#group.signal('SIGKILL', 'run');
        break;
      case 'interrupt':
        this.#group.signal('SIGINT', (['run', 'group'] as const)[random.below(2)]!);
        break;
      case 'kill the run':
        if (run === undefined || run.pid === this.#group.pid || !kill(run, 'SIGKILL')) return false;
        break;
      case 'damage the last line':
        if (run === undefined || run.pid === this.#group.pid || !kill(run, 'SIGKILL')) return false;
        this.#cut = 1 + random.below(2000);
        break;
      case 'fill the disk':
        if (run === undefined || linesOf(this.#out).length === 0) return false;
        execFileSync('prlimit', ['--pid', String(run.pid), `--fsize=${statSync(join(this.#out, RECORDS_FILE)).size + 100}`]);
        break;
      case 'move the folder away':
        if (linesOf(this.#out).length === 0) return false;
        renameSync(this.#out, `${this.#out}-moved`);
        break;
    }
    this.#struck = fault;
    return true;
  }

  /** Checks what the process left behind; returns its exit code, null where a signal ended it. */
  async expectKept(): Promise<number | null> {
    const { code, stderr } = await this.#group.ended;
    count('left processes', (await remaining(this.#group, this.#seen)).length);
    expect(tally.get('left processes'), `${this.#struck}: ${JSON.stringify(this.#seen)}`).toBe(0);
    if (existsSync(`${this.#out}-moved`)) {
      if (existsSync(this.#out)) rmSync(this.#out, { recursive: true });
      renameSync(`${this.#out}-moved`, this.#out);
    }
    if (this.#struck === null || this.#struck === 'fill the disk' || this.#struck === 'move the folder away') {
      // A fault that came behind the last record ends the run no more. 1: a launch was killed. 2: the folder to resume was gone already.
      const others = { 'fill the disk': [4], 'move the folder away': [2, 4] };
      expect([0, 1, ...(this.#struck === null ? [] : others[this.#struck])], stderr).toContain(code);
    }
    const lines = linesOf(this.#out);
    expect(lines.slice(0, this.#before.length), 'records of before are as they were').toEqual(this.#before);
    const announced = stderr.split('\n').filter((line) => /^\[\d+\/\d+\] \S+: (completed|failed)/.test(line)).length;
    expect(lines.length - this.#before.length, stderr).toBeGreaterThanOrEqual(announced);
    if (this.#cut > 0 && lines.length > this.#before.length) {
      const path = join(this.#out, RECORDS_FILE);
      truncateSync(path, Math.max(0, statSync(path).size - Math.min(this.#cut, lines.at(-1)!.length)));
      if (this.#cut % 2 === 0) appendFileSync(path, '\u0000\u0000');
      count('records damaged by the test');
    }
    return code;
  }
}

function kill(one: Processes | undefined, signal: NodeJS.Signals): boolean {
  try {
    return one !== undefined && process.kill(one.pid, signal);
  } catch {
    return false;
  }
}

function linesOf(out: string): readonly string[] {
  const path = join(out, RECORDS_FILE);
  return existsSync(path)
    ? readFileSync(path, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

function expectWhole(out: string): void {
  const { records, warnings, information } = readRun(out);
  expect(records.map(({ id }) => id).sort()).toEqual(planned);
  expect(records.map(({ state }) => state)).toEqual(planned.map(() => 'completed'));
  expect(warnings.filter(({ code }) => code === 'RECORD_TWICE')).toEqual([]);
  expect(information?.finishedAt).not.toBeNull();
  for (const record of linesOf(out).flatMap(parsed)) expectUnmixed(record);
  count('records', records.length);
  count('repeated launches', records.filter(({ attempt }) => attempt !== undefined).length);
}

/** A record says which adapter it is of in its id and in the version that only this adapter has. */
function expectUnmixed({ id, scheme, library, state, launch, ...rest }: LaunchRecord): void {
  expect(library.version).toBe(`${ADAPTERS.indexOf(scheme) + 1}.0.0`);
  expect(id.startsWith(`${scheme}/${rest.workload}/`)).toBe(true);
  expect(launch).toBe(1);
  expect(['completed', 'failed'], JSON.stringify(rest)).toContain(state);
  if ('error' in rest) expect(rest.error).toMatchObject({ code: 'CHILD_KILLED' });
}

function parsed(line: string): LaunchRecord[] {
  try {
    return [parseRecord(JSON.parse(line))];
  } catch {
    return [];
  }
}
