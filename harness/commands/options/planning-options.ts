/**
 * Options that say how the user's own networks are planned, and on what they run.
 *
 * @module
 */
import type { PlanningOptions } from '../../../workloads/own/planning-options.ts';
import { existingFile, type Given, single, usageError, valueOption, wholeNumber } from '../usage.ts';

const MOST_BITS = 16;
const MOST_MARGIN = 100;
const MOST_DEGREE = 31;

export const planningChoices = {
  bits: valueOption('For --network: bits of inputs and weights where a scheme computes on whole numbers, 2 to 16 [default: 6]'),
  margin: valueOption('For --network: ranges are so many times what calibration reaches, 1 to 100 [default: 2, before tables 1.5]'),
  samples: valueOption('For --network: samples to run it on, .npz, .npy, .csv or .safetensors [default: those that the JSON file names]'),
  degree: valueOption('For --network: degree of polynomials in the place of activations, 2 to 31 [default: the least that keeps 99%]'),
};

type GivenPlanning = { readonly [option in keyof typeof planningChoices | 'network']?: Given };

/** @throws EnigmarkError USAGE, also where no network of the user's own is there to be planned so. */
export function planningOptions(given: GivenPlanning): PlanningOptions {
  const wholeOr = (option: 'bits' | 'degree', least: number, most: number): number | null => {
    const text = single(`--${option}`, given[option]);
    return text === null ? null : wholeNumber(`--${option}`, text, least, most);
  };
  const [margin, samples] = [single('--margin', given.margin), single('--samples', given.samples)];
  const planning = {
    bits: wholeOr('bits', 2, MOST_BITS),
    margin: margin === null ? null : factor('--margin', margin, MOST_MARGIN),
    degree: wholeOr('degree', 2, MOST_DEGREE),
    samples: samples === null ? null : existingFile('--samples', samples, 'a file'),
  };
  const asked = (['bits', 'margin', 'degree', 'samples'] as const).find((option) => planning[option] !== null);
  if (asked === undefined || given.network !== undefined) return planning;
  throw usageError(`--${asked} beside --network`, `--${asked} alone`, 'the built-in networks are planned as they were trained');
}

/** @throws EnigmarkError USAGE */
function factor(option: string, text: string, most: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= most) return value;
  throw usageError(`a number from 1 to ${most} for ${option}`, `'${text}'`, 'such as 2 or 1.5');
}
