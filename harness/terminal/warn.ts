/**
 * Warnings on stderr: wrapped where somebody looks at a terminal, one line each in a log.
 *
 * @module
 */
import { wrap } from '../../reports/formats/text-lines.ts';
import { printable } from '../record/printable.ts';
import type { StoreWarning } from '../record/read-run.ts';

const INDENT = '  ';

/** Lines of one warning. */
export function warningLinesOf(message: string, stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'> = process.stderr): readonly string[] {
  const line = printable(`warning: ${message}`);
  return stream.isTTY && stream.columns > 0 ? wrap(line, stream.columns - INDENT.length, INDENT) : [line];
}

export function warn(message: string): void {
  for (const line of warningLinesOf(message)) process.stderr.write(`${line}\n`);
}

/** What reading a run found damaged, with its place; `folder` is the name of the run's folder. */
export function warnOfDamage(folder: string, warnings: readonly StoreWarning[]): void {
  for (const { file, line, message } of warnings) warn(`${folder}/${file}${line === null ? '' : ` line ${line}`}: ${message}`);
}
