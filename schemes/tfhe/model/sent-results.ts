/**
 * Which results leave together, and with what error the client gets them.
 *
 * @module
 */
import type { TfheParameters } from '../parameters.ts';
import type { NodeError } from './error-model.ts';
import type { InputForm } from './input-form.ts';
import { SCALE_UNITS } from './scales.ts';

/** What packing adds is next to nothing: a sixteenth of the noise that there is, or a deviation of a 256th of a counted unit. */
const SHARE_OF_NOISE = 1 / 16;
const SHARE_OF_UNIT = 1 / 256;

/** An output of a circuit. */
export interface Result {
  readonly error: NodeError;
  /** Of the torus per counted unit, in 2^-32. */
  readonly scale: number;
  readonly width: number;
}

/** Whether the results of an output travel in one payload. */
export function leavesTogether({ error, scale, width }: Result, set: TfheParameters, { results }: InputForm): boolean {
  if (results === undefined || !results.isTogether(width, set)) return false;
  const unit = scale / SCALE_UNITS;
  return results.variance(set) <= Math.max(SHARE_OF_NOISE * error.noise, (SHARE_OF_UNIT * unit) ** 2);
}

/** The error with what sending adds. */
export function sentError(result: Result, set: TfheParameters, form: InputForm): NodeError {
  const { error } = result;
  return leavesTogether(result, set, form) ? { ...error, noise: error.noise + form.results!.variance(set) } : error;
}
