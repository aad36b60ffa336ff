/**
 * How a user's own network is planned and on what, where nobody says otherwise.
 *
 * @module
 */
import type { InputQuantisation } from '../network/quantisation.ts';
import type { Quantisation } from '../plan/plan-network.ts';
import type { TableQuantisation } from '../plan/tables/table-network.ts';

/** As asked for on the command line; null: as below, and the samples that the network's file names. */
export interface PlanningOptions {
  /** Of inputs and weights where a scheme computes on whole numbers, sign included. */
  readonly bits: number | null;
  /** Ranges are this many times what calibration reaches. */
  readonly margin: number | null;
  /** Of the polynomials that stand for activations; null: the least that keeps the network. */
  readonly degree: number | null;
  /** Path of the samples. */
  readonly samples: string | null;
}

export const USUAL_PLANNING: PlanningOptions = { bits: null, margin: null, degree: null, samples: null };

/** Coarser ones make another network of many; finer ones leave no room for a square. */
const BITS = 6;
/** Where activations are tables, weights of inputs cost nothing, and those of table outputs multiply noise. */
const TABLE_BITS = { finer: 2, coarser: 1 };
const TABLE_RESOLUTION = { entryBits: 8, outputBits: 8 };
const LEAST_BITS = 2;
/** Of unknown networks few ranges are known. */
const MARGIN = 2;
/** Of sums before tables, which tell fewer values apart the wider the range is. */
const TABLE_MARGIN = 1.5;

export function marginsOf({ margin }: PlanningOptions): { readonly ofRanges: number; readonly ofTables: number } {
  return { ofRanges: margin ?? MARGIN, ofTables: margin ?? TABLE_MARGIN };
}

export function bitsOf({ bits }: PlanningOptions): number {
  return bits ?? BITS;
}

/** For inputs of one interval. */
export function quantisationOf(options: PlanningOptions, interval: { readonly min: number; readonly max: number }): Quantisation {
  const bits = bitsOf(options);
  return { input: inputQuantisation(interval, bits), weightBits: bits };
}

export function tableQuantisationOf(options: PlanningOptions, interval: { readonly min: number; readonly max: number }): TableQuantisation {
  const bits = bitsOf(options);
  const ofTables = Math.max(LEAST_BITS, bits - TABLE_BITS.coarser);
  return { input: inputQuantisation(interval, bits), weightBits: { ofInputs: bits + TABLE_BITS.finer, ofTables }, ...TABLE_RESOLUTION };
}

/** Counts of which the farther end of the interval takes the most that the bits hold. */
function inputQuantisation({ min, max }: { readonly min: number; readonly max: number }, bits: number): InputQuantisation {
  const step = Math.max(Math.abs(min), Math.abs(max)) / (2 ** (min < 0 ? bits - 1 : bits) - 1);
  return { step, min: Math.round(min / step), max: Math.round(max / step) };
}
