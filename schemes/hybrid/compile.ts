/**
 * Circuits to a plan: as TFHE compiles them, with inputs that arrive many to a ciphertext.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { compile as compileTables } from '../tfhe/compile.ts';
import type { InputForm } from '../tfhe/model/input-form.ts';
import type { TfheParameters } from '../tfhe/parameters.ts';
import { packedInput_bytes } from './input-wire.ts';
import { compileTrunk } from './trunk/compile.ts';
import { hasTrunk } from './trunk/crossing.ts';
import { packedResults } from './results.ts';
import { countProducts } from './product-choice.ts';
import { inputHardness, inputRing, inputVariance, parameterSets, type HybridParameters, type InputRing } from './parameters.ts';

function ringOf(set: TfheParameters): InputRing {
  return inputRing(set as HybridParameters);
}

function inputs_bytes(width: number, set: TfheParameters): number {
  const ring = ringOf(set);
  return Math.ceil(width / ring.degree) * packedInput_bytes(ring);
}

const packedInputs: InputForm = {
  scheme: 'hybrid',
  parameterSets,
  perEnvelope: (set) => ringOf(set).degree,
  // SEAL encrypts the whole torus, so that nothing is halved or moved.
  portScale: (_type, scale) => ({ scale, offset: 0, halved: false }),
  variance: (_type, _scale, set) => inputVariance(ringOf(set)),
  bytes: inputs_bytes,
  packed_bytes: inputs_bytes,
  products: (node, nodes, set) => (node.op === 'affine' ? countProducts(node, nodes[node.of]!, set) : 0),
  hardness: (set) => [inputHardness(ringOf(set))],
  results: packedResults,
};

/** Of circuits of many slots before one of a single slot, the first are a trunk: see `trunk/crossing.ts`. */
export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  return hasTrunk(circuits) ? compileTrunk(circuits, need) : compileTables(circuits, need, packedInputs);
}
