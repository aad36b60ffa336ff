/** Linear maps of LWE ciphertexts: sums of 64-bit words modulo 2^64, times whole numbers. */

/** Words that are walked for every row before the next: small enough that inputs stay in the cache across rows. */
const WORDS_AT_ONCE: i32 = 256;

/** out += a * x + b * y */
function addTwo(out: usize, end: usize, x: usize, a: i64, y: usize, b: i64): void {
  while (out < end) {
    store<i64>(out, load<i64>(out) + a * load<i64>(x) + b * load<i64>(y));
    store<i64>(out, load<i64>(out, 8) + a * load<i64>(x, 8) + b * load<i64>(y, 8), 8);
    store<i64>(out, load<i64>(out, 16) + a * load<i64>(x, 16) + b * load<i64>(y, 16), 16);
    store<i64>(out, load<i64>(out, 24) + a * load<i64>(x, 24) + b * load<i64>(y, 24), 24);
    out += 32;
    x += 32;
    y += 32;
  }
}

/**
 * Row r of a compressed sparse matrix: outputs[r] = sum of weight * inputs[index]. Ciphertexts are padded to a multiple of
 * four words. `inputs` and `outputs` hold addresses, weights are i64.
 */
export function affine(
  outputs: usize,
  inputs: usize,
  offsets: usize,
  indices: usize,
  weights: usize,
  rows: i32,
  words: i32,
): void {
  for (let word = 0; word < words; word += WORDS_AT_ONCE) {
    const at = <usize>word << 3;
    const length = <usize>min(WORDS_AT_ONCE, words - word) << 3;
    for (let row = 0; row < rows; row++) {
      const out = load<u32>(outputs + (<usize>row << 2)) + at;
      memory.fill(out, 0, length);
      let entry = load<u32>(offsets + (<usize>row << 2));
      const last = load<u32>(offsets + (<usize>row << 2), 4);
      while (entry < last) {
        const x = load<u32>(inputs + (<usize>load<u32>(indices + (<usize>entry << 2)) << 2)) + at;
        const a = load<i64>(weights + (<usize>entry << 3));
        entry++;
        // A row of odd length ends with zero times its last input.
        const second = entry < last ? entry : entry - 1;
        const y = load<u32>(inputs + (<usize>load<u32>(indices + (<usize>second << 2)) << 2)) + at;
        const b = entry < last ? load<i64>(weights + (<usize>second << 3)) : 0;
        entry++;
        addTwo(out, out + length, x, a, y, b);
      }
    }
  }
}
