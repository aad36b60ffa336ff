/**
 * The batched layout (CryptoNets, ICML 2016): a ciphertext per value, and slot s of every ciphertext belongs to sample s.
 *
 * @module
 */
import type { Node, SlotShape } from '../../schemes/circuit.ts';
import type { Arrangement, Plan } from '../plan.ts';
import { appendPolynomial } from './polynomial/activation.ts';
import { outputWidth, type EvaluatorLayer, type PlannedPart } from './planned-network.ts';
import { INPUT, roundTrip } from './round-trip.ts';

/** Ciphertext i holds value i of every sample. */
function samplesInSlots(values: number, batch: number): Arrangement {
  return {
    values,
    index: Array.from({ length: values }, (_, value) => Int32Array.from({ length: batch }, (_, slot) => slot * values + value)),
  };
}

/** Appends the layer, applied to the node before. */
function appendLayer(nodes: Node[], layer: EvaluatorLayer, slots: number): void {
  const of = nodes.length - 1;
  const { width } = nodes[of]!.type;
  switch (layer.kind) {
    case 'linear': {
      const { matrix, bias, name } = layer;
      nodes.push({ op: 'affine', of, matrix, bias, type: { width: matrix.rows, ...layer.output }, layer: name });
      break;
    }
    case 'polynomial':
      appendPolynomial(nodes, of, layer.polynomial, layer.name, slots);
      break;
    case 'table':
      nodes.push({ op: 'table', of, table: layer.table, type: { width, ...layer.output }, layer: layer.name });
  }
}

/**
 * A plan that takes as many samples at once as the shape has slots.
 *
 * @throws EnigmarkError RANGE_TOO_LARGE
 */
export function planBatched(network: PlannedPart, shape: SlotShape): Plan {
  const batch = shape.rows * shape.columns;
  const { inputs, input, layers } = network;
  const nodes: Node[] = [{ op: 'input', port: INPUT, sources: ['client'], type: { width: inputs, ...input }, layer: INPUT }];
  for (const layer of layers) appendLayer(nodes, layer, batch);
  return roundTrip(shape, nodes, { input: samplesInSlots(inputs, batch), output: samplesInSlots(outputWidth(network), batch) }, batch);
}
