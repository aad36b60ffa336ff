/**
 * Records that the host fills in and the kernel reads. The host writes the same fields in the same order as 32-bit words.
 */

/** Dimensions and keys, shared by all threads. */
@unmanaged
export class Engine {
  /** N */
  polynomialSize: i32;
  /** k */
  glweDimension: i32;
  /** n */
  lweDimension: i32;
  bootstrapBase_log2: i32;
  bootstrapLevels: i32;
  keyswitchBase_log2: i32;
  keyswitchLevels: i32;
  /** Of the first FFT stage; the others follow. */
  twiddles: usize;
  /** Of the last FFT stage. */
  lastTwiddles: usize;
  /** n matrices, each [pair][row][column]. */
  bootstrapKey: usize;
  /** [tile of 16 words][row] */
  keyswitchKey: usize;
}

/** Scratch of one thread, for batches of a fixed size. */
@unmanaged
export class Workspace {
  /** levels * N i32 */
  digits: usize;
  /** N / 2 complex numbers */
  transform: usize;
  /** Transformed digits, [pair][row] */
  rows: usize;
  /** Sums of products, [column][pair] */
  products: usize;
  /** Per ciphertext: k * N * levels i32 */
  keyswitchDigits: usize;
  /** Per ciphertext: tiles * 16 u32, the mask and body under the small key */
  switched: usize;
  /** Per ciphertext: n + 1 i32 powers of X, mask and body */
  rotations: usize;
  /** Per ciphertext: (k + 1) * N u32 */
  accumulators: usize;
}

/** Words of a tile of the keyswitching key: what fits four vector registers. */
export const TILE: i32 = 16;

/** Tiles of one small ciphertext. */
// @ts-ignore: decorator
@inline
export function tilesOf(engine: Engine): i32 {
  return (engine.lweDimension + TILE) / TILE;
}
