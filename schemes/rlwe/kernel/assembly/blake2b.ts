/**
 * BLAKE2b (RFC 7693), one block at a time. `blake2b-four.ts` hashes four at a time.
 *
 * Working memory of a hash, from `state` on: 8 chaining words, 16 words of work, 8 initial values; then the message order of 12 rounds,
 * 16 bytes each. `../blake2b.ts` fills the last two.
 *
 * @module
 */
const WORK: usize = 64;
export const INITIAL: usize = 192;
export const ORDER: usize = 256;

@inline function mix(work: usize, a: usize, b: usize, c: usize, d: usize, x: u64, y: u64): void {
  let va = load<u64>(work + a), vb = load<u64>(work + b), vc = load<u64>(work + c), vd = load<u64>(work + d);
  va = va + vb + x;
  vd = rotr<u64>(vd ^ va, 32);
  vc = vc + vd;
  vb = rotr<u64>(vb ^ vc, 24);
  va = va + vb + y;
  vd = rotr<u64>(vd ^ va, 16);
  vc = vc + vd;
  vb = rotr<u64>(vb ^ vc, 63);
  store<u64>(work + a, va);
  store<u64>(work + b, vb);
  store<u64>(work + c, vc);
  store<u64>(work + d, vd);
}

@inline function word(message: usize, order: usize, i: usize): u64 {
  return load<u64>(message + (<usize>load<u8>(order + i) << 3));
}

/** One block of 128 bytes at `message`; `length` bytes are hashed with it. */
export function compress(state: usize, message: usize, length: u64, last: i32): void {
  const work = state + WORK;
  for (let i: usize = 0; i < 64; i += 8) {
    store<u64>(work + i, load<u64>(state + i));
    store<u64>(work + 64 + i, load<u64>(state + INITIAL + i));
  }
  store<u64>(work + 96, load<u64>(work + 96) ^ length);
  if (last) store<u64>(work + 112, ~load<u64>(work + 112));
  let order = state + ORDER;
  const end = order + 192;
  while (order < end) {
    mix(work, 0, 32, 64, 96, word(message, order, 0), word(message, order, 1));
    mix(work, 8, 40, 72, 104, word(message, order, 2), word(message, order, 3));
    mix(work, 16, 48, 80, 112, word(message, order, 4), word(message, order, 5));
    mix(work, 24, 56, 88, 120, word(message, order, 6), word(message, order, 7));
    mix(work, 0, 40, 80, 120, word(message, order, 8), word(message, order, 9));
    mix(work, 8, 48, 88, 96, word(message, order, 10), word(message, order, 11));
    mix(work, 16, 56, 64, 104, word(message, order, 12), word(message, order, 13));
    mix(work, 24, 32, 72, 112, word(message, order, 14), word(message, order, 15));
    order += 16;
  }
  for (let i: usize = 0; i < 64; i += 8) {
    store<u64>(state + i, load<u64>(state + i) ^ load<u64>(work + i) ^ load<u64>(work + 64 + i));
  }
}
