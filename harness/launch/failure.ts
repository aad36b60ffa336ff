/**
 * How a launch that did not reach its end is named: a stable code and one line.
 *
 * @module
 */
import { describeError, EnigmarkError } from '../../schemes/errors.ts';
import { printable } from '../record/printable.ts';

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** What V8, wasm engines and Emscripten say when memory is used up. */
const OUT_OF_MEMORY = /heap out of memory|out of memory|allocation fail|cannot enlarge memory|bad_alloc/i;

/** The failure that stands for anything thrown inside a launch. */
export function failureOf(thrown: unknown): Failure {
  const { code, message } = describeError(thrown);
  const line = oneLine(message);
  return !(thrown instanceof EnigmarkError) && OUT_OF_MEMORY.test(message)
    ? { code: 'OUT_OF_MEMORY', message: line }
    : { code, message: line };
}

/** Of a process that ended without an answer; `errorOutput` is the end of what it printed on stderr, `when` how far it had come. */
export function deathOf(
  exitCode: number | null,
  signal: NodeJS.Signals | null,
  errorOutput: string,
  when = 'before it gave a result',
): Failure {
  const end = signal === null ? `ended with exit code ${exitCode ?? 'unknown'}` : `was ended by ${signal}`;
  const said = errorOutput.split('\n').find((line) => /error|abort|memory/i.test(line)) ?? '';
  const message = oneLine(`the process ${end} ${when}${said.trim() === '' ? '' : `: ${said.trim()}`}`);
  if (OUT_OF_MEMORY.test(errorOutput)) return { code: 'OUT_OF_MEMORY', message };
  if (signal === 'SIGKILL') return { code: 'CHILD_KILLED', message: `${message}; systems kill so when memory runs out` };
  return { code: signal === null || signal === 'SIGABRT' || signal === 'SIGSEGV' ? 'CHILD_CRASHED' : 'CHILD_KILLED', message };
}

function oneLine(text: string): string {
  return printable(text).replace(/ +/g, ' ').trim().slice(0, 500);
}
