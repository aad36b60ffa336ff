/** Signed digits of (X^a - 1) * p for one polynomial p over u32 torus words: rotation and decomposition in one pass. */

/** Added before cutting: rounds to the last digit, and makes every digit signed in [-B/2, B/2) without carries. */
// @ts-ignore: decorator
@inline
function digitOffset(base_log2: i32, levels: i32): u32 {
  let offset: u32 = levels * base_log2 < 32 ? 1 << (31 - levels * base_log2) : 0;
  for (let level = 1; level <= levels; level++) offset += 1 << (31 - (level - 1) * base_log2);
  return offset;
}

/** Cuts four words into digits; level j's digits are `stride` bytes after those of level j - 1. */
// @ts-ignore: decorator
@inline
function cut(words: v128, offset: v128, digits: usize, stride: usize, base_log2: i32, levels: i32): void {
  const shifted = i32x4.add(words, offset);
  const half = i32x4.splat(1 << (base_log2 - 1));
  let shift = 32 - base_log2;
  v128.store(digits, i32x4.sub(i32x4.shr_u(shifted, shift), half));
  if (levels > 1) {
    const mask = i32x4.splat((1 << base_log2) - 1);
    for (let level = 1; level < levels; level++) {
      shift -= base_log2;
      digits += stride;
      v128.store(digits, i32x4.sub(v128.and(i32x4.shr_u(shifted, shift), mask), half));
    }
  }
}

/**
 * Coefficient j of X^a p is p[j - a], with the opposite sign where j < a; and X^N = -1, so that a from N on turns every
 * sign. Digits of level 1, the most significant, come first.
 */
export function rotateAndDecompose(p: usize, size: i32, a: i32, base_log2: i32, levels: i32, digits: usize): void {
  const negative = a >= size;
  if (negative) a -= size;
  const offset = digitOffset(base_log2, levels);
  const offsets = i32x4.splat(offset);
  const stride = <usize>size << 2;
  const end = p + stride;
  const wrapped = a & ~3;
  let at = p;
  let from = p + (<usize>(size - a) << 2);
  const wrapEnd = p + (<usize>wrapped << 2);
  if (negative) {
    while (at < wrapEnd) {
      cut(i32x4.sub(v128.load(from), v128.load(at)), offsets, digits, stride, base_log2, levels);
      at += 16;
      from += 16;
      digits += 16;
    }
  } else {
    while (at < wrapEnd) {
      cut(i32x4.neg(i32x4.add(v128.load(from), v128.load(at))), offsets, digits, stride, base_log2, levels);
      at += 16;
      from += 16;
      digits += 16;
    }
  }
  if (a & 3) {
    // The four coefficients around the wrap, one by one.
    for (let j = wrapped; j < wrapped + 4; j++) {
      let source = j < a ? 0 - load<u32>(p + (<usize>(j + size - a) << 2)) : load<u32>(p + (<usize>(j - a) << 2));
      if (negative) source = 0 - source;
      const shifted = source - load<u32>(at) + offset;
      let shift: u32 = 32;
      for (let level = 0; level < levels; level++) {
        shift -= base_log2;
        store<i32>(digits + <usize>level * stride, (<i32>(shifted >> shift) & ((1 << base_log2) - 1)) - (1 << (base_log2 - 1)));
      }
      at += 4;
      digits += 4;
    }
  }
  from = at - (<usize>a << 2);
  if (negative) {
    while (at < end) {
      cut(i32x4.neg(i32x4.add(v128.load(from), v128.load(at))), offsets, digits, stride, base_log2, levels);
      at += 16;
      from += 16;
      digits += 16;
    }
  } else {
    while (at < end) {
      cut(i32x4.sub(v128.load(from), v128.load(at)), offsets, digits, stride, base_log2, levels);
      at += 16;
      from += 16;
      digits += 16;
    }
  }
}
