/**
 * The counter construction of BLAKE2X (blake2.net/blake2x.pdf): blocks that do not wait for each other, three at a time.
 *
 * A vector holds the same word of two outputs, whose blocks of equal number are hashed together. Vectors wait for their sums longer than
 * the processor could work, and words have units of their own: so that a third block, in words, costs next to nothing beside them.
 *
 * @module
 */
import { INITIAL, ORDER } from './blake2b';

/** Bytes of the message of two roots in the order of all rounds. */
export const MESSAGE: usize = 12 * 16 * 16;
/** Bytes of the masks that rotate by whole bytes. In memory: an engine makes a constant anew wherever it is used. */
export const MASKS: usize = 32;
/** Words of a root; the rest of a message is zero. */
const ROOT_WORDS: usize = 8;

export function writeMasks(masks: usize): void {
  v128.store(masks, i8x16(3, 4, 5, 6, 7, 0, 1, 2, 11, 12, 13, 14, 15, 8, 9, 10));
  v128.store(masks, i8x16(2, 3, 4, 5, 6, 7, 0, 1, 10, 11, 12, 13, 14, 15, 8, 9), 16);
}

/** A root's words for lane 0 or 1, in the order in which the rounds take them. */
export function writeMessage(state: usize, root: usize, message: usize, lane: usize): void {
  const order = state + ORDER;
  for (let i: usize = 0; i < 192; i++) {
    const word = <usize>load<u8>(order + i);
    store<u64>(message + (i << 4) + (lane << 3), word < ROOT_WORDS ? load<u64>(root + (word << 3)) : 0);
  }
}

/** a + a word of the message + b, which comes last because it is known last. */
@inline function sum(a: v128, message: usize, at: usize, b: v128): v128 { return i64x2.add(i64x2.add(a, v128.load(message + at)), b); }
@inline function sum1(a: u64, message: usize, at: usize, b: u64): u64 { return a + load<u64>(message + at) + b; }
/** a xor b, rotated to the right by as many bits as the name says. */
@inline function xor32(a: v128, b: v128): v128 { const x = v128.xor(a, b); return v128.shuffle<u32>(x, x, 1, 0, 3, 2); }
@inline function xor24(a: v128, b: v128, mask: v128): v128 { return i8x16.relaxed_swizzle(v128.xor(a, b), mask); }
@inline function xor16(a: v128, b: v128, mask: v128): v128 { return i8x16.relaxed_swizzle(v128.xor(a, b), mask); }
@inline function xor63(a: v128, b: v128): v128 { const x = v128.xor(a, b); return v128.or(i64x2.add(x, x), i64x2.shr_u(x, 63)); }

/**
 * Initial values with the parameter block: 64 bytes of digest, no key, fanout and depth 0, leaves of 64 bytes; node offset and length of
 * the whole output; inner length 64.
 */
@inline function chaining(state: usize, i: usize, block: u64, output_bytes: u64): u64 {
  const word = load<u64>(state + INITIAL + (i << 3));
  return i == 0 ? word ^ (64 | (64 << 32)) : i == 1 ? word ^ block ^ (output_bytes << 32) : i == 2 ? word ^ (64 << 8) : word;
}

/** Initial values of the other half: the block is 64 bytes, and the last of its message. */
@inline function working(state: usize, i: usize): u64 {
  const word = load<u64>(state + INITIAL + (i << 3));
  return i == 4 ? word ^ 64 : i == 6 ? ~word : word;
}

/** Two words of a digest, of either output. */
@inline function put(first: usize, second: usize, x: v128, y: v128): void {
  v128.store(first, v128.shuffle<u64>(x, y, 0, 2));
  v128.store(second, v128.shuffle<u64>(x, y, 1, 3));
}

/**
 * Block `block` of two outputs of `output_bytes`, to `first` and `second`, and block `third` of that of lane 0 or 1, to `target`: 64 bytes
 * each.
 */
