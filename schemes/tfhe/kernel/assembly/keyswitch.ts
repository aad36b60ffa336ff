/**
 * From the big key to the small one, and from the torus to powers of X. The key's words are rounded to 32 bits: the error,
 * 2^-33 a word, is far below its noise.
 */
import { Engine, TILE, tilesOf, Workspace } from './layout';

/** Rows of the key that are walked for every ciphertext of the batch before the next: 64 KiB, half of a small L2 cache. */
const ROWS_AT_ONCE: i32 = 1024;

/** Signed digits of every mask word, most significant first. */
function decompose(words: usize, digits: usize, dimension: i32, base_log2: i32, levels: i32): void {
  let offset: u64 = (1 as u64) << (63 - <u64>(levels * base_log2));
  for (let level = 1; level <= levels; level++) offset += (1 as u64) << (63 - <u64>((level - 1) * base_log2));
  const mask = (1 << base_log2) - 1, half = 1 << (base_log2 - 1);
  for (let i = 0; i < dimension; i++) {
    const shifted = load<u64>(words + (<usize>i << 3)) + offset;
    let shift: u64 = 64;
    for (let level = 0; level < levels; level++) {
      shift -= base_log2;
      store<i32>(digits, (<i32>(shifted >> shift) & mask) - half);
      digits += 4;
    }
  }
}

/** Subtracts digits times rows of a tile from the tile's words of one ciphertext. */
function subtractRows(digits: usize, end: usize, key: usize, out: usize): void {
  let a0 = v128.load(out), a1 = v128.load(out, 16), a2 = v128.load(out, 32), a3 = v128.load(out, 48);
  while (digits < end) {
    const digit = v128.load32_splat(digits);
    a0 = i32x4.sub(a0, i32x4.mul(v128.load(key), digit));
    a1 = i32x4.sub(a1, i32x4.mul(v128.load(key, 16), digit));
    a2 = i32x4.sub(a2, i32x4.mul(v128.load(key, 32), digit));
    a3 = i32x4.sub(a3, i32x4.mul(v128.load(key, 48), digit));
    digits += 4;
    key += 64;
  }
  v128.store(out, a0);
  v128.store(out, a1, 16);
  v128.store(out, a2, 32);
  v128.store(out, a3, 48);
}

/** The same for two ciphertexts at once, so that the key is loaded once for both. */
function subtractRowsTwice(first: usize, end: usize, second: usize, key: usize, out0: usize, out1: usize): void {
  let a0 = v128.load(out0), a1 = v128.load(out0, 16), a2 = v128.load(out0, 32), a3 = v128.load(out0, 48);
  let b0 = v128.load(out1), b1 = v128.load(out1, 16), b2 = v128.load(out1, 32), b3 = v128.load(out1, 48);
  while (first < end) {
    const x = v128.load32_splat(first), y = v128.load32_splat(second);
    let word = v128.load(key);
    a0 = i32x4.sub(a0, i32x4.mul(word, x)), b0 = i32x4.sub(b0, i32x4.mul(word, y));
    word = v128.load(key, 16);
    a1 = i32x4.sub(a1, i32x4.mul(word, x)), b1 = i32x4.sub(b1, i32x4.mul(word, y));
    word = v128.load(key, 32);
    a2 = i32x4.sub(a2, i32x4.mul(word, x)), b2 = i32x4.sub(b2, i32x4.mul(word, y));
    word = v128.load(key, 48);
    a3 = i32x4.sub(a3, i32x4.mul(word, x)), b3 = i32x4.sub(b3, i32x4.mul(word, y));
    first += 4;
    second += 4;
    key += 64;
  }
  v128.store(out0, a0);
  v128.store(out0, a1, 16);
  v128.store(out0, a2, 32);
  v128.store(out0, a3, 48);
  v128.store(out1, b0);
  v128.store(out1, b1, 16);
  v128.store(out1, b2, 32);
  v128.store(out1, b3, 48);
}

/** Small ciphertexts of a batch: (0, ..., 0, b) minus digits times key. `inputs` holds addresses of big ciphertexts. */
export function keyswitchAll(engine: Engine, workspace: Workspace, inputs: usize, batch: i32): void {
  const dimension = engine.glweDimension * engine.polynomialSize;
  const rows = dimension * engine.keyswitchLevels;
  const tiles = tilesOf(engine);
  const digits_bytes = <usize>rows << 2;
  const switched_bytes = <usize>(tiles * TILE) << 2;
  memory.fill(workspace.switched, 0, switched_bytes * batch);
  for (let t = 0; t < batch; t++) {
    const digits = workspace.keyswitchDigits + <usize>t * digits_bytes;
    decompose(load<u32>(inputs + (<usize>t << 2)), digits, dimension, engine.keyswitchBase_log2, engine.keyswitchLevels);
  }
  for (let tile = 0; tile < tiles; tile++) {
    const tileKey = engine.keyswitchKey + <usize>tile * (<usize>rows << 6);
    for (let row = 0; row < rows; row += ROWS_AT_ONCE) {
      const key = tileKey + (<usize>row << 6);
      const from = <usize>row << 2, to = <usize>min(rows, row + ROWS_AT_ONCE) << 2;
      let t = 0;
      for (; t + 1 < batch; t += 2) {
        const digits = workspace.keyswitchDigits + <usize>t * digits_bytes;
        const out = workspace.switched + <usize>t * switched_bytes + (<usize>tile << 6);
        subtractRowsTwice(digits + from, digits + to, digits + digits_bytes + from, key, out, out + switched_bytes);
      }
      if (t < batch) {
        const digits = workspace.keyswitchDigits + <usize>t * digits_bytes;
        subtractRows(digits + from, digits + to, key, workspace.switched + <usize>t * switched_bytes + (<usize>tile << 6));
      }
    }
  }
  for (let t = 0; t < batch; t++) {
    const body = workspace.switched + <usize>t * switched_bytes + (<usize>engine.lweDimension << 2);
    const input = load<u32>(inputs + (<usize>t << 2)) + (<usize>dimension << 3);
    store<u32>(body, load<u32>(body) + <u32>((load<u64>(input) + 0x80000000) >> 32));
  }
}

/**
 * Rounds a small ciphertext to multiples of 1/2N: powers of X for the mask, then for the body. Rounding
 * the mask by e_i moves the phase by -sum(e_i s_i); half of sum(e_i) is added to the body first, which centres that error
 * for key bits of mean 1/2 and halves its variance.
 */
export function switchModulus(engine: Engine, small: usize, powers: usize): void {
  const size = engine.polynomialSize;
  const shift = 31 - ctz(size);
  const half: u32 = 1 << (shift - 1);
  const kept: u32 = ~((1 << shift) - 1);
  const dimension = engine.lweDimension;
  let error: i64 = 0;
  for (let i = 0; i < dimension; i++) {
    const word = load<u32>(small + (<usize>i << 2));
    const rounded = (word + half) & kept;
    error += <i64><i32>(rounded - word);
    store<i32>(powers + (<usize>i << 2), <i32>(rounded >> shift));
  }
  const body = load<u32>(small + (<usize>dimension << 2)) + <u32>(error >> 1);
  store<i32>(powers + (<usize>dimension << 2), <i32>((body + half) >> shift));
}
