/**
 * The mask generator of seeded keys and ciphertexts: AES-128 in counter mode with a little-endian 128-bit counter that
 * starts at zero. Forks of the library's generator take consecutive ranges, so that one stream in storage order yields
 * every mask of a key.
 *
 * @module
 */
import { createCipheriv } from 'node:crypto';

const BLOCK_BYTES = 16;
const BLOCKS_AT_ONCE = 4096;

/** Bytes of one seed, in order. */
export class RandomStream {
  readonly #cipher;
  #counter = 0n;
  #buffer = new Uint8Array(0);
  #at = 0;

  /** @param seed 16 bytes, the AES key. */
  constructor(seed: Uint8Array) {
    // OpenSSL's CTR mode counts big-endian, so the counter blocks are made here and encrypted one by one.
    this.#cipher = createCipheriv('aes-128-ecb', seed, null);
    this.#cipher.setAutoPadding(false);
  }

  /** Fills `target` with the next bytes. */
  fill(target: Uint8Array): void {
    for (let done = 0; done < target.length;) {
      if (this.#at === this.#buffer.length) this.#refill(target.length - done);
      const taken = Math.min(target.length - done, this.#buffer.length - this.#at);
      target.set(this.#buffer.subarray(this.#at, this.#at + taken), done);
      this.#at += taken;
      done += taken;
    }
  }

  #refill(wanted_bytes: number): void {
    const blocks = Math.min(BLOCKS_AT_ONCE, Math.ceil(wanted_bytes / BLOCK_BYTES));
    const counters = new BigUint64Array(2 * blocks);
    for (let block = 0; block < blocks; block++) counters[2 * block] = this.#counter++;
    this.#buffer = this.#cipher.update(new Uint8Array(counters.buffer));
    this.#at = 0;
  }
}