export function expandThree(
  state: usize, masks: usize, message: usize, output_bytes: u64, block: u64, first: usize, second: usize, third: u64, lane: usize, target: usize,
): void {
  const by24 = v128.load(masks), by16 = v128.load(masks, 16);
  let a0 = i64x2.splat(chaining(state, 0, block, output_bytes)), a1 = i64x2.splat(chaining(state, 1, block, output_bytes)),
    a2 = i64x2.splat(chaining(state, 2, block, output_bytes)), a3 = i64x2.splat(chaining(state, 3, block, output_bytes));
  let b0 = i64x2.splat(chaining(state, 4, block, output_bytes)), b1 = i64x2.splat(chaining(state, 5, block, output_bytes)),
    b2 = i64x2.splat(chaining(state, 6, block, output_bytes)), b3 = i64x2.splat(chaining(state, 7, block, output_bytes));
  let c0 = i64x2.splat(working(state, 0)), c1 = i64x2.splat(working(state, 1)),
    c2 = i64x2.splat(working(state, 2)), c3 = i64x2.splat(working(state, 3));
  let d0 = i64x2.splat(working(state, 4)), d1 = i64x2.splat(working(state, 5)),
    d2 = i64x2.splat(working(state, 6)), d3 = i64x2.splat(working(state, 7));
  let sa0 = chaining(state, 0, third, output_bytes), sa1 = chaining(state, 1, third, output_bytes),
    sa2 = chaining(state, 2, third, output_bytes), sa3 = chaining(state, 3, third, output_bytes);
  let sb0 = chaining(state, 4, third, output_bytes), sb1 = chaining(state, 5, third, output_bytes),
    sb2 = chaining(state, 6, third, output_bytes), sb3 = chaining(state, 7, third, output_bytes);
  let sc0 = working(state, 0), sc1 = working(state, 1),
    sc2 = working(state, 2), sc3 = working(state, 3);
  let sd0 = working(state, 4), sd1 = working(state, 5),
    sd2 = working(state, 6), sd3 = working(state, 7);
  const end = message + MESSAGE;
  let single = message + (lane << 3);
  while (message < end) {
    // Columns, then diagonals; a row for vectors, and the same for words.
    a0 = sum(a0, message, 0, b0); a1 = sum(a1, message, 32, b1); a2 = sum(a2, message, 64, b2); a3 = sum(a3, message, 96, b3);
    sa0 = sum1(sa0, single, 0, sb0); sa1 = sum1(sa1, single, 32, sb1); sa2 = sum1(sa2, single, 64, sb2); sa3 = sum1(sa3, single, 96, sb3);
    d0 = xor32(d0, a0); d1 = xor32(d1, a1); d2 = xor32(d2, a2); d3 = xor32(d3, a3);
    sd0 = rotr<u64>(sd0 ^ sa0, 32); sd1 = rotr<u64>(sd1 ^ sa1, 32); sd2 = rotr<u64>(sd2 ^ sa2, 32); sd3 = rotr<u64>(sd3 ^ sa3, 32);
    c0 = i64x2.add(c0, d0); c1 = i64x2.add(c1, d1); c2 = i64x2.add(c2, d2); c3 = i64x2.add(c3, d3);
    sc0 += sd0; sc1 += sd1; sc2 += sd2; sc3 += sd3;
    b0 = xor24(b0, c0, by24); b1 = xor24(b1, c1, by24); b2 = xor24(b2, c2, by24); b3 = xor24(b3, c3, by24);
    sb0 = rotr<u64>(sb0 ^ sc0, 24); sb1 = rotr<u64>(sb1 ^ sc1, 24); sb2 = rotr<u64>(sb2 ^ sc2, 24); sb3 = rotr<u64>(sb3 ^ sc3, 24);
    a0 = sum(a0, message, 16, b0); a1 = sum(a1, message, 48, b1); a2 = sum(a2, message, 80, b2); a3 = sum(a3, message, 112, b3);
    sa0 = sum1(sa0, single, 16, sb0); sa1 = sum1(sa1, single, 48, sb1); sa2 = sum1(sa2, single, 80, sb2); sa3 = sum1(sa3, single, 112, sb3);
    d0 = xor16(d0, a0, by16); d1 = xor16(d1, a1, by16); d2 = xor16(d2, a2, by16); d3 = xor16(d3, a3, by16);
    sd0 = rotr<u64>(sd0 ^ sa0, 16); sd1 = rotr<u64>(sd1 ^ sa1, 16); sd2 = rotr<u64>(sd2 ^ sa2, 16); sd3 = rotr<u64>(sd3 ^ sa3, 16);
    c0 = i64x2.add(c0, d0); c1 = i64x2.add(c1, d1); c2 = i64x2.add(c2, d2); c3 = i64x2.add(c3, d3);
    sc0 += sd0; sc1 += sd1; sc2 += sd2; sc3 += sd3;
    b0 = xor63(b0, c0); b1 = xor63(b1, c1); b2 = xor63(b2, c2); b3 = xor63(b3, c3);
    sb0 = rotr<u64>(sb0 ^ sc0, 63); sb1 = rotr<u64>(sb1 ^ sc1, 63); sb2 = rotr<u64>(sb2 ^ sc2, 63); sb3 = rotr<u64>(sb3 ^ sc3, 63);

    a0 = sum(a0, message, 128, b1); a1 = sum(a1, message, 160, b2); a2 = sum(a2, message, 192, b3); a3 = sum(a3, message, 224, b0);
    sa0 = sum1(sa0, single, 128, sb1); sa1 = sum1(sa1, single, 160, sb2); sa2 = sum1(sa2, single, 192, sb3); sa3 = sum1(sa3, single, 224, sb0);
    d3 = xor32(d3, a0); d0 = xor32(d0, a1); d1 = xor32(d1, a2); d2 = xor32(d2, a3);
    sd3 = rotr<u64>(sd3 ^ sa0, 32); sd0 = rotr<u64>(sd0 ^ sa1, 32); sd1 = rotr<u64>(sd1 ^ sa2, 32); sd2 = rotr<u64>(sd2 ^ sa3, 32);
    c2 = i64x2.add(c2, d3); c3 = i64x2.add(c3, d0); c0 = i64x2.add(c0, d1); c1 = i64x2.add(c1, d2);
    sc2 += sd3; sc3 += sd0; sc0 += sd1; sc1 += sd2;
    b1 = xor24(b1, c2, by24); b2 = xor24(b2, c3, by24); b3 = xor24(b3, c0, by24); b0 = xor24(b0, c1, by24);
    sb1 = rotr<u64>(sb1 ^ sc2, 24); sb2 = rotr<u64>(sb2 ^ sc3, 24); sb3 = rotr<u64>(sb3 ^ sc0, 24); sb0 = rotr<u64>(sb0 ^ sc1, 24);
    a0 = sum(a0, message, 144, b1); a1 = sum(a1, message, 176, b2); a2 = sum(a2, message, 208, b3); a3 = sum(a3, message, 240, b0);
    sa0 = sum1(sa0, single, 144, sb1); sa1 = sum1(sa1, single, 176, sb2); sa2 = sum1(sa2, single, 208, sb3); sa3 = sum1(sa3, single, 240, sb0);
    d3 = xor16(d3, a0, by16); d0 = xor16(d0, a1, by16); d1 = xor16(d1, a2, by16); d2 = xor16(d2, a3, by16);
    sd3 = rotr<u64>(sd3 ^ sa0, 16); sd0 = rotr<u64>(sd0 ^ sa1, 16); sd1 = rotr<u64>(sd1 ^ sa2, 16); sd2 = rotr<u64>(sd2 ^ sa3, 16);
    c2 = i64x2.add(c2, d3); c3 = i64x2.add(c3, d0); c0 = i64x2.add(c0, d1); c1 = i64x2.add(c1, d2);
    sc2 += sd3; sc3 += sd0; sc0 += sd1; sc1 += sd2;
    b1 = xor63(b1, c2); b2 = xor63(b2, c3); b3 = xor63(b3, c0); b0 = xor63(b0, c1);
    sb1 = rotr<u64>(sb1 ^ sc2, 63); sb2 = rotr<u64>(sb2 ^ sc3, 63); sb3 = rotr<u64>(sb3 ^ sc0, 63); sb0 = rotr<u64>(sb0 ^ sc1, 63);
    message += 256;
    single += 256;
  }
  put(first, second,
    v128.xor(i64x2.splat(chaining(state, 0, block, output_bytes)), v128.xor(a0, c0)),
    v128.xor(i64x2.splat(chaining(state, 1, block, output_bytes)), v128.xor(a1, c1)));
  put(first + 16, second + 16,
    v128.xor(i64x2.splat(chaining(state, 2, block, output_bytes)), v128.xor(a2, c2)),
    v128.xor(i64x2.splat(chaining(state, 3, block, output_bytes)), v128.xor(a3, c3)));
  put(first + 32, second + 32,
    v128.xor(i64x2.splat(chaining(state, 4, block, output_bytes)), v128.xor(b0, d0)),
    v128.xor(i64x2.splat(chaining(state, 5, block, output_bytes)), v128.xor(b1, d1)));
  put(first + 48, second + 48,
    v128.xor(i64x2.splat(chaining(state, 6, block, output_bytes)), v128.xor(b2, d2)),
    v128.xor(i64x2.splat(chaining(state, 7, block, output_bytes)), v128.xor(b3, d3)));
  store<u64>(target, chaining(state, 0, third, output_bytes) ^ sa0 ^ sc0);
  store<u64>(target, chaining(state, 1, third, output_bytes) ^ sa1 ^ sc1, 8);
  store<u64>(target, chaining(state, 2, third, output_bytes) ^ sa2 ^ sc2, 16);
  store<u64>(target, chaining(state, 3, third, output_bytes) ^ sa3 ^ sc3, 24);
  store<u64>(target, chaining(state, 4, third, output_bytes) ^ sb0 ^ sd0, 32);
  store<u64>(target, chaining(state, 5, third, output_bytes) ^ sb1 ^ sd1, 40);
  store<u64>(target, chaining(state, 6, third, output_bytes) ^ sb2 ^ sd2, 48);
  store<u64>(target, chaining(state, 7, third, output_bytes) ^ sb3 ^ sd3, 56);
}
