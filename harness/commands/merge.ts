/**
 * `merge`: shards of one run to one run folder.
 *
 * @module
 */
import { basename, resolve } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { mergeRuns } from '../cluster/merge-runs.ts';
import { isDamaged, readRun } from '../record/read-run.ts';
import { openRun } from '../run/run-folder.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { invocation } from './invocation.ts';
import { single, usageError, valueOption, type Given } from './usage.ts';
import { warn, warnOfDamage } from '../terminal/warn.ts';

interface GivenMergeOptions {
  readonly runs?: readonly string[] | undefined;
  readonly out?: Given;
  readonly mixed?: boolean | undefined;
}

export const mergeOptions = {
  out: valueOption('Folder of the merged run, without a run in it'),
  mixed: { boolean: true, describe: 'Also of unlike processors: run.json names them all' },
} as const;

export const merge: CommandModule<object, GivenMergeOptions> = {
  command: 'merge <runs..>',
  describe: 'Put shards of one run together',
  builder: (yargs: Argv): Argv<GivenMergeOptions> =>
    yargs
      .usage(`${invocation('merge', 'FOLDERS --out FOLDER')}\n\nPuts the shards of one run (--shard 1/4 and so on) together.`)
      .positional('runs', { type: 'string', array: true, describe: 'Folders of the shards' })
      .options(mergeOptions)
      .example(invocation('merge', 'shard-1 shard-2 --out results/whole'), 'two shards')
      .epilogue('Exit code 1 where a shard is missing, a record is damaged or machines are mixed; what could be merged is.'),
  handler({ runs = [], out, mixed = false }) {
    const folder = single('--out', out);
    if (folder === null) throw usageError('--out with the folder of the merged run', 'none', 'see --help');
    process.exitCode = mergeFolders(runs, resolve(folder), mixed);
  },
};

/** Returns the exit code. */
export function mergeFolders(runs: readonly string[], out: string, mixed: boolean): number {
  const parts = runs.map((run) => ({ name: basename(resolve(run)), stored: readRun(run) }));
  for (const { name, stored } of parts) {
    warnOfDamage(name, stored.warnings);
  }
  const { information, records, remarks } = mergeRuns(parts, mixed);
  for (const remark of remarks) warn(remark);
  using opened = openRun(out, false);
  opened.store.writeInformation(information);
  for (const record of records) opened.store.append(record);
  process.stdout.write(`${out}: ${counted(records.length, 'launch', 'launches')} of ${counted(parts.length, 'part', 'parts')}\n`);
  return remarks.length > 0 || parts.some(({ stored }) => isDamaged(stored)) ? EXIT.caseFailed : EXIT.fine;
}

function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
