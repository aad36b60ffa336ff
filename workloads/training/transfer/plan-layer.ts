/**
 * An update of one linear layer in one trip: weights of all outputs up, their gradients down, by the diagonals of logistic regression.
 *
 * @module
 */
import type { Circuit } from '../../../schemes/circuit.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { LabelledRows } from '../data/samples.ts';
import { fastest } from '../diagonals/fastest.ts';
import { featureSums, perFeatureSlots, perSampleSlots, sampleSlots, type DiagonalLayout } from '../diagonals/layout.ts';
import { DiagonalCircuit } from '../diagonals/parts.ts';
import type { Rehearsal, Size } from '../rehearsal.ts';
import { ONE_TRIP_LEARNS, type TrainingRequest, type UpdatePlan } from '../training.ts';

const CIRCUIT = 'update';
const OUTPUT = 'gradient';

/** Each output goes its own way: scores, errors and gradient. */
function layerCircuit(layout: DiagonalLayout, sizes: Rehearsal['sizes'], outputs: number): Circuit {
  const parts = layout.samples / layout.diagonals;
  const circuit = new DiagonalCircuit(layout, null);
  const x = circuit.input('x', layout.diagonals, sizes.features);
  const w = circuit.input('w', outputs, sizes.weights);
  const y = circuit.input('y', outputs, { largest: 1, rms: 1 });
  const slot = { largest: sizes.gradients.largest / Math.sqrt(parts), rms: sizes.gradients.rms / Math.sqrt(parts) };
  const one = (of: number, output: number, size: Size): number => circuit.add({ op: 'pick', from: [[of, output]] }, 1, size, 'input');
  const each = Array.from({ length: outputs }, (_, output) => output);
  const scores = each.map((output) => circuit.scores(x, one(w, output, sizes.weights), sizes.scores));
  const bundled = circuit.add({ op: 'pick', from: scores.map((node) => [node, 0]) }, outputs, sizes.scores, 'scores');
  const errors = circuit.add({ op: 'subtract', left: bundled, right: y }, outputs, sizes.errors, 'errors');
  const gradients = each.map((output) => circuit.gradient(x, one(errors, output, sizes.errors), slot));
  const all = circuit.add({ op: 'pick', from: gradients.map((node) => [node, 0]) }, outputs, slot, 'gradient');
  return {
    ...{ id: CIRCUIT, shape: { rows: 1, columns: layout.slots }, nodes: circuit.nodes, outputs: { [OUTPUT]: all } },
    summed: { [OUTPUT]: { slots: parts, size: sizes.gradients.rms } },
  };
}

/** The layout that is fastest by its compiled cost. */
export function planLayer(
  layouts: readonly DiagonalLayout[],
  { rows, labels }: LabelledRows,
  outputs: number,
  sizes: Rehearsal['sizes'],
  compile: TrainingRequest['compile'],
): UpdatePlan | Refusal {
  const best = fastest(layouts, (layout) => [layerCircuit(layout, sizes, outputs)], compile);
  if (isRefusal(best)) return best;
  const { candidate: layout, circuits, compiled } = best;
  const { features } = layout;
  const each = Array.from({ length: outputs }, (_, output) => output);
  return {
    ...{ circuits, compiled, learns: ONE_TRIP_LEARNS, gradientStep: null },
    samples: ({ first, count }) => ({
      x: sampleSlots(layout, rows.slice(first, first + count)),
      y: each.map((output) => perSampleSlots(layout, count, (sample) => (labels[first + sample] === output ? 1 : 0))),
    }),
    trips: [
      {
        ...{ circuit: CIRCUIT, outputs: [OUTPUT], held: ['x', 'y'] },
        send: (point) => ({ w: each.map((output) => perFeatureSlots(layout, point.subarray(output * features, (output + 1) * features))) }),
      },
    ],
    gradient: ([decrypted]) => Float64Array.from(decrypted!.flatMap((slots) => [...featureSums(layout, slots, 1)])),
  };
}
