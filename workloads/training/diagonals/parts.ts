/**
 * The two matrix products of an update as nodes: scores of samples, and sums over samples.
 *
 * @module
 */
import type { ProductTerm, RotationTerm } from '../../../schemes/circuit.ts';
import { SizedNodes } from '../nodes.ts';
import type { Size } from '../rehearsal.ts';
import type { DiagonalLayout } from './layout.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Nodes in the making. */
export class DiagonalCircuit extends SizedNodes {
  readonly #layout: DiagonalLayout;

  /** `step`: null for real numbers, 1 for whole ones. */
  constructor(layout: DiagonalLayout, step: number | null) {
    super(step);
    this.#layout = layout;
  }

  /** Scores of all samples, each in every block. `size` is a score's. */
  scores(samples: number, weights: number, size: Size): number {
    const { slots, samples: rows, diagonals, babies } = this.#layout;
    const giants = diagonals / babies;
    const turned = this.#rotations(weights, range(babies), this.sizeOf(weights), 'scores');
    const terms = range(giants).map((giant) => range(babies).map((baby): ProductTerm => [babies * giant + baby, baby]));
    const parts = this.add({ op: 'dot', left: samples, right: turned, outputs: terms }, giants, size, 'scores');
    const sum = this.#rotatedSum(
      parts,
      range(giants).map((giant) => ({ from: giant, by: babies * giant })),
      size,
      'scores',
    );
    const doublings = range(Math.log2(slots / rows)).map((log2) => rows * 2 ** log2);
    return doublings.length === 0 ? sum : this.add({ op: 'fold', of: sum, rotations: doublings }, 1, size, 'scores');
  }

  /** Sums over samples of errors times features: slots of a feature add up to its gradient. `size` is a slot's. */
  gradient(samples: number, errors: number, size: Size): number {
    const { diagonals, babies } = this.#layout;
    const giants = diagonals / babies;
    const steps = range(giants).map((giant) => -babies * giant);
    const turned = this.#rotations(errors, steps, this.sizeOf(errors), 'gradient');
    const terms = range(babies).map((baby) => range(giants).map((giant): ProductTerm => [babies * giant + baby, giant]));
    const parts = this.add({ op: 'dot', left: samples, right: turned, outputs: terms }, babies, size, 'gradient');
    return this.#rotatedSum(
      parts,
      range(babies).map((baby) => ({ from: baby, by: -baby })),
      size,
      'gradient',
    );
  }

  #rotations(of: number, steps: readonly number[], size: Size, layer: string): number {
    if (steps.length === 1) return of;
    const outputs = steps.map((by): RotationTerm[] => [{ from: 0, by }]);
    return this.add({ op: 'rotateSum', of, outputs }, steps.length, size, layer);
  }

  #rotatedSum(of: number, terms: readonly RotationTerm[], size: Size, layer: string): number {
    return terms.length === 1 ? of : this.add({ op: 'rotateSum', of, outputs: [terms] }, 1, size, layer);
  }
}
