/**
 * An update in one trip: weights up, gradient down. The evaluator applies the polynomial of the sigmoid.
 *
 * @module
 */
import type { Circuit, Values } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Batch } from '../descent.ts';
import type { Rehearsal, Size } from '../rehearsal.ts';
import { monicSigmoid, type MonicSigmoid, type SigmoidPolynomial } from '../sigmoid.ts';
import type { LabelledRows } from '../data/samples.ts';
import { ONE_TRIP_LEARNS, type TrainingRequest, type UpdatePlan } from '../training.ts';
import { fastest } from './fastest.ts';
import { featureSums, perFeatureSlots, perSampleSlots, sampleSlots, type DiagonalLayout } from './layout.ts';
import { DiagonalCircuit } from './parts.ts';
import { addSigmoid } from './sigmoid-nodes.ts';

const CIRCUIT = 'update';
const OUTPUT = 'gradient';

/** The circuit of one update. Scores are scaled as the polynomial wants them; so are errors and gradients. */
export function updateCircuit(layout: DiagonalLayout, sizes: Rehearsal['sizes'], polynomial: SigmoidPolynomial): Circuit {
  const { slots, diagonals, samples } = layout;
  const sigmoid = monicSigmoid(polynomial);
  const scaled = (size: Size): Size => times(sigmoid.scale, size);
  // Slots of a feature add up to its gradient, so each is a part of it.
  const parts = samples / diagonals;
  const circuit = new DiagonalCircuit(layout, null);
  const x = circuit.input('x', diagonals, sizes.features);
  const w = circuit.input('w', 1, scaled(sizes.weights));
  const y = circuit.input('y', 1, { largest: sigmoid.scale / 2, rms: sigmoid.scale / 2 });
  const z = circuit.scores(x, w, scaled(sizes.scores));
  const p = addSigmoid(circuit, slots, z, sigmoid, scaled(sizes.scores), scaled(sizes.errors));
  const errors = circuit.add({ op: 'subtract', left: p, right: y }, 1, scaled(sizes.errors), 'sigmoid');
  const slot = times(1 / Math.sqrt(parts), scaled(sizes.gradients));
  const gradient = circuit.gradient(x, errors, slot);
  return {
    id: CIRCUIT,
    shape: { rows: 1, columns: slots },
    nodes: circuit.nodes,
    outputs: { [OUTPUT]: gradient },
    summed: { [OUTPUT]: { slots: parts, size: sigmoid.scale * sizes.gradients.rms } },
  };
}

function times(factor: number, { largest, rms }: Size): Size {
  return { largest: factor * largest, rms: factor * rms };
}

/** The layout that is fastest by its compiled cost. */
export function planOneTrip(
  layouts: readonly DiagonalLayout[],
  { rows, labels }: LabelledRows,
  sizes: Rehearsal['sizes'],
  polynomial: SigmoidPolynomial,
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const best = fastest(layouts, (layout) => [updateCircuit(layout, sizes, polynomial)], compile);
  if (isRefusal(best)) return best;
  const { candidate: layout, circuits, compiled } = best;
  const sigmoid = monicSigmoid(polynomial);
  return {
    circuits,
    compiled,
    learns: ONE_TRIP_LEARNS,
    gradientStep: null,
    samples: ({ first, count }: Batch) => ({
      x: sampleSlots(layout, rows.slice(first, first + count)),
      y: [perSampleSlots(layout, count, (sample) => target(sigmoid, labels[first + sample]!))],
    }),
    trips: [
      {
        circuit: CIRCUIT,
        outputs: [OUTPUT],
        held: ['x', 'y'],
        send: (point) => ({
          w: [
            perFeatureSlots(
              layout,
              point.map((value) => sigmoid.scale * value),
            ),
          ],
        }),
      },
    ],
    gradient: ([decrypted]: readonly (readonly Values[])[]) => featureSums(layout, decrypted![0]!, 1 / sigmoid.factor),
  };
}

/** What is taken from z * M(z^2), so that the difference is `factor` times the error. */
function target({ factor }: MonicSigmoid, label: number): number {
  return factor * (label - 1 / 2);
}
