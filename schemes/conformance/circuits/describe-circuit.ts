/**
 * A circuit in words, for the messages of failed tests.
 *
 * @module
 */
import { operands, type Circuit, type Node } from '../../circuit.ts';

/** One line per node: index, operation, what it reads, width and range. */
export function describeCircuit({ id, nodes, outputs }: Circuit): string {
  const lines = nodes.map((node, at) => {
    const { width, min, max } = node.type;
    return `  ${at} = ${node.op}(${[...operands(node), ...detailsOf(node)].join(', ')}): ${width} in [${min}, ${max}]`;
  });
  return [`${id}:`, ...lines, `  outputs ${JSON.stringify(outputs)}`].join('\n');
}

function detailsOf(node: Node): readonly string[] {
  switch (node.op) {
    case 'input':
      return [node.port];
    case 'rotate':
      return [`by ${node.by}`];
    case 'fold':
      return [`by ${node.rotations.join(' ')}`];
    case 'pick':
      return [`at ${node.from.map(([, index]) => index).join(' ')}`];
    case 'affine':
      return [`${node.matrix.rows} x ${node.matrix.columns}`];
    case 'transform':
      return [node.outputs.map((terms) => terms.map(({ from, baby, giant }) => `${from}:${baby}:${giant}`).join(' ')).join(' | ')];
    case 'convolve':
      return [node.outputs.map((terms) => terms.map(({ from, weights }) => `${from}:${weights.length}`).join(' ')).join(' | ')];
    default:
      return [];
  }
}
