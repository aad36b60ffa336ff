/**
 * The gradient of a batch as nodes, by a polynomial in the place of the sigmoid. Scores are scaled as the polynomial wants them; so are
 * weights, errors and gradients.
 *
 * @module
 */
import type { SummedOutput } from '../../../schemes/circuit.ts';
import type { Rehearsal, Size } from '../rehearsal.ts';
import type { MonicSigmoid } from '../sigmoid.ts';
import type { DiagonalLayout } from './layout.ts';
import type { DiagonalCircuit } from './parts.ts';
import { addSigmoid } from './sigmoid-nodes.ts';

/** Nodes: diagonals of samples, weights times the polynomial's scale, targets. */
interface GradientOperands {
  readonly x: number;
  readonly w: number;
  readonly y: number;
}

/** A node whose slots of a feature add up to `sigmoid.factor` times its gradient. */
export function addGradient(
  circuit: DiagonalCircuit,
  layout: DiagonalLayout,
  { x, w, y }: GradientOperands,
  sizes: Rehearsal['sizes'],
  sigmoid: MonicSigmoid,
): number {
  const [scores, errors] = [times(sigmoid.scale, sizes.scores), times(sigmoid.scale, sizes.errors)];
  const z = circuit.scores(x, w, scores);
  const p = addSigmoid(circuit, layout.slots, z, sigmoid, scores, errors);
  const e = circuit.add({ op: 'subtract', left: p, right: y }, 1, errors, 'sigmoid');
  return circuit.gradient(x, e, times(sigmoid.scale / Math.sqrt(slotsOfFeature(layout)), sizes.gradients));
}

/** What errors of the gradient are held against. */
export function judgedGradient(layout: DiagonalLayout, { gradients }: Rehearsal['sizes'], { scale }: MonicSigmoid): SummedOutput {
  return { slots: slotsOfFeature(layout), size: scale * gradients.rms };
}

/** Slots that add up to the gradient of a feature, so that each is a part of it. */
export function slotsOfFeature({ samples, diagonals }: DiagonalLayout): number {
  return samples / diagonals;
}

/** What is taken from z * M(z^2), so that the difference is `factor` times the error. */
export function target({ factor }: MonicSigmoid, label: number): number {
  return factor * (label - 1 / 2);
}

export function targetSize({ scale }: MonicSigmoid): Size {
  return { largest: scale / 2, rms: scale / 2 };
}

export function times(factor: number, { largest, rms }: Size): Size {
  return { largest: factor * largest, rms: factor * rms };
}
