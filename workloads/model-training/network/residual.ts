/**
 * Training through a residual block: what goes in is added to what its layers make of it (He et al., CVPR 2016).
 *
 * @module
 */
import type { Layer } from '../../network/network.ts';
import { INPUT } from '../../network/wiring.ts';
import type { Parameter, Trainable } from './trainable.ts';

export class TrainableResidual implements Trainable {
  readonly parameters: readonly Parameter[];
  readonly outputs: number;
  readonly #name: string;
  readonly #branch: readonly Trainable[];

  /** @param branch layers that make as many values as they take */
  constructor(name: string, branch: readonly Trainable[]) {
    this.#name = name;
    this.#branch = branch;
    this.parameters = branch.flatMap(({ parameters }) => parameters);
    this.outputs = branch.at(-1)!.outputs;
  }

  forward(input: Float64Array, batch: number, training: boolean): Float64Array {
    const made = this.#branch.reduce((values, layer) => layer.forward(values, batch, training), input);
    return made.map((value, index) => value + input[index]!);
  }

  backward(gradient: Float64Array): Float64Array {
    const ofBranch = this.#branch.reduceRight((slopes, layer) => layer.backward(slopes), gradient);
    return ofBranch.map((slope, index) => slope + gradient[index]!);
  }

  settle(): void {
    for (const layer of this.#branch) layer.settle?.();
  }

  finish(layers: Layer[]): void {
    const before = layers.at(-1)?.name ?? INPUT;
    for (const layer of this.#branch) layer.finish(layers);
    layers.push({ kind: 'add', name: this.#name, reads: [before, layers.at(-1)!.name] });
  }
}
