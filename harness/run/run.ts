/**
 * The launches of one run, one after the other.
 *
 * @module
 */
import type { CaseFacts, LaunchMessage, LaunchRequest } from '../launch/messages.ts';
import type { Launch } from './matrix.ts';
import { attemptOf } from '../record/attempts.ts';
import { pick } from '../record/pick.ts';
import type { LaunchRecord } from '../record/record.ts';
import { ENCRYPTION } from '../record/requirement.ts';
import { runLaunch, type Outcome } from './runner.ts';
import { SCHEMA_VERSION } from '../record/schema-version.ts';
import { RUN_FILE } from '../record/read-run.ts';

/** Launches that ended so have no result, and may have one when they are run again. */
export const RETRIED = ['failed', 'timeout'] as const;
export type Retried = (typeof RETRIED)[number];

/** What every launch of a run is asked alike. */
const FOR_EVERY_LAUNCH = [
  'networks',
  'planning',
  'bootstrap',
  'trainings',
  'trainingFolder',
  'connection',
  'seed',
  'dataFolder',
  'cut',
  'keyCache',
  'planCache',
  'budget_ns',
  'stopping',
  'warmup',
  'longestCase_ns',
  'planOnly',
] as const satisfies readonly (keyof LaunchRequest)[];

export interface RunPlan extends Pick<LaunchRequest, (typeof FOR_EVERY_LAUNCH)[number]> {
  readonly launches: readonly Launch[];
  readonly longestPlanning_ns: number;
  readonly timeout_ns: number;
  /** States of recorded launches that are run again. */
  readonly retry: readonly Retried[];
}

/** Who hears how far a run is: a terminal, or whoever else runs launches. */
export interface RunProgress {
  /** A launch that will not run. */
  skip(): void;
  begin(launch: Launch): void;
  stage(message: StageMessage): void;
  end(outcome: Outcome): void;
  /** A notice of a launch; each is told once. */
  line(text: string): void;
}

export type StageMessage = Extract<LaunchMessage, { kind: 'progress' }>;

/**
 * Runs what `recorded` does not hold yet, until the signal aborts. A case that was refused, left out or ran out of time has
 * no further launches: they would end the same way.
 */
export async function runLaunches(
  plan: RunPlan,
  recorded: readonly LaunchRecord[],
  progress: RunProgress,
  signal: AbortSignal,
  onOutcome: (launch: Launch, outcome: Exclude<Outcome, { kind: 'interrupted' }>) => void,
): Promise<void> {
  const repeated: readonly string[] = plan.retry;
  const kept = recorded.filter(({ state }) => !repeated.includes(state));
  const done = new Set(kept.map(({ id, launch }) => `${id} ${launch}`));
  const settled = new Set(kept.filter(isSettled).map(({ id }) => id));
  const attempts = new Map(recorded.map((record) => [`${record.id} ${record.launch}`, attemptOf(record)]));
  const said = new Set<string>();
  const onNotice = (text: string): void => {
    if (!said.has(text)) progress.line(text);
    said.add(text);
  };
  for (const launch of plan.launches) {
    if (settled.has(launch.case.id) || done.has(`${launch.case.id} ${launch.number}`)) {
      progress.skip();
      continue;
    }
    progress.begin(launch);
    const onProgress: RunProgress['stage'] = (stage) => progress.stage(stage);
    const attempt = (attempts.get(`${launch.case.id} ${launch.number}`) ?? 0) + 1;
    const { longestPlanning_ns, timeout_ns } = plan;
    const options = { longestPlanning_ns, timeout_ns, signal, onProgress, onNotice };
    const outcome = await runLaunch(requestOf(launch, plan, attempt), options);
    // What is announced is on the disk: a kill between the two must not make the announcement false.
    if (outcome.kind !== 'interrupted') onOutcome(launch, outcome);
    progress.end(outcome);
    if (outcome.kind === 'interrupted') return;
    if (outcome.kind === 'leftOut' || (outcome.kind === 'record' && isSettled(outcome.record))) settled.add(launch.case.id);
  }
}

function isSettled({ state }: LaunchRecord): boolean {
  return state === 'unsupported' || state === 'timeout';
}

function requestOf({ case: one, number, order }: Launch, plan: RunPlan, attempt: number): LaunchRequest {
  const { scheme, adapter, replaces } = one.selected;
  const { id, workload, group, layout, kernels, threads, parameters, help, updates } = one;
  const facts: CaseFacts = {
    schemaVersion: SCHEMA_VERSION,
    id,
    launch: number,
    order,
    ...(attempt > 1 ? { attempt } : {}),
    scheme: scheme.id,
    ...(replaces ? { replaced: true } : {}),
    schemeName: scheme.scheme,
    family: scheme.family,
    arithmetic: scheme.arithmetic,
    library: { name: scheme.library.name, version: scheme.library.version },
    workload,
    group,
    layout,
    kernels,
    threads,
    ...(help === undefined ? {} : { help }),
    ...(updates === undefined ? {} : { updates }),
    encryption: ENCRYPTION,
    environment: RUN_FILE,
    startedAt: new Date().toISOString(),
  };
  return { facts, adapter, parameters, ...pick(plan, FOR_EVERY_LAUNCH) };
}
