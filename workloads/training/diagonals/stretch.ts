/**
 * Several updates between two refreshes as one circuit: the evaluator takes the steps of the descent itself, with weights that stay encrypted.
 *
 * A gradient's slots have to become weights again: the sum over the slots of each feature, in all of them. Doublings leave it in the first
 * slot of a feature in every block, and sums of other features elsewhere; a mask takes these away, and doublings backwards spread what is
 * left. The last update leaves its gradient to the client, who adds slots up without a mask.
 *
 * Features are counted in a unit u and weights in 1 / u, where u^2 is the rate of a sum over the batch. Scores stay as they are, and the step
 * is the gradient itself: the mask holds ones, and no small number has to be encoded.
 *
 * @module
 */
import type { Circuit, SparseMatrix } from '../../../schemes/circuit.ts';
import type { Rehearsal, Size } from '../rehearsal.ts';
import { monicSigmoid, type SigmoidPolynomial } from '../sigmoid.ts';
import { addGradient, judgedGradient, targetSize, times } from './gradient-nodes.ts';
import type { DiagonalLayout } from './layout.ts';
import { DiagonalCircuit } from './parts.ts';

/** What the evaluator needs to know of the descent. */
export interface StretchSteps {
  /** For every update but the last, how far beyond its step, in steps, the next gradient is taken. */
  readonly momenta: readonly number[];
  /** Whether any update of the course has one: then the model lies elsewhere than where gradients are taken. */
  readonly hasMomentum: boolean;
}

/** Ports and outputs of a stretch. Each update has targets of its own, `targetPort(update)`, which meet errors where these stand. */
export const POINT = 'point';
export const WEIGHTS = 'weights';
export const GRADIENT = 'gradient';
/** Of the batch at so many batches behind the first. */
export const samplesPort = (batch: number): string => `x${batch}`;
export const targetPort = (update: number): string => `y${update}`;

/** Sums of slots that are not a feature's reach into two features. */
const MIXED = 2;
/** Momenta are less than one. */
const LARGEST_FACTOR = 2;
const LAYER = 'step';

/** One update more than there are momenta, on `batches` batches in turn. `sizes` are in the units of above. */
export function stretchCircuit(
  id: string,
  layout: DiagonalLayout,
  batches: number,
  sizes: Rehearsal['sizes'],
  polynomial: SigmoidPolynomial,
  steps: StretchSteps,
): Circuit {
  const sigmoid = monicSigmoid(polynomial);
  const size = times(sigmoid.scale, sizes.weights);
  const circuit = new StretchCircuit(layout);
  const x = Array.from({ length: batches }, (_, batch) => circuit.input(samplesPort(batch), layout.diagonals, sizes.features));
  let point = circuit.input(POINT, 1, size);
  let weights = steps.hasMomentum ? circuit.input(WEIGHTS, 1, size) : null;
  const gradientAt = (update: number): number => {
    const y = circuit.input(targetPort(update), 1, targetSize(sigmoid));
    return addGradient(circuit, layout, { x: x[update % batches]!, w: point, y }, sizes, sigmoid);
  };
  for (const [update, beyond] of steps.momenta.entries()) {
    // The gradient is scaled by the polynomial's factor, of which weights have the magnitude alone.
    const step = circuit.step(gradientAt(update), -Math.sign(sigmoid.factor), times(sigmoid.scale, sizes.gradients));
    const next = circuit.add({ op: 'add', left: step, right: circuit.scaled(point, 1, size) }, 1, size, LAYER);
    if (weights === null) {
      point = next;
      continue;
    }
    const [farther, back] = [circuit.scaled(next, 1 + beyond, size), circuit.scaled(weights, -beyond, size)];
    point = circuit.add({ op: 'add', left: farther, right: back }, 1, size, LAYER);
    weights = next;
  }
  const gradient = gradientAt(steps.momenta.length);
  const judged = { slots: 1, size: size.rms };
  return {
    id,
    shape: { rows: 1, columns: layout.slots },
    nodes: circuit.nodes,
    outputs: { [POINT]: point, ...(weights === null ? {} : { [WEIGHTS]: weights }), [GRADIENT]: gradient },
    summed: {
      [POINT]: judged,
      ...(weights === null ? {} : { [WEIGHTS]: judged }),
      [GRADIENT]: judgedGradient(layout, sizes, sigmoid),
    },
  };
}

class StretchCircuit extends DiagonalCircuit {
  readonly #layout: DiagonalLayout;

  constructor(layout: DiagonalLayout) {
    super(layout, null);
    this.#layout = layout;
  }

  /** The sum of the slots of each feature, in all slots of the feature. `sum` is the size of such a sum. */
  step(gradient: number, sign: number, sum: Size): number {
    const { slots, samples, diagonals } = this.#layout;
    const doublings = Array.from({ length: Math.log2(samples / diagonals) }, (_, log2) => diagonals * 2 ** log2);
    const folded = (of: number, rotations: readonly number[], size: Size): number =>
      rotations.length === 0 ? of : this.add({ op: 'fold', of, rotations }, 1, size, LAYER);
    const sums = folded(gradient, doublings, times(MIXED, sum));
    const plain = Float64Array.from({ length: slots }, (_, slot) => (slot % samples < diagonals ? sign : 0));
    const outputs = [[{ from: 0, baby: 0, giant: 0, plain }]];
    const masked = this.add({ op: 'transform', of: sums, step: null, outputs }, 1, sum, LAYER);
    return folded(
      masked,
      doublings.map((by) => -by),
      sum,
    );
  }

  /** A number of at most two times a value, at whatever scale the sum it goes into wants. All numbers make circuits of one kind. */
  scaled(of: number, factor: number, size: Size): number {
    const matrix: SparseMatrix = {
      ...{ rows: 1, columns: 1, step: null, offsets: Uint32Array.of(0, 1), indices: Uint32Array.of(0) },
      values: Float64Array.of(factor),
    };
    return this.add({ op: 'affine', of, matrix, bias: new Float64Array(1) }, 1, times(LARGEST_FACTOR, size), LAYER);
  }
}
