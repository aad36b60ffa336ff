/**
 * Option values as the user typed them, to values; every refusal is one line that says what would be right.
 *
 * @module
 */
import { resolve } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { didYouMean } from '../../schemes/nearest-names.ts';
import { lookAt } from '../../workloads/network/file/look-at.ts';
import { formatDuration, parseDuration } from '../record/duration.ts';

/** What was given for an option that takes a value: every time it was given, in order. */
export type Given = readonly string[] | undefined;

/** An option that takes a value: text to yargs, kept every time it is given, so that faults are explained in our words. */
export function valueOption(describe: string) {
  return { string: true, requiresArg: true, describe, coerce: everyTime } as const;
}

function everyTime(value: string | readonly string[] | undefined): Given {
  return typeof value === 'string' ? [value] : value;
}

export function usageError(expected: string, got: string, remedy: string): EnigmarkError {
  return new EnigmarkError('USAGE', { expected, got, remedy });
}

/** The value of an option that may be given once; null where it was not. */
export function single(option: string, given: Given): string | null {
  if (given === undefined) return null;
  const [value, second] = given;
  if (value === undefined || value === '') throw usageError(`a value for ${option}`, 'none', `see --help`);
  if (second !== undefined) throw usageError(`${option} once`, `'${value}' and '${second}'`, 'keep one of them');
  return value;
}

/** Values of an option that takes a list: by commas, by repetition, or both; null where it was not given. */
export function list(option: string, given: Given): readonly string[] | null {
  if (given === undefined) return null;
  const values = given.flatMap((one) => one.split(',')).map((value) => value.trim());
  if (values.length === 0 || values.includes(''))
    throw usageError(`names for ${option}, with commas between`, `'${given.join(',')}'`, 'see --help');
  return [...new Set(values)];
}

/** Values of an option that may be repeated and takes paths, whose names may hold commas. */
export function paths(option: string, given: Given): readonly string[] {
  if (given?.includes('') === true) throw usageError(`a path for ${option}`, 'none', 'see --help');
  return [...new Set(given)];
}

/** The absolute path of a file that must be there. @param kind What it should be, as in the message: 'an ONNX or JSON file'. */
export function existingFile(option: string, path: string, kind: string): string {
  if (lookAt(path)?.isFile() === true) return resolve(path);
  throw usageError(`${kind} for ${option}`, `'${path}'`, 'check the path');
}

export function wholeNumber(option: string, text: string, least: number, most: number, remedy = 'see --help'): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw usageError(`a whole number from ${least} to ${most} for ${option}`, `'${text}'`, remedy);
}

export function oneOf<N extends string>(option: string, text: string, names: readonly N[]): N {
  const name = names.find((candidate) => candidate === text);
  if (name !== undefined) return name;
  const remedy = `${didYouMean(text, names)}see --help, or the command list`;
  throw usageError(`${names.join(', ')} for ${option}`, `'${text}'`, remedy);
}

export function duration_ns(option: string, text: string, least_ns: number, most_ns: number): number {
  const value = parseDuration(text);
  if (value !== null && value >= least_ns && value <= most_ns) return value;
  const range = `from ${formatDuration(least_ns)} to ${formatDuration(most_ns)}`;
  throw usageError(`a time ${range} such as 30s, 10m or 1h for ${option}`, `'${text}'`, 'see --help');
}
