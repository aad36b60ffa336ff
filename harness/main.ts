/**
 * The command line. Runs when imported; ends with the exit codes of `exit-code.ts`.
 *
 * @module
 */
import yargs, { type Argv } from 'yargs';
import { EnigmarkError } from '../schemes/errors.ts';
import { didYouMean, nearestNames } from '../schemes/nearest-names.ts';
import { benchOptions } from './commands/bench-options.ts';
import { bench } from './commands/bench.ts';
import { cluster, clusterOptions } from './commands/cluster.ts';
import { compare, compareOptions } from './commands/compare.ts';
import { doctor } from './commands/doctor.ts';
import { evaluation, evaluationOptions } from './commands/evaluation.ts';
import { invocation, PROGRAM } from './commands/invocation.ts';
import { list } from './commands/list.ts';
import { newScheme } from './commands/new-scheme.ts';
import { merge, mergeOptions } from './commands/merge.ts';
import { report, reportOptions } from './commands/report.ts';
import { noiseOptions, tfheBootstrapTime, tfheNoise, tfheThreads } from './commands/tfhe-bootstraps.ts';
import { pairedOptions, tfhePaired } from './commands/tfhe-paired.ts';
import { usageError } from './commands/usage.ts';
import { verify, verifyOptions } from './commands/verify.ts';
import { EXIT } from './terminal/exit-code.ts';
import { explain } from './terminal/explain.ts';

/** Options by command, to suggest what was meant. */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  bench: [...Object.keys(benchOptions), 'help'],
  report: [...Object.keys(reportOptions), 'help'],
  compare: [...Object.keys(compareOptions), 'help'],
  cluster: [...Object.keys(clusterOptions), 'help'],
  merge: [...Object.keys(mergeOptions), 'help'],
  list: ['json', 'help'],
  doctor: ['json', 'help'],
  'new:scheme': ['out', 'help'],
  verify: [...Object.keys(verifyOptions), 'help'],
  evaluation: [...Object.keys(evaluationOptions), 'help'],
  'tfhe:paired': [...Object.keys(pairedOptions), 'help'],
  'tfhe:pbs': ['help'],
  'tfhe:threads': ['help'],
  'tfhe:noise': [...Object.keys(noiseOptions), 'help'],
};
const COMMANDS = Object.keys(OPTIONS);
const WIDEST_HELP = 120;

// `npm run list | head` closes a stream early: that is no failure, and a run goes on. Nor is a log that cannot be written.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.exit(explain(outputUnwritable(error)));
});
process.stderr.on('error', () => undefined);

// The starter under an older Node is gone, killed perhaps: nobody waits for this one any more. It ends as if it had been asked to.
process.on('disconnect', () => {
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(EXIT.interrupted);
});
process.channel?.unref();

const given = withoutSeparator(process.argv.slice(2));
/** yargs writes its help before every command. To break its lines takes as long as all else that it does, so that is left where nobody reads it. */
const isHelpShown = given.length === 0 || given.includes('--help');
try {
  const [command] = given;
  if (command === undefined) {
    process.stderr.write(`${await parser().getHelp()}\n`);
    process.exitCode = EXIT.usage;
  } else {
    if (command !== '--help') expectCommand(command);
    expectNoValues(given);
    await parser().parseAsync(given);
  }
} catch (error) {
  process.exitCode = explain(error);
}

/** Some package runners pass on the `--` that sets their own options apart from ours. */
function withoutSeparator([command, ...words]: readonly string[]): readonly string[] {
  if (command === undefined) return [];
  return [command, ...(words[0] === '--' ? words.slice(1) : words)];
}

function parser(): Argv {
  return (
    yargs()
      .scriptName(PROGRAM)
      .usage(`${invocation('<command>', '[options]')}\n\nWhat do neural networks cost under homomorphic encryption?`)
      .parserConfiguration({
        'boolean-negation': false,
        'camel-case-expansion': false,
        'dot-notation': false,
        'greedy-arrays': false,
        'parse-numbers': false,
        'parse-positional-numbers': false,
      })
      .locale('en')
      .command(bench)
      .command(report)
      .command(compare)
      .command(merge)
      .command(cluster)
      .command(list)
      .command(verify)
      .command(evaluation)
      .command(tfhePaired)
      .command(tfheBootstrapTime)
      .command(tfheThreads)
      .command(tfheNoise)
      .command(doctor)
      .command(newScheme)
      .demandCommand(1)
      .strict()
      .version(false)
      .help()
      .wrap(isHelpShown ? Math.min(WIDEST_HELP, process.stdout.columns || WIDEST_HELP) : null)
      .epilogue('ENIGMARK_DEBUG=1 shows the stacks of errors and what adapters print.')
      .exitProcess(false)
      // Called with a message of yargs, or with what a command threw.
      .fail((message: string | null, error: Error | undefined) => {
        throw error === undefined || error.name === 'YError' ? misuse(message ?? error?.message ?? '') : error;
      })
  );
}

function expectCommand(command: string): void {
  if (COMMANDS.includes(command)) return;
  throw usageError(`a command: ${COMMANDS.join(', ')}`, `an unknown command '${command}'`, `${didYouMean(command, COMMANDS)}see --help`);
}

/** yargs would read `--json=maybe` as no. */
function expectNoValues(words: readonly string[]): void {
  if (words.includes('--')) throw usageError('options alone', "a '--' among them", 'what stands behind it would be ignored: leave it out');
  const word = words.find((candidate) => /^--(?:help|json|resume|replace|dry-run|mixed)=/.test(candidate));
  if (word !== undefined) throw usageError('an option without a value', `'${word}'`, 'leave out what follows the =');
}

/** What yargs found wrong, in our own words. */
function misuse(message: string): EnigmarkError {
  const command = given[0] ?? '';
  const help = `see \`${invocation(command, '--help')}\``;
  const [, unknown] = /^Unknown arguments?: ([^,]+)/.exec(message) ?? [];
  const [, lacking] = /^Not enough arguments following: (.+)/.exec(message) ?? [];
  if (message.startsWith('Not enough non-option arguments')) return usageError(`what ${command} is to be about`, 'nothing', help);
  if (lacking !== undefined) return usageError(`a value for --${lacking}`, 'none', help);
  if (unknown === undefined) return usageError('other options', message, help);
  if (given.includes(unknown)) {
    const expected = `options after ${command}, as in \`${invocation(command, '--scheme ckks')}\``;
    return usageError(expected, `the word '${unknown}', which is no option`, help);
  }
  const options = OPTIONS[command] ?? [];
  const near = nearestNames(unknown, options).map((option) => `--${option}`);
  return usageError(`an option of ${command}`, `'--${unknown}'`, `${near.length > 0 ? `did you mean ${near.join(' or ')}? ` : ''}${help}`);
}

function outputUnwritable(error: NodeJS.ErrnoException): EnigmarkError {
  return new EnigmarkError('OUTPUT_UNWRITABLE', {
    expected: 'a standard output that can be written',
    got: error.code ?? error.message,
    remedy: 'free some space or send it elsewhere; what was recorded is kept',
    cause: error,
  });
}
