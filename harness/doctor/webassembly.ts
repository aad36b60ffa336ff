/**
 * What the engine's WebAssembly can do. Each feature is tried with a module of a few bytes that needs it.
 *
 * @module
 */
import { fine, unusable, warning, type Check } from './check.ts';

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** (func (result v128) (v128.const ...)), validated only. */
const SIMD = [...HEADER, 1, 5, 1, 0x60, 0, 1, 0x7b, 3, 2, 1, 0, 10, 22, 1, 20, 0, 0xfd, 12, ...new Array<number>(16).fill(0), 0x0b];
/** (memory 1 1 shared) */
const SHARED_MEMORY = [...HEADER, 5, 4, 1, 3, 1, 1];
/** (func (export "f") (param f64 f64 f64) (result f64)): lane 0 of f64x2.relaxed_madd. */
const RELAXED_MULTIPLY_ADD = [
  ...[...HEADER, 1, 8, 1, 0x60, 3, 0x7c, 0x7c, 0x7c, 1, 0x7c, 3, 2, 1, 0, 7, 5, 1, 1, 0x66, 0, 0],
  ...[10, 22, 1, 20, 0, 0x20, 0, 0xfd, 0x14, 0x20, 1, 0xfd, 0x14, 0x20, 2, 0xfd, 0x14, 0xfd, 0x87, 2, 0xfd, 0x21, 0, 0x0b],
];

export interface WebAssemblyFeatures {
  readonly simd: boolean;
  /** Relaxed multiply-add that rounds once: what Enigmark's own kernels compute with. */
  readonly fused: boolean;
  /** Memory that several threads share. */
  readonly threads: boolean;
}

export function detectFeatures(): WebAssemblyFeatures {
  return { simd: isValid(SIMD), fused: roundsOnce(), threads: isValid(SHARED_MEMORY) };
}

function isValid(bytes: readonly number[]): boolean {
  return WebAssembly.validate(Uint8Array.from(bytes));
}

/** (1 + e)(1 - e) - 1 is -e^2 where the product is not rounded first, and 0 where it is. */
function roundsOnce(): boolean {
  if (!isValid(RELAXED_MULTIPLY_ADD)) return false;
  const { f } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(RELAXED_MULTIPLY_ADD))).exports;
  const multiplyAdd = f as (a: number, b: number, c: number) => number;
  const e = 2 ** -30;
  return multiplyAdd(1 + e, 1 - e, -1) === -(e ** 2);
}

export function checkWebAssembly({ simd, fused, threads }: WebAssemblyFeatures): readonly Check[] {
  return [
    simd
      ? fine('WebAssembly SIMD', 'vector instructions are there')
      : unusable('WebAssembly SIMD', 'this engine has no vector instructions', 'use Node 24 on a 64-bit x86 or ARM processor'),
    fused
      ? fine('Fused arithmetic', "multiply-adds round once: Enigmark's own kernels run")
      : warning(
          'Fused arithmetic',
          "multiply-adds round twice here: rows 'own' run the library's operations and are marked 'fallback'",
          'use a processor with FMA (x86 since 2013, every 64-bit ARM), or read the rows of the library kernels',
        ),
    threads
      ? fine('Threads', 'memory can be shared: --threads works')
      : warning('Threads', 'memory cannot be shared between threads', 'leave out --threads, or use Node 24'),
  ];
}
