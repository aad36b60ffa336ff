/**
 * `tfhe:pbs`, `tfhe:threads` and `tfhe:noise`: TFHE's bootstrap alone, its time and its noise, set by set.
 *
 * @module
 */
import type { Argv, CommandModule } from 'yargs';
import { preferredPath } from '../../schemes/tfhe/kernel/kernel.ts';
import { MAXIMUM_BATCH } from '../../schemes/tfhe/kernel/workspace.ts';
import type { TimedCase } from '../../schemes/tfhe/measure/bootstrap-timing.ts';
import { bootstrapVariance, keyswitchVariance, modulusSwitchVariance } from '../../schemes/tfhe/model/noise.ts';
import { parameterSets, type TfheParameters } from '../../schemes/tfhe/parameters.ts';
import { invocation } from './invocation.ts';
import { oneOf, single, valueOption, wholeNumber, type Given } from './usage.ts';

/** Whole inputs of the tables: what each set carries exactly. */
const ENTRIES = { n512: 4, n1024: 8, n2048: 16, n4096: 32, 'insecure-n1024': 16 } as const;
const SET_NAMES = Object.keys(parameterSets) as (keyof typeof parameterSets)[];

interface GivenSets {
  readonly sets?: readonly string[] | undefined;
}

const setsArgument = { type: 'string', array: true, describe: `${SET_NAMES.join(', ')} [default: all but those for tests]` } as const;

export const tfheBootstrapTime: CommandModule<object, GivenSets> = {
  command: 'tfhe:pbs [sets..]',
  describe: "Time TFHE's bootstraps one by one and in batches, on one thread",
  builder: (yargs: Argv): Argv<GivenSets> =>
    yargs
      .usage(`${invocation('tfhe:pbs', '[sets]')}\n\nTimes bootstraps one by one and in batches of 16.`)
      .positional('sets', setsArgument)
      .example(invocation('tfhe:pbs', 'n1024'), 'one set'),
  handler: ({ sets }) =>
    printTimes(
      [1, MAXIMUM_BATCH].map((count) => ({ threads: 1, count })),
      chosenSets(sets),
    ),
};

export const tfheThreads: CommandModule<object, GivenSets> = {
  command: 'tfhe:threads [sets..]',
  describe: "Time TFHE's bootstraps on one thread and on two",
  builder: (yargs: Argv): Argv<GivenSets> =>
    yargs
      .usage(
        `${invocation('tfhe:threads', '[sets]')}\n\nTimes bootstraps one by one and in batches of 16 a thread, on one thread and on two.`,
      )
      .positional('sets', setsArgument)
      .example(invocation('tfhe:threads', 'n2048'), 'one set'),
  handler: ({ sets }) =>
    printTimes(
      [1, 2].flatMap((threads) => [1, threads * MAXIMUM_BATCH].map((count) => ({ threads, count }))),
      chosenSets(sets),
    ),
};

export const noiseOptions = { bootstraps: valueOption('Bootstraps of each set [default: 5120]') };

export const tfheNoise: CommandModule<object, GivenSets & { readonly bootstraps?: Given }> = {
  command: 'tfhe:noise [sets..]',
  describe: "Measure the noise of TFHE's bootstraps, beside the model of it",
  builder: (yargs: Argv): Argv<GivenSets & { readonly bootstraps?: Given }> =>
    yargs
      .usage(`${invocation('tfhe:noise', '[sets] [options]')}\n\nMeasured over modelled variance of every stage, and wrong tables.`)
      .positional('sets', setsArgument)
      .options(noiseOptions)
      .example(invocation('tfhe:noise', 'n1024 --bootstraps 640'), 'one set, a rough answer'),
  async handler({ sets, bootstraps }) {
    const count = wholeNumber('--bootstraps', single('--bootstraps', bootstraps) ?? '5120', 1, 1e9);
    await printNoise(sets === undefined || sets.length === 0 ? Object.values(parameterSets) : chosenSets(sets), count);
  },
};

/** Without names: all but those for tests. @throws EnigmarkError USAGE */
function chosenSets(names: readonly string[] = []): readonly (TfheParameters & { readonly id: keyof typeof parameterSets })[] {
  const wanted = names.map((name) => oneOf('a set', name, SET_NAMES));
  const all = Object.values(parameterSets);
  return wanted.length > 0 ? all.filter(({ id }) => wanted.includes(id)) : all.filter(({ id }) => !id.startsWith('insecure-'));
}

/** A table: median, least and n of every case and set, in milliseconds a bootstrap. */
async function printTimes(cases: readonly TimedCase[], sets: readonly TfheParameters[]): Promise<void> {
  // Loads node-tfhe, which no other command should wait for.
  const { timeBootstraps } = await import('../../schemes/tfhe/measure/bootstrap-timing.ts');
  process.stdout.write(`milliseconds a bootstrap; the kernel's path: ${preferredPath()}\n`);
  process.stdout.write('set     threads  at once  median   least   n\n');
  for (const set of sets) {
    for (const [index, samples_ms] of (await timeBootstraps(set, cases)).entries()) {
      const { threads, count } = cases[index]!;
      samples_ms.sort((a, b) => a - b);
      const [least, median] = [samples_ms[0]!, samples_ms[samples_ms.length >> 1]!].map((time_ms) => time_ms.toFixed(2));
      const cells = [threads, count, median, least, samples_ms.length].map(String);
      process.stdout.write(`${set.id.padEnd(6)}${cells.map((cell, at) => cell.padStart([9, 9, 8, 8, 4][at]!)).join('')}\n`);
    }
  }
}

async function printNoise(sets: ReturnType<typeof chosenSets>, bootstraps: number): Promise<void> {
  const { measureNoise } = await import('../../schemes/tfhe/measure/noise-measurement.ts');
  const path = preferredPath();
  process.stdout.write(`set        bootstraps  keyswitch  modulus switch  bootstrap  wrong   (measured / modelled variance, ${path})\n`);
  for (const set of sets) {
    const batches = Math.ceil(bootstraps / MAXIMUM_BATCH);
    const { keyswitch, modulusSwitch, bootstrap, wrong } = await measureNoise(set, { batches, entries: ENTRIES[set.id], path });
    const ratios = [
      keyswitch.variance / keyswitchVariance(set),
      modulusSwitch.variance / modulusSwitchVariance(set),
      bootstrap.variance / bootstrapVariance(set),
    ].map((ratio) => ratio.toFixed(3));
    process.stdout.write(
      `${set.id.padEnd(14)} ${String(keyswitch.count).padStart(6)}  ${ratios[0]!.padStart(9)}  ${ratios[1]!.padStart(14)}  ${ratios[2]!.padStart(9)}  ${String(wrong).padStart(5)}\n`,
    );
  }
}
