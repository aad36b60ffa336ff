/**
 * An update in one trip: weights up, gradient down. The evaluator applies the polynomial of the sigmoid.
 *
 * @module
 */
import type { Circuit, Values } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Batch } from '../descent.ts';
import type { Rehearsal } from '../rehearsal.ts';
import { monicSigmoid, type SigmoidPolynomial } from '../sigmoid.ts';
import type { LabelledRows } from '../data/samples.ts';
import { ONE_TRIP_LEARNS, type TrainingRequest, type UpdatePlan } from '../training.ts';
import { fastest } from './fastest.ts';
import { featureSums, perFeatureSlots, perSampleSlots, sampleSlots, type DiagonalLayout } from './layout.ts';
import { addGradient, judgedGradient, target, targetSize, times } from './gradient-nodes.ts';
import { DiagonalCircuit } from './parts.ts';

const CIRCUIT = 'update';
const OUTPUT = 'gradient';

/** The circuit of one update. Scores are scaled as the polynomial wants them; so are errors and gradients. */
export function updateCircuit(layout: DiagonalLayout, sizes: Rehearsal['sizes'], polynomial: SigmoidPolynomial): Circuit {
  const sigmoid = monicSigmoid(polynomial);
  const circuit = new DiagonalCircuit(layout, null);
  const x = circuit.input('x', layout.diagonals, sizes.features);
  const w = circuit.input('w', 1, times(sigmoid.scale, sizes.weights));
  const y = circuit.input('y', 1, targetSize(sigmoid));
  return {
    id: CIRCUIT,
    shape: { rows: 1, columns: layout.slots },
    nodes: circuit.nodes,
    outputs: { [OUTPUT]: addGradient(circuit, layout, { x, w, y }, sizes, sigmoid) },
    summed: { [OUTPUT]: judgedGradient(layout, sizes, sigmoid) },
  };
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
