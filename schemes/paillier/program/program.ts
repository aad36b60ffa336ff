/**
 * What `compile` hands to the evaluator.
 *
 * @module
 */
import type { Kernels } from '../../scheme.ts';
import type { PaillierParameters } from '../parameters.ts';
import type { LayerProgram } from './layer-program.ts';

export interface PaillierProgram {
  readonly parameters: PaillierParameters;
  readonly kernels: Kernels;
  readonly slot_bits: number;
  /** By circuit: a program for each node that is a linear layer, null for the others. The library's kernels need none. */
  readonly layers: Readonly<Record<string, readonly (LayerProgram | null)[]>>;
}
