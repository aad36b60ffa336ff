/**
 * A run as an array job: every task measures one shard into a folder of its own, which takes its place when it is whole. A task that
 * the cluster runs twice, because it took its node for dead, leaves one part all the same.
 *
 * @module
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface ShardJob {
  /** Absolute; parts and logs of tasks go into it. */
  readonly folder: string;
  readonly shards: number;
  /** Those to run, from 1. */
  readonly missing: readonly number[];
  /** Absolute: where relative paths of the options begin. */
  readonly workingFolder: string;
  /** The program and its first words: `node`, `start.js`. */
  readonly program: readonly string[];
  /** Options of `bench`, without `--out` and `--shard`. */
  readonly options: readonly string[];
}

/** Folder of a finished shard. */
export function partFolder(folder: string, shard: number): string {
  return join(folder, `shard-${shard}`);
}

/** Shards without a finished part, from 1. */
export function missingShards(folder: string, shards: number): readonly number[] {
  return Array.from({ length: shards }, (_, at) => at + 1).filter((shard) => !existsSync(partFolder(folder, shard)));
}

/** Attempts that were not taken: they broke off, or another one was first. */
export function leftAttempts(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^shard-\d+\.attempt-/.test(name))
        .sort()
    : [];
}

/** For `sbatch`: a node for each task alone, started again where its node fails. */
export function slurmScript({ folder, shards, missing, workingFolder, program, options }: ShardJob): string {
  const command = [...program, 'bench', ...options].map(quoted).join(' ');
  return `#!/bin/bash
#SBATCH --job-name=enigmark
#SBATCH --array=${missing.join(',')}
#SBATCH --nodes=1 --ntasks=1 --exclusive
#SBATCH --requeue --open-mode=append
#SBATCH --output=${quotedForSlurm(join(folder.replaceAll('%', '%%'), 'shard-%a.log'))}
#SBATCH --chdir=${quotedForSlurm(workingFolder)}
part=${quoted(folder)}/shard-$SLURM_ARRAY_TASK_ID
attempt=$part.attempt-$SLURM_JOB_ID-\${SLURM_RESTART_COUNT:-0}
if [ -e "$part" ]; then exit 0; fi
${command} --shard "$SLURM_ARRAY_TASK_ID/${shards}" --out "$attempt"
code=$?
# 0 and 1: it ran to its end, and what failed has its records. The first attempt that is whole is taken.
if [ "$code" -gt 1 ]; then exit "$code"; fi
mv -n -T "$attempt" "$part"
`;
}

/** A value in a line for `sbatch`, which ends it at a space and takes `#` for a comment. */
function quotedForSlurm(value: string): string {
  return /[\s#'"\\]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

/** One word of a shell, whatever it holds. */
export function quoted(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
