/**
 * Inputs as they arrive, read without SEAL: the second polynomial is drawn from its seed by the kernel of CKKS, BFV and BGV.
 *
 * @module
 */
import { EnigmarkError } from '../errors.ts';
import { fusedArithmetic, loadKernel } from '../rlwe/kernel/kernel.ts';
import { Arena } from '../rlwe/kernel/memory.ts';
import { UniformExpander } from '../rlwe/kernel/uniform.ts';
import { Modulus } from '../rlwe/ring/ntt.ts';
import type { InputReader } from '../tfhe/input-reader.ts';
import { extractFirst, torusWords } from './extraction.ts';
import { unpackInput } from './input-wire.ts';
import type { InputRing } from './parameters.ts';

/** @throws EnigmarkError KERNELS_UNUSABLE where the engine has no fused arithmetic */
export function createRingReader(ring: InputRing): InputReader {
  if (!fusedArithmetic()) {
    throw new EnigmarkError('KERNELS_UNUSABLE', {
      expected: 'an engine whose relaxed multiply-add rounds once',
      got: 'one that rounds twice or has none',
      remedy: 'use scheme tfhe, or another engine',
    });
  }
  const { degree, prime } = ring;
  const arena = new Arena();
  const kernel = loadKernel(arena);
  const modulus = new Modulus(prime, arena);
  const expander = new UniformExpander(arena, kernel);
  const [drawn, written] = [arena.allocate(8 * degree), arena.allocate(8 * degree)];

  function expand(seed: Uint8Array): Float64Array {
    expander.expand(seed, [{ address: drawn, modulus }], degree);
    kernel.write(drawn, written, degree, modulus.block);
    return Float64Array.from(arena.u64.subarray(written / 8, written / 8 + degree), Number);
  }
  return {
    get reserved_bytes() {
      return arena.size_bytes;
    },
    read(payload, _scale, values) {
      const { seed, residues } = unpackInput(payload, ring);
      return extractFirst(torusWords(residues, prime, values), torusWords(expand(seed), prime));
    },
  };
}
