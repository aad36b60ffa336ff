/**
 * A run that is killed at random moments and resumed ends with every launch once: 10 moments, 50 with ENIGMARK_FULL=1.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Random } from '../../workloads/data/random.ts';
import { ProcessGroup, remaining, type GroupEnd } from './process-group.fixture.ts';
import { writeTinyCkks } from '../quick-adapters.fixture.ts';
import { parseRecord, type LaunchRecord } from '../record/record.ts';
import { readRun } from '../record/read-run.ts';

const MOMENTS = process.env['ENIGMARK_FULL'] === '1' ? 50 : 10;
const SEED = 1;
/** From the start of a process, or from the last kill in it: before the run has begun, between launches and inside them. */
const LATEST_MS = 8000;
const KILLS = ['SIGKILL to the run', 'SIGKILL to the launch', 'SIGINT to the run', 'SIGINT to the group'] as const;
type Kill = (typeof KILLS)[number];

const CASES = ['clear/library', 'ckks-tiny/library', 'ckks-tiny/own'].map((of) => of.replace('/', '/dense-64/auto/packed/') + '/t1');
const LAUNCHES = 3;
const planned = CASES.flatMap((id) => Array.from({ length: LAUNCHES }, (_, at) => `${id} ${at + 1}`));

const folder = mkdtempSync(join(tmpdir(), 'enigmark-kill-'));
afterAll(() => {
  ProcessGroup.endAll();
  rmSync(folder, { recursive: true });
});
const words = [
  ...['bench', '--scheme', 'clear', '--adapter', writeTinyCkks(folder), '--workload', 'dense-64', '--layout', 'packed'],
  ...['--profile', 'smoke', '--warmup', '1', '--runs', String(LAUNCHES)],
];

const tally = { kills: new Map<string, number>(), runs: 0, records: 0, completed: 0, killed: 0, lost: 0, doubled: 0, orphans: 0 };

test(`${MOMENTS} kills: no launch lost or doubled, every record valid`, { timeout: 3_600_000 }, async () => {
  const random = Random.from(SEED, 'kills');
  let kills = 0;
  while (kills < MOMENTS) {
    const out = join(folder, `run-${tally.runs++}`);
    let launchKills = 0;
    for (let complete = false; !complete;) {
      const session = new Session(out);
      while (kills < MOMENTS) {
        const kill = KILLS[random.below(KILLS.length)]!;
        if (!(await session.survivesUntil(random.below(LATEST_MS)))) break;
        if (!session.strike(kill)) continue;
        kills++;
        tally.kills.set(kill, (tally.kills.get(kill) ?? 0) + 1);
        if (kill !== 'SIGKILL to the launch') break;
        launchKills++;
      }
      complete = await session.expectKept();
    }
    expectWhole(out, launchKills);
  }
  const counted = [...tally.kills].map(([kill, count]) => `  ${kill}: ${count}`);
  const { runs, records, completed, killed, lost, doubled, orphans } = tally;
  console.log(
    [
      `kills: ${kills} (seed ${SEED}), in ${runs} runs of ${planned.length} launches`,
      ...counted,
      `records: ${records} valid (${completed} completed, ${killed} of killed launches); lost ${lost}, doubled ${doubled}, orphans ${orphans}`,
    ].join('\n'),
  );
  expect({ lost, doubled, orphans }).toEqual({ lost: 0, doubled: 0, orphans: 0 });
});

/** One process of a run, from its start or resumption to its end. */
class Session {
  readonly #out: string;
  readonly #before: readonly LaunchRecord[];
  readonly #group: ProcessGroup;
  #end: GroupEnd | null = null;
  #kill: Kill | null = null;
  #children: ReturnType<ProcessGroup['children']> = [];

  constructor(out: string) {
    this.#out = out;
    this.#before = recordsOf(out);
    this.#group = new ProcessGroup([...words, '--out', out, ...(existsSync(out) ? ['--resume'] : [])]);
    void this.#group.ended.then((end) => (this.#end = end));
  }

  /** Whether the process still runs after that time. */
  async survivesUntil(after_ms: number): Promise<boolean> {
    await Promise.race([this.#group.ended, new Promise((resolve) => setTimeout(resolve, after_ms))]);
    return this.#end === null;
  }

  /** False where there was nothing to kill. */
  strike(kill: Kill): boolean {
    this.#children = this.#group.children();
    if (kill === 'SIGKILL to the launch') {
      const [launch] = this.#group.launches();
      if (launch === undefined) return false;
      process.kill(launch.pid, 'SIGKILL');
      return true;
    }
    this.#kill = kill;
    this.#group.signal(kill === 'SIGKILL to the run' ? 'SIGKILL' : 'SIGINT', kill === 'SIGINT to the group' ? 'group' : 'run');
    return true;
  }

  /** Checks what the process left behind; true where the run is complete. */
  async expectKept(): Promise<boolean> {
    const { code, signal, stderr } = await this.#group.ended;
    tally.orphans += (await remaining(this.#group, this.#children)).length;
    const records = recordsOf(this.#out);
    expect(records.slice(0, this.#before.length), 'records of before are as they were').toEqual(this.#before);
    const announced = stderr.split('\n').filter((line) => /^\[\d+\/\d+\] \S+: (completed|failed)/.test(line)).length;
    tally.lost += Math.max(0, announced - (records.length - this.#before.length));
    if (this.#kill === 'SIGKILL to the run') {
      expect(signal ?? code, stderr).toBe('SIGKILL');
      return false;
    }
    // Before the command line listens for signals, SIGINT ends it as it ends any program.
    const interrupted = code === 130 || signal === 'SIGINT';
    if (interrupted) {
      expect(this.#kill, stderr).toMatch(/^SIGINT/);
      // One that an earlier kill left may still be there, where this process did not get as far as that.
      expect(lockOwnerOf(this.#out), 'a lock after Ctrl-C').not.toBe(this.#group.pid);
    } else {
      expect([0, 1], stderr).toContain(code);
    }
    return !interrupted;
  }
}

/** Every line must be a record. */
function recordsOf(out: string): readonly LaunchRecord[] {
  if (!existsSync(join(out, 'records.jsonl'))) return [];
  const { records, warnings, information } = readRun(out);
  expect(warnings.filter(({ code }) => code !== 'RUN_INFORMATION_MISSING')).toEqual([]);
  if (records.length > 0) expect(information).not.toBeNull();
  records.forEach(parseRecord);
  return records;
}

function lockOwnerOf(out: string): number | null {
  const lock = join(out, 'lock');
  return existsSync(lock) ? Number(readFileSync(lock, 'utf8')) : null;
}

function expectWhole(out: string, launchKills: number): void {
  const records = recordsOf(out);
  const found = records.map(({ id, launch }) => `${id} ${launch}`);
  tally.records += records.length;
  tally.completed += records.filter(({ state }) => state === 'completed').length;
  tally.lost += planned.filter((launch) => !found.includes(launch)).length;
  tally.doubled += found.length - new Set(found).size;
  expect(found.filter((launch) => !planned.includes(launch))).toEqual([]);
  const failed = records.filter(({ state }) => state !== 'completed');
  tally.killed += failed.length;
  expect(failed.map((record) => ('error' in record ? record.error.code : null))).toEqual(failed.map(() => 'CHILD_KILLED'));
  expect(failed.length).toBeLessThanOrEqual(launchKills);
  expect(readRun(out).information?.finishedAt).not.toBeNull();
}
