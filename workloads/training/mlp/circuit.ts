/**
 * Forward, backward and both gradients of a batch as one circuit. Weights and samples are encrypted; blocks of samples go through as one
 * bundle, and gradients are summed over blocks before they are relinearised.
 *
 * @module
 */
import type { Circuit, ProductTerm, RotationTerm } from '../../../schemes/circuit.ts';
import { SizedNodes } from '../nodes.ts';
import type { Size } from '../rehearsal.ts';
import { unitSlots, type MlpLayout } from './layout.ts';

export const CIRCUIT = 'update';
export const FIRST_GRADIENT = 'first';
export const SECOND_GRADIENT = 'second';

/** Of everything that is encrypted. */
export interface MlpSizes {
  readonly features: Size;
  readonly first: Size;
  readonly second: Size;
  readonly sums: Size;
  readonly hidden: Size;
  readonly scores: Size;
  readonly errors: Size;
  readonly back: Size;
  /** `back` times the sums: half the derivatives, the client doubles. */
  readonly derivatives: Size;
  /** Slots, and the gradients that slots add up to. */
  readonly firstSlots: Size;
  readonly secondSlots: Size;
  readonly firstGradient: number;
  readonly secondGradient: number;
}

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const labels: Size = { largest: 1, rms: 1 };

export function updateCircuit(layout: MlpLayout, sizes: MlpSizes): Circuit {
  const circuit = new MlpCircuit(layout);
  const { groups, babies, blocks, diagonals, slots } = layout;
  const x = circuit.input('x', blocks * groups * babies, sizes.features);
  const w = circuit.input('w', groups, sizes.first);
  const v = circuit.input('v', diagonals, sizes.second);
  const y = circuit.input('y', blocks, labels);
  const sums = circuit.firstSums(x, w, sizes.sums);
  const hidden = circuit.add({ op: 'multiply', left: sums, right: sums }, blocks, sizes.hidden, 'square');
  const turned = circuit.turnedHidden(hidden);
  const scores = circuit.scores(v, turned, sizes.scores);
  const errors = circuit.add({ op: 'subtract', left: scores, right: y }, blocks, sizes.errors, 'errors');
  const turnedErrors = circuit.turnedErrors(errors);
  const back = circuit.back(v, turnedErrors, sizes.back);
  const derivatives = circuit.add({ op: 'multiply', left: back, right: sums }, blocks, sizes.derivatives, 'back');
  const second = circuit.secondGradient(turnedErrors, turned, sizes.secondSlots);
  const first = circuit.firstGradient(x, derivatives, sizes.firstSlots);
  const perWeight = unitSlots(layout);
  return {
    id: CIRCUIT,
    shape: { rows: 1, columns: slots },
    nodes: circuit.nodes,
    outputs: { [FIRST_GRADIENT]: first, [SECOND_GRADIENT]: second },
    summed: {
      [FIRST_GRADIENT]: { slots: perWeight / layout.group, size: sizes.firstGradient },
      [SECOND_GRADIENT]: { slots: perWeight, size: sizes.secondGradient },
    },
  };
}

class MlpCircuit extends SizedNodes {
  readonly #layout: MlpLayout;
  /** Slots of a unit: what a rotation by one unit is. */
  readonly #unit: number;

  constructor(layout: MlpLayout) {
    super(null);
    this.#layout = layout;
    this.#unit = unitSlots(layout);
  }

