/**
 * A network cut at its activations: linear layers for the evaluator, and activations for the client between them.
 *
 * @module
 */
import { refuse } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { Activation } from '../../network/activation.ts';
import { averagePoolMap, averagePoolShape } from '../../network/average-pool.ts';
import { type Chain, chainOf } from '../../network/chain.ts';
import { graphOf, type Layer, type Network } from '../../network/network.ts';
import { type Shape, sizeOf } from '../../network/shape.ts';
import type { AverageWindows } from '../../plan.ts';

/** What the client does behind a linear layer. */
export interface Cut {
  /** Of its layers, joined: 'relu + pool'. */
  readonly name: string;
  readonly activation: Activation['activation'];
  readonly parameters?: Activation['parameters'];
  readonly pool: AverageWindows | null;
}

/** One linear link. */
export interface Segment {
  readonly chain: Chain;
  /** null behind the last. */
  readonly cut: Cut | null;
}

/**
 * Average pools right behind an activation are the client's: it then sends the fewer values. Refused with NO_ACTIVATION where the client
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
    if (layer.kind !== 'activation') {
      linear.push(layer);
      continue;
    }
    const pools = poolsBehind(network.layers, at, shapes);
    at = pools.end - 1;
    const cut = {
      name: [layer.name, ...pools.names].join(' + '),
      activation: layer.activation,
      parameters: layer.parameters,
      pool: pools.windows,
    };
    if (!linear.some(isLinear) || !network.layers.slice(pools.end).some(isLinear)) {
      return refuse('ACTIVATION_PLACE', `'${layer.name}' is not between two linear layers, where the client could apply it`);
    }
    segments.push({ chain: chainOf({ input: { ...network.input, shape }, layers: linear }), cut });
    linear = [];
    shape = shapes[pools.end]!;
  }
  if (segments.length === 0) return refuse('NO_ACTIVATION', 'the network has no activation that the client could apply');
  return [...segments, { chain: chainOf({ input: { ...network.input, shape }, layers: linear }), cut: null }];
}

function isLinear({ kind }: Layer): boolean {
  return kind !== 'activation' && kind !== 'flatten' && kind !== 'reshape';
}

interface Pools {
  readonly names: readonly string[];
  /** null: there are none. */
  readonly windows: AverageWindows | null;
  /** Index of the layer behind them. */
  readonly end: number;
}

/** Pools right behind layer `at`; flattening changes no value. */
function poolsBehind(layers: readonly Layer[], at: number, shapes: readonly Shape[]): Pools {
  const names: string[] = [];
  let windows: AverageWindows | null = null;
  let end = at + 1;
  for (let next = end; next < layers.length; next++) {
    const layer = layers[next]!;
    if (layer.kind === 'flatten' || layer.kind === 'reshape') continue;
    // Zeros of a padding are no values that the client has.
    if (layer.kind !== 'averagePool' || layer.padding !== undefined || windows !== null) break;
    const { matrix } = averagePoolMap(layer, shapes[next]!);
    windows = {
      inputs: sizeOf(shapes[next]!),
      windows: Array.from({ length: sizeOf(averagePoolShape(layer, shapes[next]!)) }, (_, row) =>
        Int32Array.from(matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1])),
      ),
    };
    names.push(layer.name);
    end = next + 1;
  }
  return { names, windows, end };
}
