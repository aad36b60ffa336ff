/**
 * Shards of one run, put together again: the same cases as in one run, each from the machine that measured it.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { attemptOf, launchKey } from '../record/attempts.ts';
import { comparisonGroup } from '../record/comparison-group.ts';
import type { StoredRun } from '../record/read-run.ts';
import type { LaunchRecord } from '../record/record.ts';
import type { RunInformation } from '../record/run-information.ts';

export interface RunPart {
  /** Of its folder, to name it by. */
  readonly name: string;
  readonly stored: StoredRun;
}

export interface MergedRun {
  readonly information: RunInformation;
  readonly records: readonly LaunchRecord[];
  /** What is not as in one run, and was let through: one line each. */
  readonly remarks: readonly string[];
}

interface KnownPart extends RunPart {
  readonly information: RunInformation;
}

/**
 * `mixed`: also of unlike processors, or with a comparison group in two parts; run.json then names all processors.
 *
 * @throws EnigmarkError MERGE_REFUSED naming what does not fit: other code, versions, contents or options, another processor, a comparison
 * group or a launch in two parts, a part without run.json.
 */
export function mergeRuns(parts: readonly RunPart[], mixed: boolean): MergedRun {
  const known = parts.map(withInformation);
  const [first, ...others] = known;
  if (first === undefined) throw refusal('at least one run to merge', 'none', 'name the folders of its shards');
  for (const other of others) expectSame(first, other);
  const remarks = [...expectOneMachine(known, mixed), ...expectWholeGroups(known, mixed), ...missingShards(known)];
  expectNoLaunchTwice(known);
  return { information: mergedInformation(known), records: inOneOrder(known), remarks };
}

function withInformation({ name, stored }: RunPart): KnownPart {
  const { information } = stored;
  if (information !== null) return { name, stored, information };
  throw refusal('a run.json in every part', `none in ${name} that can be read`, 'restore it, or leave that part out');
}

function refusal(expected: string, got: string, remedy: string): EnigmarkError {
  return new EnigmarkError('MERGE_REFUSED', { expected, got, remedy });
}

/** Records of one run are made by one code, of one thing, in one way. */
function expectSame(first: KnownPart, other: KnownPart): void {
  const [was, is] = [factsOf(first.information), factsOf(other.information)];
  const fact = [...was.keys(), ...is.keys()].find((key) => was.has(key) && is.has(key) && was.get(key) !== is.get(key));
  if (fact === undefined) return;
  throw refusal(`the same ${fact} in ${first.name} and ${other.name}`, `${was.get(fact)!} and ${is.get(fact)!}`, 'repeat one of them');
}

/** Libraries and contents are those of a shard's own cases: what only one part has is no difference. */
function factsOf({ enigmark, versions, seed, profile, sampling, contents }: RunInformation): ReadonlyMap<string, string> {
  return new Map([
    ['version of Enigmark', enigmark.version],
    ['commit', enigmark.commit ?? 'none'],
    ['lockfile', enigmark.lockfile_sha256 ?? 'none'],
    ['Node', versions.node],
    ...Object.entries(versions.libraries).map(([name, version]) => [`version of ${name}`, version ?? 'none'] as const),
    ['profile', profile],
    ['sampling', JSON.stringify(sampling)],
    ['seed', String(seed)],
    ...Object.entries(contents ?? {}),
  ]);
}

function processorOf({ processor: { model, cores } }: RunInformation): string {
  return `${model ?? 'unknown processor'}, ${cores} cores`;
}

function expectOneMachine(parts: readonly KnownPart[], mixed: boolean): readonly string[] {
  const byProcessor = Map.groupBy(parts, ({ information }) => processorOf(information));
  if (byProcessor.size === 1) return [];
  const words = [...byProcessor].map(([processor, same]) => `${processor} (${same.map(({ name }) => name).join(', ')})`).join('; ');
  if (mixed) return [`unlike processors: ${words}. Times of different groups do not compare`];
  throw refusal('one kind of processor', words, 'merge like with like, or add --mixed: run.json then names them all');
}

function expectWholeGroups(parts: readonly KnownPart[], mixed: boolean): readonly string[] {
  const partsOf = new Map<string, Set<string>>();
  for (const { name, stored } of parts) {
    for (const record of stored.records) {
      const group = comparisonGroup(record);
      partsOf.set(group, (partsOf.get(group) ?? new Set()).add(name));
    }
  }
  const split = [...partsOf].filter(([, names]) => names.size > 1).map(([group, names]) => `${group} in ${[...names].join(' and ')}`);
  if (split.length === 0) return [];
  if (mixed) return [`comparison groups that met several machines: ${split.join('; ')}`];
  throw refusal('each comparison group in one part', split.join('; '), 'make the parts with --shard, or add --mixed');
}

