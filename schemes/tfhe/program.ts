/**
 * The program that a plan gives its evaluator.
 *
 * @module
 */
import type { NodeScales } from './model/scale-assignment.ts';
import type { PortScale } from './model/scales.ts';
import type { TfheParameters } from './parameters.ts';

/** What the evaluator runs. */
export interface TfheProgram {
  readonly parameters: TfheParameters;
  readonly scales: NodeScales;
  readonly ports: Readonly<Record<string, PortScale>>;
  /** Outputs, as `circuit.output`, whose results leave together. */
  readonly together: readonly string[];
}