  /** Sums of all units over all groups, in every block. */
  firstSums(samples: number, weights: number, size: Size): number {
    const { groups, group, babies, blocks } = this.#layout;
    const giants = group / babies;
    const turned = this.#each(
      weights,
      range(groups).flatMap((of) => range(group).map((t) => ({ from: of, by: t - this.#giant(t) }))),
      'first layer',
    );
    const terms = (block: number, giant: number): readonly ProductTerm[] =>
      range(groups).flatMap((of) =>
        range(babies).map((baby): ProductTerm => [this.#sample(block, of, baby), group * of + babies * giant + baby]),
      );
    const outputs = range(blocks).flatMap((block) => range(giants).map((giant) => terms(block, giant)));
    const parts = this.add({ op: 'dot', left: samples, right: turned, outputs }, outputs.length, size, 'first layer');
    return this.#giantSums(parts, giants, (giant) => this.#unit * babies * giant, size, 'first layer');
  }

  turnedHidden(hidden: number): number {
    const { blocks, outputBabies } = this.#layout;
    const terms = range(blocks).flatMap((block) => range(outputBabies).map((baby) => ({ from: block, by: this.#unit * baby })));
    return this.#each(hidden, terms, 'second layer');
  }

  /** Every output in each unit that belongs to it. */
  scores(weights: number, turned: number, size: Size): number {
    const { blocks, diagonals, outputBabies, units } = this.#layout;
    const giants = diagonals / outputBabies;
    const outputs = range(blocks).flatMap((block) =>
      range(giants).map((giant) =>
        range(outputBabies).map((baby): ProductTerm => [outputBabies * giant + baby, outputBabies * block + baby]),
      ),
    );
    const parts = this.add({ op: 'dot', left: weights, right: turned, outputs }, outputs.length, size, 'second layer');
    const sum = this.#giantSums(parts, giants, (giant) => this.#unit * outputBabies * giant, size, 'second layer');
    const rotations = range(Math.log2(units / diagonals)).map((log2) => this.#unit * diagonals * 2 ** log2);
    return rotations.length === 0 ? sum : this.add({ op: 'fold', of: sum, rotations }, blocks, size, 'second layer');
  }

  turnedErrors(errors: number): number {
    const { blocks, diagonals, outputBabies } = this.#layout;
    const giants = range(diagonals / outputBabies);
    const terms = range(blocks).flatMap((block) => giants.map((giant) => ({ from: block, by: -this.#unit * outputBabies * giant })));
    return this.#each(errors, terms, 'back');
  }

  /** Errors through the second layer transposed. */
  back(weights: number, turnedErrors: number, size: Size): number {
    const { blocks, diagonals, outputBabies } = this.#layout;
    const giants = diagonals / outputBabies;
    const outputs = range(blocks).flatMap((block) =>
      range(outputBabies).map((baby) => range(giants).map((giant): ProductTerm => [outputBabies * giant + baby, giants * block + giant])),
    );
    const parts = this.add({ op: 'dot', left: weights, right: turnedErrors, outputs }, outputs.length, size, 'back');
    return this.#giantSums(parts, outputBabies, (baby) => -this.#unit * baby, size, 'back');
  }

  /** In the layout of the second layer's weights; samples are summed by the client. */
  secondGradient(turnedErrors: number, turnedHidden: number, size: Size): number {
    const { blocks, diagonals, outputBabies } = this.#layout;
    const giants = diagonals / outputBabies;
    const outputs = range(diagonals).map((t) =>
      range(blocks).map((block): ProductTerm => [giants * block + Math.floor(t / outputBabies), outputBabies * block + (t % outputBabies)]),
    );
    const sums = this.add({ op: 'dot', left: turnedErrors, right: turnedHidden, outputs }, diagonals, size, 'second gradient');
    // A rotation by nothing: what is rotated has two polynomials and is divided, so that less is sent.
    return this.add(
      { op: 'rotateSum', of: sums, outputs: range(diagonals).map((from) => [{ from, by: 0 }]) },
      diagonals,
      size,
      'second gradient',
    );
  }

  /** In the layout of the first layer's weights. */
  firstGradient(samples: number, derivatives: number, size: Size): number {
    const { groups, group, babies, blocks } = this.#layout;
    const giants = group / babies;
    const turned = this.#each(
      derivatives,
      range(blocks).flatMap((block) => range(giants).map((giant) => ({ from: block, by: -this.#unit * babies * giant }))),
      'first gradient',
    );
    const outputs = range(groups).flatMap((of) =>
      range(group).map((t) =>
        range(blocks).map((block): ProductTerm => [this.#sample(block, of, t % babies), giants * block + Math.floor(t / babies)]),
      ),
    );
    const parts = this.add({ op: 'dot', left: samples, right: turned, outputs }, outputs.length, size, 'first gradient');
    const sums = range(groups).map((of) => range(group).map((t): RotationTerm => ({ from: group * of + t, by: this.#giant(t) - t })));
    return this.add({ op: 'rotateSum', of: parts, outputs: sums }, groups, size, 'first gradient');
  }

  /** The giant step of diagonal t, in slots. */
  #giant(t: number): number {
    const { babies } = this.#layout;
    return this.#unit * babies * Math.floor(t / babies);
  }

  #sample(block: number, group: number, baby: number): number {
    const { groups, babies } = this.#layout;
    return (block * groups + group) * babies + baby;
  }

  /** One rotation for each term. */
  #each(of: number, terms: readonly RotationTerm[], layer: string): number {
    return this.add({ op: 'rotateSum', of, outputs: terms.map((term) => [term]) }, terms.length, this.sizeOf(of), layer);
  }

  /** For each block, the sum of its parts, each rotated. */
  #giantSums(parts: number, count: number, by: (part: number) => number, size: Size, layer: string): number {
    const outputs = range(this.#layout.blocks).map((block) =>
      range(count).map((part): RotationTerm => ({ from: count * block + part, by: by(part) })),
    );
    return this.add({ op: 'rotateSum', of: parts, outputs }, outputs.length, size, layer);
  }
}
