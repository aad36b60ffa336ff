/**
 * `doctor`: can this machine measure, and how far are its figures to be trusted?
 *
 * @module
 */
import { styleText } from 'node:util';
import type { CommandModule } from 'yargs';
import { checkAdapters } from '../doctor/adapters.ts';
import { fine, type Check } from '../doctor/check.ts';
import { checkMachine, readMachine } from '../doctor/machine.ts';
import { checkSteadiness, measureSteadiness } from '../doctor/steadiness.ts';
import { checkWebAssembly, detectFeatures } from '../doctor/webassembly.ts';
import { printable, printableJson } from '../record/printable.ts';
import { EXIT } from '../terminal/exit-code.ts';
import { terminalStyle } from '../terminal/style.ts';
import { invocation } from './invocation.ts';

interface GivenDoctorOptions {
  readonly json?: boolean | undefined;
}

export const doctor: CommandModule<object, GivenDoctorOptions> = {
  command: 'doctor',
  describe: 'Check engine, machine and libraries; says what to do',
  builder: (yargs) =>
    yargs
      .usage(`${invocation('doctor', '[options]')}\n\nChecks in a few seconds whether this machine can measure, and how steady it is.`)
      .option('json', { boolean: true, describe: 'One JSON object on stdout' })
      .example(invocation('doctor'), 'a line for each check, with advice where something is wrong')
      .epilogue('Exit code 4 where nothing can be measured: no vector instructions, too little memory, or no scheme that works.'),
  async handler({ json }) {
    const colour = terminalStyle(process.stdout).colour;
    const checks: Check[] = [];
    const tell = (found: readonly Check[]): void => {
      checks.push(...found);
      if (json !== true) for (const check of found) process.stdout.write(`${lineOf(check, colour)}\n`);
    };
    tell([fine('Engine', `Node ${process.versions.node}, V8 ${process.versions.v8}`)]);
    tell(checkWebAssembly(detectFeatures()));
    // Before anything of ours loads the machine.
    tell(checkMachine(readMachine()));
    tell([checkSteadiness(measureSteadiness())]);
    const machine = checks.slice();
    const schemes = await checkAdapters();
    tell(schemes);
    const usable = isUsable(machine, schemes);
    if (json === true) process.stdout.write(`${printableJson({ usable, checks })}\n`);
    else process.stdout.write(`\n${verdict(usable, checks)}\n`);
    process.exitCode = usable ? EXIT.fine : EXIT.environmentUnusable;
  },
};

/** The machine must be usable as a whole; of the schemes, one that encrypts is enough: others only lack their own rows. */
export function isUsable(machine: readonly Check[], schemes: readonly Check[]): boolean {
  const works = ({ state }: Check): boolean => state !== 'unusable';
  return machine.every(works) && schemes.some(works);
}

function verdict(usable: boolean, checks: readonly Check[]): string {
  if (!usable) return 'Nothing can be measured here before what is marked ✗ is mended.';
  const faults = checks.filter(({ state }) => state !== 'fine').length;
  if (faults === 0) return `All is well: \`${invocation('bench', '--scheme ckks')}\` is a good first run.`;
  return `Measuring works; ${faults === 1 ? 'one point above makes' : `${faults} points above make`} figures poorer than they could be.`;
}

const MARKS = { fine: ['✓', 'green'], warning: ['!', 'yellow'], unusable: ['✗', 'red'] } as const;

function lineOf({ name, state, found, advice }: Check, colour: boolean): string {
  const [mark, style] = MARKS[state];
  const painted = colour ? styleText(style, mark, { validateStream: false }) : mark;
  return `${painted} ${name}: ${printable(found)}.${advice === null ? '' : `\n    ${printable(advice)}.`}`;
}
