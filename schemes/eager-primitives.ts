/**
 * What a small adapter writes: operations on single ciphertexts, carried out at once. `interpret` makes an evaluator of them.
 *
 * @module
 */
import type { ConvolutionTerm, LookupTable, SparseMatrix, Values } from './circuit.ts';
import type { Memory } from './scheme.ts';

/** C is a ciphertext, P an encoded plaintext operand. Operations return new ciphertexts and leave their inputs alone. */
export interface Primitives<C extends object, P> {
  /** Payload of an envelope to ciphertext; throws EnigmarkError where the bytes are damaged. */
  load(payload: Uint8Array): C;
  store(c: C): Uint8Array;
  release(c: C): void;
  add(a: C, b: C): C;
  subtract(a: C, b: C): C;
  /** One number per slot, to be used beside a ciphertext; called on the first run, then kept. */
  encode(values: Values, step: number | null, beside: C, use: 'add' | 'multiply'): P;
  addPlain(c: C, p: P): C;
  multiplyPlain(c: C, p: P): C;
  multiply?(a: C, b: C): C;
  rotate?(c: C, columns: number): C;
  swapRows?(c: C): C;
  /** Without it an affine map is built of multiplyPlain, add and addPlain. */
  affine?(inputs: readonly C[], matrix: SparseMatrix, bias: Values): C[];
  /** The sum of the terms; see `Operation`. */
  convolve?(inputs: readonly C[], terms: readonly ConvolutionTerm[]): C;
  table?(inputs: readonly C[], table: LookupTable): C[];
  /** `reach`: no slot of c is larger in magnitude. */
  bootstrap?(c: C, reach: number): C;
  /** JavaScript buffers of one ciphertext or operand; where these are elsewhere, `memory` counts them. */
  bytesOf?(held: C | P): number;
  memory(): Memory;
  /** Frees what `encode` returned and everything else. */
  dispose(): void;
}
