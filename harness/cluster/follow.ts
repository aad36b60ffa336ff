/**
 * An array job, from its submission to its last part.
 *
 * @module
 */
import { setTimeout } from 'node:timers/promises';
import { EnigmarkError } from '../../schemes/errors.ts';
import { missingShards } from './shard-job.ts';

/** What the job runs on. */
export interface Engine {
  /** States of tasks in the queue. */
  taskStates(id: string): Promise<readonly string[]>;
  cancelJob(id: string): Promise<void>;
}

export interface Followed {
  readonly folder: string;
  readonly shards: number;
  readonly jobs: readonly string[];
}

const POLL_MS = 2000;
/** Answers that may fail in a row: a controller that starts again takes a minute. */
const MOST_SILENT = 60;
/** Looks at an empty queue before it is believed: a shared file system shows a new folder late. */
const LAST_LOOKS = 3;

/**
 * Waits until every shard has its part, or no task is left that could make it; tells whenever something changed. Tasks that run on
 * although their shard is there, as after a node was lost, are ended.
 *
 * @returns the shards that are missing.
 * @throws EnigmarkError CLUSTER_UNUSABLE where the engine stays silent; INTERRUPTED by the signal, and the job goes on.
 */
export async function followJobs(
  { folder, shards, jobs }: Followed,
  engine: Engine,
  tell: (words: string) => void,
  signal: AbortSignal,
): Promise<readonly number[]> {
  let told = '';
  let silent = 0;
  let looks = 0;
  for (;;) {
    const missing = missingShards(folder, shards);
    const states = await statesOf(jobs, engine).catch((error: unknown) => {
      silent += 1;
      if (silent > MOST_SILENT) throw error;
      return null;
    });
    if (states !== null) silent = 0;
    const words = `${shards - missing.length} of ${shards} shards done${states === null ? '; no answer' : countedStates(states)}`;
    if (words !== told) tell(words);
    told = words;
    if (missing.length === 0) {
      if (states !== null && states.length > 0) await Promise.allSettled(jobs.map((id) => engine.cancelJob(id)));
      return [];
    }
    looks = states?.length === 0 ? looks + 1 : 0;
    if (looks >= LAST_LOOKS) return missing;
    await setTimeout(POLL_MS, undefined, { signal }).catch(() => {
      throw new EnigmarkError('INTERRUPTED', {
        expected: 'time to follow the job',
        got: 'an interruption',
        remedy: 'the job goes on: follow it with --resume',
      });
    });
  }
}

async function statesOf(jobs: readonly string[], engine: Engine): Promise<readonly string[]> {
  return (await Promise.all(jobs.map((id) => engine.taskStates(id)))).flat();
}

/** `, 2 running, 1 pending` */
function countedStates(states: readonly string[]): string {
  return [...Map.groupBy(states, (state) => state)].map(([state, same]) => `, ${same.length} ${state.toLowerCase()}`).join('');
}
