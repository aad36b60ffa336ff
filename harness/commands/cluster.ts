/**
 * `cluster`: a run over the nodes of a cluster, merged at its end.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Argv, CommandModule } from 'yargs';
import { z } from 'zod';
import { EnigmarkError } from '../../schemes/errors.ts';
import { followJobs } from '../cluster/follow.ts';
import { leftAttempts, missingShards, partFolder, slurmScript } from '../cluster/shard-job.ts';
import { cancelJob, submitJob, taskStates } from '../cluster/slurm.ts';
import { comparisonGroup } from '../record/comparison-group.ts';
import { makeFolders } from '../record/make-folders.ts';
import { printable } from '../record/printable.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { benchOptions, parseBenchOptions, type GivenBenchOptions } from './bench-options.ts';
import { interruptible } from './interruption.ts';
import { invocation } from './invocation.ts';
import { mergeFolders } from './merge.ts';
import { selectedCases } from './selected-cases.ts';
import { oneOf, single, usageError, valueOption, wholeNumber, type Given } from './usage.ts';

const MOST_NODES = 1000;
const PLAN_FILE = 'cluster.json';
const START = fileURLToPath(new URL('../start.js', import.meta.url));

/** Options of `bench` that mean nothing here. Help leaves them out; who gives one is told why. */
const REFUSED = ['json', 'dry-run', 'shard', 'tables'] as const;

export const clusterOptions = {
  ...benchOptions,
  ...Object.fromEntries(REFUSED.map((option) => [option, { ...benchOptions[option], hidden: true }])),
  out: valueOption('Folder of the run, which all nodes see under the same path'),
  engine: valueOption('What runs the job: slurm [default: slurm]'),
  nodes: valueOption('Nodes to share the cases out to; at most one for each network and layout'),
  mixed: { boolean: true, describe: 'Also on unlike processors: run.json names them all' },
} as const;
/** Not for `bench`: what this command does itself. */
const OWN: ReadonlySet<string> = new Set(['engine', 'nodes', 'out']);
const OWN_FLAGS: ReadonlySet<string> = new Set(['mixed', 'resume']);

type GivenClusterOptions = GivenBenchOptions & { readonly engine?: Given; readonly nodes?: Given; readonly mixed?: boolean | undefined };

export const cluster: CommandModule<object, GivenClusterOptions> = {
  command: 'cluster',
  describe: 'Measure on the nodes of a cluster, and merge what they found',
  builder: (yargs: Argv): Argv<GivenClusterOptions> =>
    yargs
      .usage(
        `${invocation('cluster', '--engine slurm --nodes 4 --out FOLDER [options of bench]')}\n\nWrites and submits an array job with a shard for each node, follows it, and merges the shards. The folder must be on a file system that all nodes share.`,
      )
      .options(clusterOptions)
      .example(invocation('cluster', '--nodes 4 --profile full --out results/cluster'), 'four nodes')
      .example(invocation('cluster', '--nodes 4 --profile full --out results/cluster --resume'), 'follows it again, or repeats what failed')
      .epilogue('Exit code 1 where a shard is missing at the end: --resume submits it again.'),
  async handler(given) {
    process.exitCode = await runCluster(given, wordsForBench(process.argv.slice(3)));
  },
};

const planSchema = z.strictObject({ shards: z.int().min(1), options: z.array(z.string()), jobs: z.array(z.string()) });
type ClusterPlan = z.infer<typeof planSchema>;

