/**
 * Everything the kernel exports; `../kernel.ts` types it.
 *
 * @module
 */
export { probeMultiplyAdd, probeNegatedMultiplyAdd } from './modular';
export { forwardNtt, forwardColumns, forwardBlocks, inverseNtt, inverseBlocks, inverseColumns } from './ntt';
export { permute, permuteAdd, permuteSigned } from './automorphism';
export { sumOfProducts, gatheredSum } from './inner-product';
export { subtractMultiply, subtractMultiplyAdd, addMultiple } from './division';
export {
  read, write, maximum, clear, copy, reduceAll, addReduced, subtractReduced, addConstant, scale,
  tensor, tensorSquare,
} from './elementwise';
export { quotientTerm, combine } from './base-extension';
export { compress } from './blake2b';
export { expandUniform } from './uniform';
export { residueMatrix } from './residue-matrix';
