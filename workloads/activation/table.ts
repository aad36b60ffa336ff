/**
 * The lookup table that stands for an activation function under a scheme: as close to the function as the scheme looks up exactly.
 *
 * @module
 */
import type { LookupTable } from '../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { type InputQuantisation, signedInput } from '../network/quantisation.ts';
import { activationTable, planActivationTable } from '../plan/tables/activation-table.ts';
import { type ChosenPlan, choosePlan, type Choosing } from '../plan/choose.ts';
import { greatestError, tableApproximation } from './approximation.ts';
import type { ActivationFunction } from './functions.ts';

/** Bits of inputs that are tried; more are beyond every table. */
const INPUT_BITS = [8, 7, 6, 5, 4, 3, 2] as const;
/** Where a ciphertext holds one number: several, so that what a scheme does to many at once shows. */
const ONE_SLOT_VECTOR = 16;

export interface ChosenTable extends ChosenPlan {
  readonly bits: number;
  readonly input: InputQuantisation;
  readonly outputStep: number;
  readonly table: LookupTable;
  /** Greatest distance from the function. */
  readonly error: number;
}

/** Of the tables that the scheme makes exactly, or at all, the closest to the function; of equals the cheapest. */
export function chooseTable(choosing: Choosing, of: ActivationFunction): ChosenTable | Refusal {
  const tried = INPUT_BITS.map((bits) => tableOf(choosing, of, bits));
  const possible = tried.flatMap((one) => (isRefusal(one) ? [] : [one]));
  const exact = possible.filter(isExact);
  const best = (exact.length > 0 ? exact : possible).toSorted((a, b) => a.error - b.error || cost_ns(a) - cost_ns(b))[0];
  return best ?? tried.at(-1)!;
}

function tableOf(choosing: Choosing, of: ActivationFunction, bits: number): ChosenTable | Refusal {
  const input = signedInput(bits);
  const outputStep = of.tableStep(input.step);
  const table = activationTable(of.exact, input, outputStep);
  const chosen = choosePlan(choosing, (shape) => {
    const width = shape.rows * shape.columns === 1 ? ONE_SLOT_VECTOR : 1;
    return [() => planActivationTable(table, { input, outputStep }, { shape, width })];
  });
  if (isRefusal(chosen)) return chosen;
  const error = greatestError(of, tableApproximation(table, input, outputStep));
  return { ...chosen, bits, input, outputStep, table, error };
}

function isExact({ compiled }: ChosenTable): boolean {
  return Object.values(compiled.estimate.correctness).every(({ kind }) => kind === 'exact');
}

function cost_ns({ compiled }: ChosenTable): number {
  return compiled.estimate.evaluate_ns ?? Infinity;
}
