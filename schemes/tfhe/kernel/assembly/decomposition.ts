/** Signed digits of (X^a - 1) * p for one polynomial p over u32 torus words: rotation and decomposition in one pass. */

/** Half of the last digit's unit: added before cutting, it rounds. */
// @ts-ignore: decorator
@inline
function rounding(base_log2: i32, levels: i32): u32 {
  return levels * base_log2 < 32 ? 1 << (31 - levels * base_log2) : 0;
}

/** Added before cutting: rounds, and makes every digit signed in [-B/2, B/2) without carries. */
// @ts-ignore: decorator
@inline
function digitOffset(base_log2: i32, levels: i32): u32 {
  let offset = rounding(base_log2, levels);
  for (let level = 1; level <= levels; level++) offset += 1 << (31 - (level - 1) * base_log2);
  return offset;
}

/** Where X^a p has the opposite of what p has at `from`: minus both words, and the offset. */
// @ts-ignore: decorator
@inline
function shifted(from: usize, at: usize, opposite: bool, offset: v128): v128 {
  if (opposite) return i32x4.sub(i32x4.sub(offset, v128.load(from)), v128.load(at));
  return i32x4.sub(i32x4.add(offset, v128.load(from)), v128.load(at));
}

/** Digits of the words from `at` to `end`, of one level: the only digit's sign is the word's. */
// @ts-ignore: decorator
@inline
function cutOnce(at: usize, end: usize, from: usize, opposite: bool, digits: usize, base_log2: i32): void {
  const round = i32x4.splat(rounding(base_log2, 1));
  const shift = 32 - base_log2;
  while (at < end) {
    v128.store(digits, i32x4.shr_s(shifted(from, at, opposite, round), shift));
    at += 16;
    from += 16;
    digits += 16;
  }
}

/** Digits of the words from `at` to `end`; level j's are `stride` bytes after those of level j - 1. */
// @ts-ignore: decorator
@inline
function cut(at: usize, end: usize, from: usize, opposite: bool, digits: usize, stride: usize, base_log2: i32, levels: i32): void {
  const offset = i32x4.splat(digitOffset(base_log2, levels));
  const half = i32x4.splat(1 << (base_log2 - 1));
  const mask = i32x4.splat((1 << base_log2) - 1);
  while (at < end) {
    const words = shifted(from, at, opposite, offset);
    let level = digits;
    let shift = 32;
    for (let left = levels; left > 0; left--) {
      shift -= base_log2;
      v128.store(level, i32x4.sub(v128.and(i32x4.shr_u(words, shift), mask), half));
      level += stride;
    }
    at += 16;
    from += 16;
    digits += 16;
  }
}

function cutSame(at: usize, end: usize, from: usize, digits: usize, stride: usize, base_log2: i32, levels: i32): void {
  if (levels == 1) cutOnce(at, end, from, false, digits, base_log2);
  else cut(at, end, from, false, digits, stride, base_log2, levels);
}

function cutOpposite(at: usize, end: usize, from: usize, digits: usize, stride: usize, base_log2: i32, levels: i32): void {
  if (levels == 1) cutOnce(at, end, from, true, digits, base_log2);
  else cut(at, end, from, true, digits, stride, base_log2, levels);
}

/**
 * Coefficient j of X^a p is p[j - a], with the opposite sign where j < a; and X^N = -1, so that a from N on turns every
 * sign. Digits of level 1, the most significant, come first.
 */
export function rotateAndDecompose(p: usize, size: i32, a: i32, base_log2: i32, levels: i32, digits: usize): void {
  const negative = a >= size;
  if (negative) a -= size;
  const stride = <usize>size << 2;
  const wrapped = a & ~3;
  const from = p + (<usize>(size - a) << 2);
  let at = p + (<usize>wrapped << 2);
  if (negative) cutSame(p, at, from, digits, stride, base_log2, levels);
  else cutOpposite(p, at, from, digits, stride, base_log2, levels);
  digits += at - p;
  if (a & 3) {
    // The four coefficients around the wrap, one by one.
    const offset = digitOffset(base_log2, levels);
    for (let j = wrapped; j < wrapped + 4; j++) {
      let source = j < a ? 0 - load<u32>(p + (<usize>(j + size - a) << 2)) : load<u32>(p + (<usize>(j - a) << 2));
      if (negative) source = 0 - source;
      const word = source - load<u32>(at) + offset;
      let shift: u32 = 32;
      for (let level = 0; level < levels; level++) {
        shift -= base_log2;
        store<i32>(digits + <usize>level * stride, (<i32>(word >> shift) & ((1 << base_log2) - 1)) - (1 << (base_log2 - 1)));
      }
      at += 4;
      digits += 4;
    }
  }
  const unwrapped = at - (<usize>a << 2);
  if (negative) cutOpposite(at, p + stride, unwrapped, digits, stride, base_log2, levels);
  else cutSame(at, p + stride, unwrapped, digits, stride, base_log2, levels);
}
