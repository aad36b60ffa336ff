/**
 * The plan of what needs no help on the way: one upload, one circuit, one download.
 *
 * @module
 */
import type { Node, SlotShape } from '../../schemes/circuit.ts';
import type { Action, Arrangement, Plan } from '../plan.ts';

export const CIRCUIT = 'network';
export const INPUT = 'input';
export const OUTPUT = 'output';

/** What goes out beside the last node: of a part of a network, on whose values the client works. */
export interface OtherOutput {
  readonly node: number;
  readonly arrangement: Arrangement;
}

export interface RoundTrip {
  readonly shape: SlotShape;
  /** They begin at the input port and end at the output. */
  readonly nodes: readonly Node[];
  readonly input: Arrangement;
  readonly output: Arrangement;
  /** Left out: none. */
  readonly others?: readonly OtherOutput[];
  readonly batch: number;
  /** Left out: `CIRCUIT`. */
  readonly circuit?: string;
}

/** Name of the output at that place among `valuesOut`. */
export function outputName(at: number): string {
  return at === 0 ? OUTPUT : `${OUTPUT}-${at + 1}`;
}

export function roundTrip({ shape, nodes, input, output, others = [], batch, circuit = CIRCUIT }: RoundTrip): Plan {
  const outputs = [{ node: nodes.length - 1, arrangement: output }, ...others].map((one, at) => ({ ...one, name: outputName(at) }));
  return {
    circuits: [{ id: circuit, shape, nodes, outputs: Object.fromEntries(outputs.map(({ name, node }) => [name, node])) }],
    actions: [
      { do: 'upload', data: INPUT, port: INPUT, held: INPUT },
      { do: 'run', circuit, inputs: { [INPUT]: INPUT }, outputs: Object.fromEntries(outputs.map(({ name }) => [name, name])) },
      { do: 'release', held: INPUT },
      ...outputs.flatMap(({ name }): Action[] => [
        { do: 'download', held: name, result: name },
        { do: 'release', held: name },
      ]),
    ],
    arrangements: {
      [INPUT]: input,
      ...Object.fromEntries(outputs.map(({ name, arrangement }) => [`${circuit}.${name}`, arrangement])),
    },
    batch,
  };
}
