/**
 * What a program says before it ends in failure: one line, never a bare stack.
 *
 * @module
 */
import { describeError, EnigmarkError } from '../../schemes/errors.ts';
import { printable } from '../record/printable.ts';
import { EXIT, exitCodeOfError } from './exit-code.ts';

/** One line on stderr for what was foreseen; returns the exit code. A bug shows its stack where ENIGMARK_DEBUG=1 asks for it. */
export function explain(error: unknown): number {
  const { code, message } = describeError(error);
  const bug = error instanceof EnigmarkError ? '' : ' (a bug: ENIGMARK_DEBUG=1 shows where)';
  process.stderr.write(`enigmark: ${printable(message).replace(/ +/g, ' ')} [${code}]${bug}\n`);
  if (process.env['ENIGMARK_DEBUG'] === '1') console.error(error);
  return error instanceof EnigmarkError ? exitCodeOfError(code) : EXIT.caseFailed;
}
