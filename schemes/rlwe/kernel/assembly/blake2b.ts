/**
 * BLAKE2b (RFC 7693) and the counter construction of BLAKE2X (blake2.net/blake2x.pdf), which SEAL expands public seeds with.
 *
 * Working memory of a hash, from `state` on: 8 chaining words, 16 words of work, 8 initial values; then the message order of 12 rounds,
 * 16 bytes each. `../blake2b.ts` fills the last two.
 *
 * @module
 */
const WORK: usize = 64;
const INITIAL: usize = 192;
const ORDER: usize = 256;

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

/** `blocks` times 64 bytes from the root hash, padded to 128 bytes at `root`; `xofLength` names the whole output's bytes. */
export function expandRoot(state: usize, root: usize, target: usize, blocks: i32, xofLength: u64): void {
  for (let block = 0; block < blocks; block++) {
    for (let i: usize = 0; i < 64; i += 8) store<u64>(state + i, load<u64>(state + INITIAL + i));
    // Parameter block: 64 bytes of digest, no key, fanout and depth 0, leaves of 64 bytes; node offset; inner length 64.
    store<u64>(state, load<u64>(state) ^ (64 | (<u64>64 << 32)));
    store<u64>(state + 8, load<u64>(state + 8) ^ (<u64>block | (xofLength << 32)));
    store<u64>(state + 16, load<u64>(state + 16) ^ (64 << 8));
    compress(state, root, 64, 1);
    memory.copy(target, state, 64);
    target += 64;
  }
}

/** Reduces u64 modulo `modulus` from index `from` on, and stops at the first that is not below `limit`: returns its index, or n. */
export function reduceUniform(data: usize, from: i32, n: i32, modulus: u64, limit: u64): i32 {
  for (let i = from; i < n; i++) {
    const at = data + (<usize>i << 3);
    const x = load<u64>(at);
    if (x >= limit) return i;
    store<u64>(at, x % modulus);
  }
  return n;
}
