/** @module */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { followJobs, type Engine } from './follow.ts';
import { leftAttempts, missingShards, quoted, slurmScript } from './shard-job.ts';

const root = mkdtempSync(join(tmpdir(), "enigmark shards' "));
afterAll(() => rmSync(root, { recursive: true }));

/** A folder for parts, and a job whose measuring is a shell command: `$@` are the words of bench. */
function jobOf(name: string, measuring: string): { readonly folder: string; readonly script: string } {
  const folder = join(root, name);
  mkdirSync(folder);
  const program = join(root, `${name}.sh`);
  writeFileSync(program, `while [ "$1" != --out ]; do shift; done\nout=$2\n${measuring}\n`);
  const script = join(root, `${name}.job`);
  const job = { folder, shards: 2, missing: [1, 2], workingFolder: root, program: ['bash', program], options: ['--workload', "a'b"] };
  writeFileSync(script, slurmScript(job));
  return { folder, script };
}

/** As Slurm would start the task. */
function runTask(script: string, shard: number, restart: number): Promise<number> {
  const env = { ...process.env, SLURM_ARRAY_TASK_ID: String(shard), SLURM_JOB_ID: '7', SLURM_RESTART_COUNT: String(restart) };
  return new Promise((resolve) => execFile('bash', [script], { env }, (error) => resolve(error === null ? 0 : Number(error.code))));
}

describe('the script of a task', () => {
  it('takes one attempt of a shard that runs twice at a time, and keeps the other beside it', async () => {
    const { folder, script } = jobOf('twice', 'mkdir -p "$out"; echo "$out" > "$out/records.jsonl"; sleep 0.5');
    await Promise.all([runTask(script, 1, 0), runTask(script, 1, 1)]);
    expect(readdirSync(join(folder, 'shard-1'))).toEqual(['records.jsonl']);
    expect(missingShards(folder, 2)).toEqual([2]);
    expect(leftAttempts(folder)).toHaveLength(1);
  });

  it('does nothing where the part is there', async () => {
    const { folder, script } = jobOf('done', 'echo again >> "$(dirname "$out")/log"; mkdir -p "$out"');
    await runTask(script, 1, 0);
    expect(await runTask(script, 1, 1)).toBe(0);
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe('again\n');
  });

  it.each([
    [0, 0, []],
    [1, 0, []],
    [4, 4, [1]],
    [137, 137, [1]],
  ])('of a bench that ends with %i ends with %i', async (code, ends, missing) => {
    const { folder, script } = jobOf(`code ${code}`, `mkdir -p "$out"; exit ${code}`);
    expect(await runTask(script, 1, 0)).toBe(ends);
    expect(missingShards(folder, 1)).toEqual(missing);
  });
});

it('names folders for Slurm as one word, whatever they hold', () => {
  const job = { shards: 1, missing: [1], workingFolder: '/my work', program: ['node'], options: [] };
  const lines = slurmScript({ ...job, folder: '/5% of "all" #1' }).split('\n');
  expect(lines).toContain('#SBATCH --output="/5%% of \\"all\\" #1/shard-%a.log"');
  expect(lines).toContain('#SBATCH --chdir="/my work"');
});

describe('following a job', () => {
  const never = new AbortController().signal;

  it('ends what still runs when all parts are there', async () => {
    const folder = join(root, 'followed');
    mkdirSync(join(folder, 'shard-1'), { recursive: true });
    const cancelled: string[] = [];
    const engine: Engine = { taskStates: async () => ['RUNNING'], cancelJob: async (id) => void cancelled.push(id) };
    const told: string[] = [];
    expect(await followJobs({ folder, shards: 1, jobs: ['7'] }, engine, (words) => told.push(words), never)).toEqual([]);
    expect({ cancelled, told }).toEqual({ cancelled: ['7'], told: ['1 of 1 shards done, 1 running'] });
  });

  it('is over where nothing runs and parts are missing', async () => {
    const engine: Engine = { taskStates: async () => [], cancelJob: async () => undefined };
    expect(await followJobs({ folder: join(root, 'nothing'), shards: 2, jobs: ['7'] }, engine, () => undefined, never)).toEqual([1, 2]);
  });
});

it('a word of a shell is one word, whatever it holds', () => {
  expect(quoted('--out=a/b')).toBe('--out=a/b');
  expect(quoted("it's; rm -rf $HOME")).toBe(`'it'\\''s; rm -rf $HOME'`);
});
