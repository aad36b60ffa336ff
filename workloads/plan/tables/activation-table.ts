/**
 * A function of quantised inputs as a lookup table, and as a plan of its own.
 *
 * @module
 */
import type { LookupTable, SlotShape } from '../../../schemes/circuit.ts';
import type { InputQuantisation } from '../../network/quantisation.ts';
import type { Plan } from '../../plan.ts';
import { ACTIVATION, inputNode, vectorPlan } from '../polynomial/activation.ts';
import { signTable } from './network-table.ts';

/**
 * The function at every counted input, rounded to whole multiples of `outputStep`. One that has a single value from zero on and
 * its opposite below, as sign has, becomes a negacyclic table of one entry: it needs no padding bit, so that twice as many inputs
 * fit. Inputs must be counted around zero.
 */
export function activationTable(exact: (real: number) => number, input: InputQuantisation, outputStep: number): LookupTable {
  const outputs = Float64Array.from({ length: input.max - input.min + 1 }, (_, index) => {
    return Math.round(exact((input.min + index) * input.step) / outputStep) + 0;
  });
  const positive = outputs.at(-1)!;
  const isSign = outputs.every((output, index) => output === (input.min + index < 0 ? -positive : positive));
  if (!isSign) return { min: input.min, step: 1, outputs, negacyclic: false };
  return { ...signTable(input), outputs: Float64Array.of(positive) };
}

/** A plan that looks `width` ciphertexts of numbers up. */
export function planActivationTable(
  table: LookupTable,
  { input, outputStep }: { readonly input: InputQuantisation; readonly outputStep: number },
  { shape, width }: { readonly shape: SlotShape; readonly width: number },
): Plan {
  const outputs = Array.from(table.outputs, Number);
  const least = Math.min(...outputs);
  const type = {
    width,
    min: table.negacyclic ? Math.min(least, -Math.max(...outputs)) : least,
    max: table.negacyclic ? Math.max(-least, ...outputs) : Math.max(...outputs),
    step: outputStep,
    bound: 'proven',
  } as const;
  return vectorPlan([inputNode(input, width), { op: 'table', of: 0, table, type, layer: ACTIVATION }], shape);
}