/** Returns the exit code. */
async function runCluster(given: GivenClusterOptions, words: readonly string[]): Promise<number> {
  for (const option of REFUSED) {
    if (given[option] !== undefined)
      throw usageError('options of a run', `--${option}`, 'a cluster shares the cases out by itself and prints no tables');
  }
  oneOf('--engine', single('--engine', given.engine) ?? 'slurm', ['slurm']);
  const out = single('--out', given.out);
  if (out === null) throw usageError('--out with a folder that all nodes share', 'none', 'see --help');
  const nodes = wholeNumber('--nodes', single('--nodes', given.nodes) ?? '', 1, MOST_NODES);
  using interruption = interruptible();
  const { signal } = interruption;
  const folder = resolve(out);
  const parts = join(folder, 'parts');
  const { resume: resumed = false, ...rest } = given;
  const plan = resumed ? readPlan(folder, words) : await newPlan(rest, nodes, words, folder, signal);
  const alive = (await Promise.all(plan.jobs.map(taskStates))).flat().length;
  const missing = missingShards(parts, plan.shards);
  const jobs = alive > 0 || missing.length === 0 ? plan.jobs : [...plan.jobs, await submit(parts, plan, missing)];
  writePlan(folder, { ...plan, jobs });
  tell(`${plan.shards} shards, job ${jobs.at(-1) ?? '-'}; parts and logs in ${parts}`);
  const absent = await followJobs({ folder: parts, shards: plan.shards, jobs }, { taskStates, cancelJob }, tell, signal);
  for (const name of leftAttempts(parts)) tell(`${name} was not taken: it broke off, or another attempt was first`);
  if (absent.length > 0) {
    tell(`no part of shard ${absent.join(', ')}: see its log; --resume submits it again`);
    return EXIT.caseFailed;
  }
  const folders = Array.from({ length: plan.shards }, (_, at) => partFolder(parts, at + 1));
  return mergeFolders(folders, folder, given.mixed ?? false);
}

async function submit(parts: string, { shards, options }: ClusterPlan, missing: readonly number[]): Promise<string> {
  makeFolders(parts);
  const script = join(parts, 'job.sh');
  const program = [process.execPath, START];
  writeFileSync(script, slurmScript({ folder: parts, shards, missing, workingFolder: process.cwd(), program, options }));
  return submitJob(script);
}

/** A shard for each node, but none without cases. */
async function newPlan(
  given: GivenBenchOptions,
  nodes: number,
  words: readonly string[],
  folder: string,
  signal: AbortSignal,
): Promise<ClusterPlan> {
  if (existsSync(join(folder, PLAN_FILE)))
    throw usageError('a folder without a run of a cluster for --out', folder, 'add --resume to go on with it');
  const { cases } = await selectedCases(parseBenchOptions(given), signal);
  const groups = new Set(cases.map(comparisonGroup)).size;
  return { shards: Math.min(nodes, groups), options: [...words], jobs: [] };
}

function readPlan(folder: string, words: readonly string[]): ClusterPlan {
  const path = join(folder, PLAN_FILE);
  if (!existsSync(path)) throw usageError('the folder of a run of a cluster beside --resume', folder, 'begin it without --resume');
  const plan = parsePlan(readFileSync(path, 'utf8'));
  if (plan === null) throw usageError(`a whole ${PLAN_FILE}`, 'a damaged one', 'begin again in another folder');
  if (plan.options.join(' ') === words.join(' ')) return plan;
  throw new EnigmarkError('RUN_MISMATCH', {
    expected: `the options that the run began with: ${plan.options.join(' ')}`,
    got: words.join(' '),
    remedy: 'repeat them, or begin a new run',
  });
}

/** null: it is damaged. */
function parsePlan(text: string): ClusterPlan | null {
  try {
    return planSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function writePlan(folder: string, plan: ClusterPlan): void {
  makeFolders(folder);
  writeFileSync(join(folder, PLAN_FILE), `${JSON.stringify(plan, null, 1)}\n`);
}

/** The command line without what is not for `bench`. */
export function wordsForBench(words: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const [, name, joined] = /^--([\w-]+)(=.*)?$/s.exec(words[at]!) ?? [];
    if (name !== undefined && OWN_FLAGS.has(name)) continue;
    if (name !== undefined && OWN.has(name)) at += joined === undefined ? 1 : 0;
    else kept.push(words[at]!);
  }
  return kept;
}

function tell(words: string): void {
  process.stderr.write(`${printable(words)}\n`);
}
