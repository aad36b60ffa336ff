/**
 * Uniform polynomials from a seed, as SEAL 4.1 draws them (randomgen.cpp, rlwe.cpp: `sample_poly_uniform`).
 *
 * Buffer number c of the generator is 4096 bytes of BLAKE2Xb: the root is the keyed hash of c, and every block hashes the root with a
 * number of its own. The words of the stream become residues in order; what lies beyond the largest multiple of its prime is drawn anew
 * after all words were drawn, in order too.
 *
 * @module
 */
import { compress, INITIAL } from './blake2b';
import { expandThree, MASKS, MESSAGE, writeMasks, writeMessage } from './blake2x';
import { inverseOf, modulusOf } from './modular';

const DIGEST: usize = 64;
const BLOCK: usize = 128;
const BUFFER: usize = 4096;
/** Blocks of a buffer, and how many of them vectors take of either buffer: two blocks for each that words take. */
const BLOCKS: i32 = 64;
const PAIRS: i32 = 43;
/** Words of the two buffers that are filled together. */
const WORDS: i32 = 1024;

/** What a stream works in: `../uniform.ts` allocates it. */
const KEYED: usize = 0;
const INPUT: usize = KEYED + DIGEST;
const MASKED: usize = INPUT + BLOCK;
const CONSTANTS: usize = MASKED + MASKS;
const SCHEDULE: usize = CONSTANTS + 6 * 8;
const BUFFERS: usize = SCHEDULE + MESSAGE;

/** 2^84: adding it to 2^32 times a u32 puts that number in the low bits of the representation. */
const TWO_84: f64 = 19342813113834066795298816.0;
const TWO_84_BITS: i64 = 0x4530000000000000;
const TWO_52: f64 = 4503599627370496.0;
const TWO_52_BITS: i64 = 0x4330000000000000;

/** For `convert`, in memory like the masks. */
function writeConstants(constants: usize): void {
  store<u64>(constants, 0xffffffff);
  store<i64>(constants, TWO_52_BITS, 8);
  store<f64>(constants, TWO_52, 16);
  store<i64>(constants, TWO_84_BITS, 24);
  store<f64>(constants, TWO_84, 32);
  store<i64>(constants, i64.MIN_VALUE, 40);
}

/** Chaining words after the key: the same for all buffers of a seed. */
function absorbSeed(state: usize, work: usize, seed: usize): void {
  const input = work + INPUT;
  memory.fill(input, 0, BLOCK);
  memory.copy(input, seed, DIGEST);
  memory.copy(state, state + INITIAL, DIGEST);
  // 64 bytes of digest and of key, fanout and depth 1; length of the whole output.
  store<u64>(state, load<u64>(state) ^ 0x01014040);
  store<u64>(state, load<u64>(state, 8) ^ (<u64>BUFFER << 32), 8);
  compress(state, input, BLOCK, 0);
  memory.copy(work + KEYED, state, DIGEST);
  memory.fill(input, 0, DIGEST);
}

/** Buffers number `counter` and `counter` + 1. */
function fillTwo(state: usize, work: usize, counter: u64): void {
  const first = work + BUFFERS, second = first + BUFFER, masks = work + MASKED, message = work + SCHEDULE;
  for (let lane: usize = 0; lane < 2; lane++) {
    memory.copy(state, work + KEYED, DIGEST);
    store<u64>(work + INPUT, counter + lane);
    compress(state, work + INPUT, BLOCK + 8, 1);
    writeMessage(state, state, message, lane);
  }
  // From both ends: vectors take a block of either buffer from the front, words one of them from the back.
  for (let block = 0; block < PAIRS; block++) {
    const at = <usize>block * DIGEST, single = BLOCKS - 1 - (block >> 1), lane = <usize>(block & 1);
    const target = first + lane * BUFFER + <usize>single * DIGEST;
    expandThree(state, masks, message, BUFFER, block, first + at, second + at, single, lane, target);
  }
}

