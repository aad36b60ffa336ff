/**
 * What a recorded command line asked for, in a form that can be compared: which cases, and how they are measured.
 *
 * @module
 */
import { basename } from 'node:path';

/** Options that steer a run without changing its cases or its figures. Profile and seed stand in run.json by themselves. */
const IGNORED: ReadonlySet<string> = new Set([
  'out',
  'resume',
  'retry',
  'json',
  'dry-run',
  'timeout',
  'longest',
  'profile',
  'seed',
  'plan-cache',
]);
/** Given as paths, and recorded without the folders of absolute ones. */
const PATHS: ReadonlySet<string> = new Set(['adapter', 'data', 'key-cache', 'network']);
/** Given without a value. */
const FLAGS: ReadonlySet<string> = new Set(['replace']);
/** Every option that matters, with what it is when it is not given. */
const DEFAULTS: Readonly<Record<string, string>> = {
  ...{ scheme: 'all', workload: 'all', parameters: 'the smallest that fits', layout: 'all', threads: '1', kernels: "the profile's" },
  ...{
    activation: 'server',
    refresh: 'never; of trainings auto',
    bootstrap: 'never',
    updates: 'as planned',
    link: 'usual',
    runs: "the profile's",
    warmup: "the profile's",
    budget: "the profile's",
    shard: '1/1',
    sweep: 'none',
    adapter: 'none',
    network: 'none',
    bits: 'usual',
    margin: 'usual',
    degree: 'usual',
    data: 'none',
  },
  ...{ 'key-cache': 'none', replace: 'no' },
};

/**
 * `--name` to value, in a stable order; lists are sorted, whether given by commas or by repetition. The words are those of a
 * command line that was accepted: `bench --name value --name=value --flag`.
 */
export function requestedOptions(words: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, Set<string>>();
  words.forEach((word, at) => {
    const [, name, joined] = /^--([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined || IGNORED.has(name)) return;
    const value = FLAGS.has(name) ? 'yes' : (joined ?? words[at + 1] ?? '');
    const values = given.get(name) ?? new Set<string>();
    if (PATHS.has(name)) values.add(basename(value));
    else for (const one of value.split(',')) values.add(one.trim());
    given.set(name, values);
  });
  const names = new Set([...Object.keys(DEFAULTS), ...given.keys()]);
  return new Map(
    [...names].map((name) => [`--${name}`, given.has(name) ? [...given.get(name)!].sort().join(',') : (DEFAULTS[name] ?? 'none')]),
  );
}
