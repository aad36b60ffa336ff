/**
 * A network cut at its activations: linear layers for the evaluator, and activations for the client between them.
 *
 * @module
 */
import { refuse } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import { averagePoolMap } from '../../network/average-pool.ts';
import { type Chain, chainOf } from '../../network/chain.ts';
import type { LinearMap } from '../../network/linear-map.ts';
import { graphOf, type Layer, type Network } from '../../network/network.ts';
import { maxPoolWindows } from '../../network/max-pool.ts';
import { type Shape, sizeOf } from '../../network/shape.ts';
import type { ClientStep, Pool } from '../../plan.ts';

/** What the client does behind a linear layer. */
export interface Cut {
  /** Of its layers, joined: 'relu + pool'. */
  readonly name: string;
  readonly steps: readonly ClientStep[];
}

/** One linear link. */
export interface Segment {
  readonly chain: Chain;
  /** null behind the last. */
  readonly cut: Cut | null;
}

/**
 * Pools right behind an activation are the client's: it then sends the fewer values. So is max pooling wherever it stands. Refused with NO_ACTIVATION where the client
 * would have nothing to do, and with ACTIVATION_PLACE where an activation is not between two linear layers, with
 * SKIP_UNSUPPORTED where a layer reads another than the one before.
 *
 * @throws EnigmarkError as `chainOf` does
 */
export function segmentsOf(network: Network): readonly Segment[] | Refusal {
  const { layers, shapes } = graphOf(network);
  if (layers.some(({ of }, at) => of.length > 1 || of[0] !== at)) {
    return refuse('SKIP_UNSUPPORTED', 'values are passed around other layers, and the client would be sent them in every round');
  }
  const segments: Segment[] = [];
  let linear: Layer[] = [];
  let shape = network.input.shape;
  for (let at = 0; at < network.layers.length; at++) {
    const layer = network.layers[at]!;
    if (layer.kind !== 'activation' && layer.kind !== 'maxPool') {
      linear.push(layer);
      continue;
    }
    const { end, ...cut } = stepsFrom(network.layers, at, shapes);
    at = end - 1;
    if (!linear.some(isLinear) || !network.layers.slice(end).some(isLinear)) {
      return refuse('ACTIVATION_PLACE', `'${layer.name}' is not between two linear layers, where the client could apply it`);
    }
    segments.push({ chain: chainOf({ input: { ...network.input, shape }, layers: linear }), cut });
    linear = [];
    shape = shapes[end]!;
  }
  if (segments.length === 0) return refuse('NO_ACTIVATION', 'the network has no activation that the client could apply');
  return [...segments, { chain: chainOf({ input: { ...network.input, shape }, layers: linear }), cut: null }];
}

function isLinear({ kind }: Layer): boolean {
  return kind !== 'activation' && kind !== 'maxPool' && kind !== 'flatten' && kind !== 'reshape';
}

/** Of the client, from layer `first` on; `end` is the layer behind them. */
function stepsFrom(layers: readonly Layer[], first: number, shapes: readonly Shape[]): Cut & { readonly end: number } {
  const names: string[] = [];
  const steps: ClientStep[] = [];
  let end = first;
  for (let at = first; at < layers.length; at++) {
    const layer = layers[at]!;
    // Flattening changes no value.
    if (layer.kind === 'flatten' || layer.kind === 'reshape') continue;
    const step = stepOf(layer, shapes[at]!);
    if (step === null) break;
    steps.push(step);
    names.push(layer.name);
    end = at + 1;
  }
  return { name: names.join(' + '), steps, end };
}

/** null: the server computes the layer. */
function stepOf(layer: Layer, shape: Shape): ClientStep | null {
  switch (layer.kind) {
    case 'activation':
      return { kind: 'activation', activation: layer.activation, parameters: layer.parameters };
    case 'maxPool':
      return { kind: 'largest', inputs: sizeOf(shape), windows: maxPoolWindows(layer, shape) };
    case 'averagePool':
      // Zeros of a padding are no values that the client has.
      return layer.padding === undefined ? meanOf(averagePoolMap(layer, shape), sizeOf(shape)) : null;
    default:
      return null;
  }
}

function meanOf({ matrix: { rows, offsets, indices } }: LinearMap, inputs: number): Pool {
  const windows = Array.from({ length: rows }, (_, row) => Int32Array.from(indices.subarray(offsets[row], offsets[row + 1])));
  return { kind: 'mean', inputs, windows };
}
