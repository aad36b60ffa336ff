/**
 * The lowered program: what a circuit becomes once levels, scales, relinearisations and divisions are decided. Both
 * evaluators (the library's operations, and our own kernels) execute it; macro instructions such as `transform` stay whole,
 * so that each may hoist and fuse as it can. A program holds no weight: plaintext operands stay in the circuit's nodes.
 *
 * @module
 */
import type { Node, SlotShape } from '../../circuit.ts';
import { findLastUses, type Schedule } from '../../registers.ts';
import type { Kernels, ParameterSet } from '../../scheme.ts';

/** A ring, its chain of primes, and for integers the plaintext modulus. */
export interface RlweParameters extends ParameterSet {
  /** N, a power of two. */
  readonly degree: number;
  /** Bits of the data primes, then of the special prime for key switching. */
  readonly modulus_bits: readonly number[];
}

/** Where a bundle stands in the chain. Registers are numbered from 0 and written once. */
export interface Place {
  /** Register that holds the bundle. */
  readonly result: number;
  /** Ciphertexts in the bundle. */
  readonly width: number;
  /** Data primes left. */
  readonly limbs: number;
  /** Encoded value = scale * real value; null for integers. */
  readonly scale: number | null;
  /** Polynomials of each ciphertext: 3 after a multiplication that was not relinearised. */
  readonly polynomials: 2 | 3;
}

export type Instruction = Place & {
  /** Node of the circuit that this belongs to: it holds plains, matrix and layer. */
  readonly node: number;
} & (
    | { readonly op: 'input'; readonly port: string }
    /** `multiply` with left === right is a square. */
    | { readonly op: 'add' | 'subtract' | 'multiply' | 'dot'; readonly left: number; readonly right: number }
    | { readonly op: 'relinearize' | 'addPlain' | 'fold' | 'rotate' | 'rotateSum' | 'swapRows'; readonly of: number }
    /** Divides by the last `primes` primes and drops them: rescale (CKKS), modulus switch (BFV, BGV). */
    | { readonly op: 'divide'; readonly of: number; readonly primes: number }
    /** Forgets primes without dividing: real values only. */
    | { readonly op: 'drop'; readonly of: number; readonly primes: number }
    /** Plaintext operands are encoded at `plainScale`; an affine bias at the result's scale. */
    | { readonly op: 'affine' | 'transform'; readonly of: number; readonly plainScale: number | null }
    | { readonly op: 'pick'; readonly from: readonly (readonly [register: number, index: number])[] }
  );

export interface CircuitProgram {
  readonly id: string;
  readonly shape: SlotShape;
  readonly instructions: readonly Instruction[];
  /** Output name to register. */
  readonly outputs: Readonly<Record<string, number>>;
}

/** A port as the wire sees it. */
export interface PortPlace {
  readonly limbs: number;
  readonly scale: number | null;
  readonly polynomials: 2 | 3;
}

/** Adapter's part of the client plan: public, free of weights, JSON-able. */
export interface RlweClientDetails {
  /** Plaintext primes in decimal, one for each pass; none for CKKS. */
  readonly plainModuli: readonly string[];
  /** Whether every pass has keys of its own. */
  readonly keysPerPass: boolean;
  readonly keys: NeededKeys;
  readonly ports: Readonly<Record<string, PortPlace>>;
}

/** Which keys a program needs, and the most data primes that each is used at: it is sent for no more than these. */
export interface NeededKeys {
  /** The most data primes that the relinearisation key is used at; 0: the program needs none. */
  readonly relinearization: number;
  /** The same by number of slots, ascending: 1 to columns - 1, and SWAP_ROWS for the exchange of rows. */
  readonly rotations: readonly (readonly [by: number, limbs: number])[];
}

/** Adapter's part for the evaluator. */
export interface RlweProgram {
  readonly kernels: Kernels;
  /** Whether the plan is right on our kernels only: the library has more noise in key switches (CKKS) or in sums of unlike values (BGV). */
  readonly restsOnOwnNoise: boolean;
  readonly parameters: RlweParameters;
  readonly details: RlweClientDetails;
  readonly circuits: readonly CircuitProgram[];
}

/** The registers that an instruction reads. */
export function reads(instruction: Instruction): readonly number[] {
  switch (instruction.op) {
    case 'input':
      return [];
    case 'add':
    case 'subtract':
    case 'multiply':
    case 'dot':
      return [instruction.left, instruction.right];
    case 'pick':
      return instruction.from.map(([register]) => register);
    default:
      return [instruction.of];
  }
}

/** A program as it runs: instruction i writes register i. `nodes` are its circuit's. */
export function scheduleProgram({ instructions, outputs }: CircuitProgram, nodes: readonly Node[]): Schedule {
  return { layers: instructions.map(({ node }) => nodes[node]!.layer), lastUses: lastUsesOf({ instructions, outputs }), outputs };
}

/** For each instruction, the registers that none after it reads; outputs stay. */
export function lastUsesOf({ instructions, outputs }: Pick<CircuitProgram, 'instructions' | 'outputs'>): Schedule['lastUses'] {
  return findLastUses(instructions.map(reads), Object.values(outputs));
}