/** Parts that belong to the run by their `--shard i/n` and are not here. */
function missingShards(parts: readonly KnownPart[]): readonly string[] {
  const shards = parts.flatMap(({ information }) => shardOf(information.arguments) ?? []);
  const of = Math.max(0, ...shards.map((shard) => shard.of));
  const missing = Array.from({ length: of }, (_, at) => at + 1).filter((index) => !shards.some((shard) => shard.index === index));
  return missing.length === 0 ? [] : [`missing: ${missing.map((index) => `shard ${index}/${of}`).join(', ')}`];
}

function shardOf(words: readonly string[]): { readonly index: number; readonly of: number } | null {
  const [, index, of] = /(?:^| )--shard[= ](\d+)\/(\d+)(?: |$)/.exec(words.join(' ')) ?? [];
  return index === undefined ? null : { index: Number(index), of: Number(of) };
}

function expectNoLaunchTwice(parts: readonly KnownPart[]): void {
  const partOf = new Map<string, string>();
  for (const { name, stored } of parts) {
    for (const record of stored.records) {
      const key = `${launchKey(record)} ${attemptOf(record)}`;
      const other = partOf.get(key);
      if (other !== undefined) {
        throw refusal('each launch once', `launch ${record.launch} of ${record.id} in ${other} and in ${name}`, 'leave one of them out');
      }
      partOf.set(key, name);
    }
  }
}

/** One part after the other, positions counted through. */
function inOneOrder(parts: readonly KnownPart[]): readonly LaunchRecord[] {
  return parts
    .flatMap(({ stored }) => stored.records.toSorted((left, right) => left.order - right.order))
    .map((record, order) => ({ ...record, order }));
}

function mergedInformation(parts: readonly KnownPart[]): RunInformation {
  const all = parts.map(({ information }) => information);
  const first = all[0]!;
  const ends = all.map(({ finishedAt }) => finishedAt);
  const dirty = all.map(({ enigmark }) => enigmark.dirty);
  const contents = Object.assign({}, ...all.map((one) => one.contents ?? {})) as NonNullable<RunInformation['contents']>;
  return {
    ...first,
    enigmark: { ...first.enigmark, dirty: dirty.includes(true) ? true : dirty.includes(null) ? null : false },
    versions: {
      ...first.versions,
      libraries: Object.assign({}, ...all.map(({ versions }) => versions.libraries)) as Record<string, string | null>,
    },
    processor: {
      ...first.processor,
      model: [...new Set(all.map(({ processor }) => processor.model ?? 'unknown processor'))].join(' and '),
      cores: Math.min(...all.map(({ processor }) => processor.cores)),
    },
    memory_bytes: Math.min(...all.map(({ memory_bytes }) => memory_bytes)),
    load: {
      before: highest(all.map(({ load }) => load.before)),
      after: all.some(({ load }) => load.after === null) ? null : highest(all.map(({ load }) => load.after!)),
    },
    calibration: {
      before_ns: all.flatMap(({ calibration }) => calibration.before_ns),
      after_ns: all.some(({ calibration }) => calibration.after_ns === null)
        ? null
        : all.flatMap(({ calibration }) => calibration.after_ns!),
    },
    arguments: withoutShard(first.arguments),
    ...(all.every((one) => one.contents === undefined) ? {} : { contents }),
    startedAt: all.map(({ startedAt }) => startedAt).sort()[0]!,
    finishedAt: ends.includes(null)
      ? null
      : ends
          .map((end) => end!)
          .sort()
          .at(-1)!,
    cases: {
      planned: all.reduce((sum, { cases }) => sum + cases.planned, 0),
      leftOut: [...new Map(all.flatMap(({ cases }) => cases.leftOut.map((one) => [`${one.id} ${one.reason}`, one] as const))).values()],
    },
  };
}

type Load = RunInformation['load']['before'];

function highest(loads: readonly Load[]): Load {
  const at = (index: 0 | 1 | 2): number => Math.max(...loads.map((load) => load[index]));
  return [at(0), at(1), at(2)];
}

/** The command line of the whole. */
function withoutShard(words: readonly string[]): string[] {
  return words.filter((word, at) => !/^--shard(=|$)/.test(word) && words[at - 1] !== '--shard');
}
