/**
 * The plan of what needs no help on the way: one upload, one circuit, one download.
 *
 * @module
 */
import type { Node, SlotShape } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';

export const CIRCUIT = 'network';
export const INPUT = 'input';
export const OUTPUT = 'output';

/** `nodes` begin at the input port and end at the output; `circuit` names what they make. */
export function roundTrip(
  shape: SlotShape,
  nodes: readonly Node[],
  arrangements: { readonly input: Arrangement; readonly output: Arrangement },
  batch: number,
  circuit = CIRCUIT,
): Plan {
  return {
    circuits: [{ id: circuit, shape, nodes, outputs: { [OUTPUT]: nodes.length - 1 } }],
    actions: [
      { do: 'upload', data: INPUT, port: INPUT, held: INPUT },
      { do: 'run', circuit, inputs: { [INPUT]: INPUT }, outputs: { [OUTPUT]: OUTPUT } },
      { do: 'release', held: INPUT },
      { do: 'download', held: OUTPUT, result: OUTPUT },
      { do: 'release', held: OUTPUT },
    ],
    arrangements: { [INPUT]: arrangements.input, [`${circuit}.${OUTPUT}`]: arrangements.output },
    batch,
  };
}
