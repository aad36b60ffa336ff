/**
 * The plan of a network that needs no help on the way: one upload, one circuit, one download. Both layouts share it.
 *
 * @module
 */
import type { Node, SlotShape } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';

export const CIRCUIT = 'network';
export const INPUT = 'input';
export const OUTPUT = 'output';

/** `nodes` begin at the input port and end at the output. */
export function roundTrip(
  shape: SlotShape,
  nodes: readonly Node[],
  arrangements: { readonly input: Arrangement; readonly output: Arrangement },
  batch: number,
): Plan {
  return {
    circuits: [{ id: CIRCUIT, shape, nodes, outputs: { [OUTPUT]: nodes.length - 1 } }],
    steps: [
      { do: 'upload', data: INPUT, port: INPUT, held: INPUT },
      { do: 'run', circuit: CIRCUIT, inputs: { [INPUT]: INPUT }, outputs: { [OUTPUT]: OUTPUT } },
      { do: 'release', held: INPUT },
      { do: 'download', held: OUTPUT, result: OUTPUT },
      { do: 'release', held: OUTPUT },
    ],
    arrangements: { [INPUT]: arrangements.input, [`${CIRCUIT}.${OUTPUT}`]: arrangements.output },
    batch,
  };
}
