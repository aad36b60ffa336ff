/**
 * The library operations that an instruction stands for. Costs, counts and the evaluators all follow this decomposition.
 *
 * @module
 */
import type { Node, TransformTerm } from '../../circuit.ts';
import type { DftStep, Instruction } from './program.ts';

/** One kind of single operation, at the limbs it runs at, and how often. */
export interface OperationCount {
  readonly operation: string;
  readonly limbs: number;
  readonly times: number;
}

/** How ciphertexts rest: as values at points (CKKS, BGV), or as coefficients that change form around plain products (BFV). */
export type Form = 'points' | 'coefficients';

/** The library operations that one instruction takes; both counts and evaluator follow this decomposition. */
export function operationsOf(instruction: Instruction, node: Node, form: Form): readonly OperationCount[] {
  const { limbs, width } = instruction;
  const count = (operation: string, times: number): OperationCount => ({ operation, limbs, times });
  switch (instruction.op) {
    case 'input':
    case 'pick':
      return [];
    case 'add':
    case 'subtract':
    case 'addPlain':
    case 'rotate':
    case 'swapRows':
      return [count(instruction.op, width)];
    case 'multiply':
      return [count(instruction.left === instruction.right ? 'square' : 'multiply', width)];
    case 'dot': {
      if (node.op !== 'dot') return [];
      const products = node.outputs.reduce((sum, terms) => sum + terms.length, 0);
      return [count('multiply', products), count('add', sumsOf(node.outputs))];
    }
    case 'rotateSum': {
      if (node.op !== 'rotateSum') return [];
      const rotations = node.outputs.flat().filter(({ by }) => by !== 0).length;
      return [count('rotate', rotations), count('add', sumsOf(node.outputs))];
    }
    case 'relinearize':
      return [count('relinearize', width)];
    case 'divide':
      // Divisions run prime by prime, each at one limb less.
      return Array.from({ length: instruction.primes }, (_, dropped) => ({
        operation: 'divide',
        limbs: limbs + instruction.primes - dropped,
        times: width,
      }));
    case 'drop':
      return [{ operation: 'drop', limbs: limbs + instruction.primes, times: width }];
    case 'fold': {
      const doublings = node.op === 'fold' ? node.rotations.length : 0;
      return [count('rotate', doublings * width), count('add', doublings * width)];
    }
    case 'combine': {
      const { terms, constant } = instruction;
      return [
        count('multiplyConstant', width * terms.length),
        count('add', width * (terms.length - 1)),
        count('addPlain', constant === 0n ? 0 : width),
      ];
    }
    case 'dftFactor': {
      const { rotations, products, sums } = transformCounts([termsOf(instruction.steps)]);
      return [count('rotate', width * rotations), count('multiplyPlain', width * products), count('add', width * sums)];
    }
    case 'sumAutomorphisms': {
      const { rotations } = instruction;
      return [count('rotate', width * rotations.length), count('add', width * rotations.length)];
    }
    case 'raise':
      // There is one in each.
      return [count('bootstrap', width)];
    case 'affine': {
      if (node.op !== 'affine') return [];
      const { products, sums, biases } = affineCounts(node);
      return [count('multiplyConstant', products), count('add', sums), count('addPlain', biases)];
    }
    case 'transform': {
      if (node.op !== 'transform') return [];
      const { operands, rotations, products, sums, groups, empty } = transformCounts(node.outputs);
      const changes = form === 'coefficients' ? [count('toTransformed', operands), count('fromTransformed', groups)] : [];
      return [count('rotate', rotations), count('multiplyPlain', products), count('add', sums), count('subtract', empty), ...changes];
    }
  }
}

function sumsOf(outputs: readonly (readonly unknown[])[]): number {
  return outputs.reduce((sum, terms) => sum + Math.max(terms.length - 1, 0), 0);
}

interface AffineCounts {
  readonly products: number;
  readonly sums: number;
  readonly biases: number;
}

/** Plans are compared by the thousand, over the same nodes. */
const knownAffineCounts = new WeakMap<Node, AffineCounts>();

function affineCounts(node: Extract<Node, { op: 'affine' }>): AffineCounts {
  const counts = knownAffineCounts.get(node) ?? countAffine(node);
  knownAffineCounts.set(node, counts);
  return counts;
}

function countAffine({ matrix, bias }: Extract<Node, { op: 'affine' }>): AffineCounts {
  let products = 0;
  let sums = 0;
  for (let row = 0; row < matrix.rows; row++) {
    const entries = matrix.values.subarray(matrix.offsets[row], matrix.offsets[row + 1]).filter((value) => value !== 0).length;
    // A row without weights is one product by zero: its output is a ciphertext all the same.
    products += Math.max(entries, 1);
    sums += Math.max(entries - 1, 0);
  }
  return { products, sums, biases: Array.from<number | bigint>(bias).filter((value) => Number(value) !== 0).length };
}

interface TransformCounts {
  /** Distinct rotated inputs, the unrotated one included. */
  readonly operands: number;
  readonly rotations: number;
  readonly products: number;
  readonly sums: number;
  /** Sums whose terms share a giant step. */
  readonly groups: number;
  /** Outputs without a term. */
  readonly empty: number;
}

/** The steps of a matrix as terms of a transform of one input. */
export function termsOf(steps: readonly DftStep[]): readonly RotatedTerm[] {
  return steps.map((step) => ({ from: 0, ...step }));
}

type RotatedTerm = Pick<TransformTerm, 'from' | 'baby' | 'giant'>;

/** Baby rotations are shared by all outputs; a giant rotation follows the sum of its terms. */
function transformCounts(outputs: readonly (readonly RotatedTerm[])[]): TransformCounts {
  const babies = new Map(outputs.flat().map(({ from, baby }) => [`${from}/${baby}`, baby]));
  const giants = outputs.flatMap((terms) => [...new Set(terms.map(({ giant }) => giant))]);
  return {
    operands: babies.size,
    rotations: [...babies.values(), ...giants].filter((by) => by !== 0).length,
    products: outputs.reduce((sum, terms) => sum + terms.length, 0),
    sums: outputs.reduce((sum, terms) => sum + Math.max(terms.length - 1, 0), 0),
    empty: outputs.filter((terms) => terms.length === 0).length,
    groups: giants.length,
  };
}

/** Name of a count: 'rotate@3' is a rotation at three limbs. */
export function countName(operation: string, limbs: number): string {
  return `${operation}@${limbs}`;
}
