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
  /** Bits of the data primes, then of the special primes for key switching. */
  readonly modulus_bits: readonly number[];
  /** How many of the primes are special, 1 by default. With several, keys have fewer digits, which only our kernels can use. */
  readonly specialPrimes?: number;
  /** How the chain serves bootstrapping; absent: it has no primes for that. */
  readonly bootstrap?: BootstrapChain;
}

/**
 * Which data primes serve bootstrapping. First to last: the modulus that values are raised from, those of SlotToCoeff, those of the
 * circuit, those of EvalMod, those of CoeffToSlot.
 */
export interface BootstrapChain {
  /** Primes of SlotToCoeff: as many matrices. */
  readonly slotToCoeff: number;
  /** Primes of EvalMod, one for each multiplication that follows another. */
  readonly evalMod: number;
  /** Primes of CoeffToSlot: as many matrices. */
  readonly coeffToSlot: number;
  readonly sine: SineShape;
  /** Coefficients that are not zero in the ephemeral secret, which values are raised under; null: there is none. */
  readonly ephemeralWeight: number | null;
}

/** The polynomial that takes multiples of the modulus away: a cosine, its argument doubled until it is the sine of the value. */
export interface SineShape {
  /** K: multiples of the modulus stay below it. */
  readonly range: number;
  /** Of the polynomial before its argument is doubled. */
  readonly degree: number;
  readonly doubleAngles: number;
}

/** Some stages of the discrete Fourier transform between slots and coefficients. */
export interface DftFactor {
  /** Complex values: a power of two. */
  readonly slots: number;
  readonly direction: 'coeffToSlot' | 'slotToCoeff';
  /** The first stage and the one after the last, of log2(slots), in the order in which they are applied. */
  readonly stages: readonly [first: number, end: number];
  /** What the matrix is multiplied by. */
  readonly constant: number;
}

/** A diagonal of a matrix: rotated by the baby step, multiplied, summed with others of its giant step, rotated by that. */
export interface DftStep {
  readonly baby: number;
  readonly giant: number;
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
    /** Sum of whole factors times values, plus a constant in every slot. What has more primes than the result is read at as many. */
    | { readonly op: 'combine'; readonly terms: readonly (readonly [register: number, factor: bigint])[]; readonly constant: bigint }
    /** A matrix over complex slots in the order of powers of 5; the steps count such slots. */
    | {
        readonly op: 'dftFactor';
        readonly of: number;
        readonly plainScale: number;
        readonly factor: DftFactor;
        readonly steps: readonly DftStep[];
      }
    /** x += x rotated, for each rotation in order, as keys count them (`keys.ts`). */
    | { readonly op: 'sumAutomorphisms'; readonly of: number; readonly rotations: readonly number[] }
    /** From one prime to many: adds multiples of that prime to the value, which is multiplied by the factor. */
    | { readonly op: 'raise'; readonly of: number; readonly factor: bigint }
  );

/** Appends an instruction, of which the number of its register is made. */
export type Emit = (given: DistributiveOmit<Instruction, 'result'>) => Place;

/** A bootstrap of a circuit, and what the plan vouches for. */
export interface BootstrapNode {
  /** Index in the circuit. */
  readonly node: number;
  /** Slots repeat after so many. */
  readonly slots: number;
  /** No value is larger in magnitude. */
  readonly range: number;
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

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
  /** The same by rotation, ascending, in the numbering of `galoisElement`. */
  readonly rotations: readonly (readonly [by: number, limbs: number])[];
  /** The data primes that a value is raised to under an ephemeral secret; absent: none is. */
  readonly encapsulation?: number;
}

/** Adapter's part for the evaluator. */
export interface RlweProgram {
  readonly kernels: Kernels;
  /** Whether the plan is right on our kernels only: the library has more noise in key switches (CKKS) or in sums of unlike values (BGV). */
  readonly restsOnOwnNoise: boolean;
  /** Bytes of keys that stay outside of our kernels' memory, which they would not fit into, and are copied in as they are used; 0: none does. */
  readonly keysOutside_bytes: number;
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
    case 'combine':
      return instruction.terms.map(([register]) => register);
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