/**
 * Words to residues nearest to zero, but for 3 roundings in the quotient. A word is high + low, a multiple of 2^32 and what is less; both
 * are exact, and so is high - quotient * p, a whole number of at most p/2 + 2^32 + some. Words from `limit` on become NaN.
 * Whether there are any.
 */
@inline function convert(words: usize, target: usize, count: i32, block: usize, limit: u64, constants: usize): bool {
  const p = modulusOf(block), inverse = inverseOf(block), end = words + (<usize>count << 3);
  const low32 = v128.load64_splat(constants), two52bits = v128.load64_splat(constants, 8), two52 = v128.load64_splat(constants, 16);
  const two84bits = v128.load64_splat(constants, 24), two84 = v128.load64_splat(constants, 32), sign = v128.load64_splat(constants, 40);
  // Compared as signed numbers, the first bit of both turned over.
  const last = v128.xor(i64x2.splat(<i64>(limit - 1)), sign);
  let beyond = i64x2.splat(0);
  while (words < end) {
    const x = v128.load(words);
    const high = f64x2.sub(v128.or(i64x2.shr_u(x, 32), two84bits), two84);
    const low = f64x2.sub(v128.or(v128.and(x, low32), two52bits), two52);
    const quotient = f64x2.nearest(f64x2.mul(f64x2.add(high, low), inverse));
    const wrong = i64x2.gt_s(v128.xor(x, sign), last);
    v128.store(target, v128.or(f64x2.add(f64x2.relaxed_nmadd(quotient, p, high), low), wrong));
    beyond = v128.or(beyond, wrong);
    words += 16;
    target += 16;
  }
  return v128.any_true(beyond);
}

/** Words of which a prime's residues are made are below this: SEAL leaves out the last whole multiple too. */
@inline function limitOf(p: u64): u64 {
  return u64.MAX_VALUE - u64.MAX_VALUE % p - 1;
}

/**
 * Polynomials of n values (even) from the seed of 64 bytes at `seed`. `list` has for each of `limbs` primes the address of its polynomial
 * and of its modulus block, u32 each. `work` has room as `../uniform.ts` says.
 */
export function expandUniform(state: usize, work: usize, seed: usize, list: usize, limbs: i32, n: i32): void {
  writeMasks(work + MASKED);
  writeConstants(work + CONSTANTS);
  absorbSeed(state, work, seed);
  let drawn = 0, again = false;
  for (let limb = 0; limb < limbs; limb++) {
    const target = <usize>load<u32>(list + (limb << 3)), block = <usize>load<u32>(list + (limb << 3), 4);
    const limit = limitOf(<u64>load<f64>(block));
    for (let done = 0; done < n;) {
      const at = drawn & (WORDS - 1);
      if (at == 0) fillTwo(state, work, drawn >> 9);
      const count = min(n - done, WORDS - at);
      if (convert(work + BUFFERS + (<usize>at << 3), target + (<usize>done << 3), count, block, limit, work + CONSTANTS)) again = true;
      done += count;
      drawn += count;
    }
  }
  if (!again) return;
  for (let limb = 0; limb < limbs; limb++) {
    const target = <usize>load<u32>(list + (limb << 3)), block = <usize>load<u32>(list + (limb << 3), 4);
    const p = <u64>load<f64>(block), limit = limitOf(p), end = target + (<usize>n << 3);
    for (let to = target; to < end; to += 8) {
      if (!isNaN(load<f64>(to))) continue;
      let word: u64;
      do {
        const at = drawn & (WORDS - 1);
        if (at == 0) fillTwo(state, work, drawn >> 9);
        word = load<u64>(work + BUFFERS + (<usize>at << 3));
        drawn++;
      } while (word >= limit);
      const residue = word % p;
      store<f64>(to, residue > p >> 1 ? -<f64>(p - residue) : <f64>residue);
    }
  }
}
