/**
 * Circuits of updates in the making: nodes with the sizes that a rehearsal saw.
 *
 * @module
 */
import type { Node, Operation, ValueType } from '../../schemes/circuit.ts';
import type { Size } from './rehearsal.ts';

/** What a rehearsal saw is exceeded by no more than this: encrypted weights are not quite those of the rehearsal. */
const MARGIN = 1.5;

export class SizedNodes {
  readonly nodes: Node[] = [];
  readonly #step: number | null;

  /** `step`: null for real numbers, 1 for whole ones. */
  constructor(step: number | null) {
    this.#step = step;
  }

  add(operation: Operation, width: number, { largest, rms }: Size, layer: string): number {
    const most = this.#step === null ? MARGIN * largest : largest;
    const type: ValueType = { width, min: -most, max: most, bound: this.#step === null ? 'calibrated' : 'proven', rms, step: this.#step };
    return this.nodes.push({ ...operation, type, layer }) - 1;
  }

  input(port: string, width: number, size: Size): number {
    return this.add({ op: 'input', port, sources: ['client'] }, width, size, 'input');
  }

  sizeOf(node: number): Size {
    const { max, rms } = this.nodes[node]!.type;
    return { largest: this.#step === null ? max / MARGIN : max, rms: rms ?? max };
  }
}
