/**
 * What is asked of Slurm: to take a job, and how its tasks are.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { EnigmarkError } from '../../schemes/errors.ts';

const run = promisify(execFile);
const LONGEST_ANSWER_MS = 60_000;

/** Returns the id of the job. @throws EnigmarkError CLUSTER_UNUSABLE */
export async function submitJob(script: string): Promise<string> {
  const words = (await ask('sbatch', ['--parsable', script])).trim();
  // With a federation the cluster's name follows.
  const [id] = words.split(';');
  if (id !== undefined && /^\d+$/.test(id)) return id;
  throw unusable('sbatch', `'${words.slice(0, 200)}' in place of a job's id`);
}

/** States of the tasks that are still in the queue, such as RUNNING; none: all are over. @throws EnigmarkError CLUSTER_UNUSABLE */
export async function taskStates(id: string): Promise<readonly string[]> {
  try {
    const lines = await ask('squeue', ['--noheader', '--array', '--format=%T', `--jobs=${id}`]);
    return lines.split('\n').filter((line) => line !== '');
  } catch (error) {
    // A job that is over is forgotten after a while.
    if (error instanceof EnigmarkError && error.got.includes('Invalid job id')) return [];
    throw error;
  }
}

/** Tasks that are over stay so. @throws EnigmarkError CLUSTER_UNUSABLE */
export async function cancelJob(id: string): Promise<void> {
  await ask('scancel', ['--quiet', id]);
}

async function ask(program: string, words: readonly string[]): Promise<string> {
  try {
    return (await run(program, words, { timeout: LONGEST_ANSWER_MS })).stdout;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    throw unusable(program, said === '' ? (error instanceof Error ? error.message : String(error)) : said, error);
  }
}

function unusable(program: string, got: string, cause?: unknown): EnigmarkError {
  return new EnigmarkError('CLUSTER_UNUSABLE', {
    expected: `an answer of ${program}`,
    got,
    remedy: 'check that Slurm works here: sinfo, squeue',
    cause,
  });
}
