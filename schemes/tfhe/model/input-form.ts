/**
 * How inputs travel, as a plan sees it. TFHE's own way is a ciphertext of the library for each value; an adapter that brings inputs in
 * another form under the same key compiles with a form of its own.
 *
 * @module
 */
import type { Node, ValueType } from '../../circuit.ts';
import type { Hardness } from '../../scheme.ts';
import { parameterSets, type TfheParameters } from '../parameters.ts';
import { COMPRESSED_CIPHERTEXT_BYTES, SEED_BYTES, WORD_BYTES } from '../wire/ciphertext-wire.ts';
import { freshVariance } from './noise.ts';
import { portScale, travelsHalved, type PortScale } from './scales.ts';

export interface InputForm {
  /** Id of the adapter that compiles. */
  readonly scheme: string;
  /** Cheapest bootstrap first. */
  readonly parameterSets: Readonly<Record<string, TfheParameters>>;
  /** Values that one envelope carries. */
  readonly perEnvelope: (set: TfheParameters) => number;
  readonly portScale: (type: ValueType, scale: number) => PortScale;
  /** Of the noise with which an input arrives at the evaluator, on the torus. */
  readonly variance: (type: ValueType, scale: number, set: TfheParameters) => number;
  /** Payloads of a port of so many values: as they travel, and without what is the format's. */
  readonly bytes: (width: number, set: TfheParameters) => number;
  readonly packed_bytes: (width: number, set: TfheParameters) => number;
  /** Products of polynomials that compute a node from inputs; 0: it is computed on ciphertexts of TFHE. */
  readonly products: (node: Node, nodes: readonly Node[], set: TfheParameters) => number;
  /** Of what is encrypted besides TFHE's own keys and ciphertexts. */
  readonly hardness: (set: TfheParameters) => readonly Hardness[];
  /** Absent: every result is a ciphertext of the library. */
  readonly results?: ResultForm;
}

/** Results that travel together, as many as a port has. */
export interface ResultForm {
  /** Kind of the key that it takes. */
  readonly key: string;
  readonly key_bytes: (set: TfheParameters) => number;
  /** Whether results of a port of so many values travel together. */
  readonly isTogether: (width: number, set: TfheParameters) => boolean;
  /** Payload of them all. */
  readonly bytes: (set: TfheParameters) => number;
  /** Of the noise that it adds, on the torus. */
  readonly variance: (set: TfheParameters) => number;
  readonly hardness: (set: TfheParameters) => Hardness;
}

/** A body and a seed for each value. */
export const libraryInputs: InputForm = {
  scheme: 'tfhe',
  parameterSets,
  perEnvelope: () => 1,
  portScale,
  variance: (type, scale, set) => freshVariance(set) * (travelsHalved(type, scale) ? 4 : 1),
  bytes: (width) => width * COMPRESSED_CIPHERTEXT_BYTES,
  // A body for each input under one seed; words of the torus are 64 bits by nature.
  packed_bytes: (width) => width * WORD_BYTES + SEED_BYTES,
  products: () => 0,
  hardness: () => [],
};
