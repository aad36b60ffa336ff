/**
 * How results leave: each as a ciphertext of TFHE, or all of a port packed into one of the ring.
 *
 * @module
 */
import type { ResultForm } from '../tfhe/model/input-form.ts';
import { bigDimension, type TfheParameters } from '../tfhe/parameters.ts';
import { fullCiphertext_bytes } from '../tfhe/wire/ciphertext-wire.ts';
import { isWorthPacking, PACKING_KEY, packedResult_bytes, packingKey_bytes, packingVariance } from './packing/packing.ts';
import { inputHardness, inputRing, type HybridParameters, type InputRing } from './parameters.ts';

function ringOf(set: TfheParameters): InputRing {
  return inputRing(set as HybridParameters);
}

export const packedResults: ResultForm = {
  key: PACKING_KEY,
  key_bytes: (set) => packingKey_bytes(ringOf(set)),
  isTogether: (width, set) => isWorthPacking(width, ringOf(set), fullCiphertext_bytes(bigDimension(set))),
  bytes: (set) => packedResult_bytes(ringOf(set)),
  variance: (set) => packingVariance(ringOf(set)),
  hardness: (set) => ({ ...inputHardness(ringOf(set)), key: PACKING_KEY }),
};
