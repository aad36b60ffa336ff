/**
 * Shared wasm memory and its allocated parts: first fit, neighbours merged when freed.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';

const PAGE_BYTES = 65536;
const MAXIMUM_PAGES = 65536;
/** Of a cache line. */
const ALIGNMENT = 64;

interface Gap {
  readonly at: number;
  readonly length: number;
}

export class SharedMemory {
  readonly memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared: true });
  readonly #lengths = new Map<number, number>();
  #live_bytes = 0;
  /** Ascending and never adjacent. Address 0 is never given out. */
  #gaps: Gap[] = [{ at: ALIGNMENT, length: PAGE_BYTES - ALIGNMENT }];

  /** Bytes taken from the system; wasm memory never shrinks. */
  get bytes(): number {
    return this.memory.buffer.byteLength;
  }

  /** Bytes of live allocations. */
  get live_bytes(): number {
    return this.#live_bytes;
  }

  /**
   * Address of `bytes` bytes, aligned to a cache line; contents are arbitrary.
   * @throws EnigmarkError OUT_OF_MEMORY
   */
  allocate(bytes: number): number {
    const length = Math.ceil(Math.max(bytes, 1) / ALIGNMENT) * ALIGNMENT;
    let index = this.#gaps.findIndex((gap) => gap.length >= length);
    if (index < 0) {
      this.#grow(length);
      index = this.#gaps.length - 1;
    }
    const gap = this.#gaps[index]!;
    this.#gaps.splice(index, 1, ...(gap.length > length ? [{ at: gap.at + length, length: gap.length - length }] : []));
    this.#lengths.set(gap.at, length);
    this.#live_bytes += length;
    return gap.at;
  }

  /** Gives back what `allocate` returned. */
  free(at: number): void {
    const length = this.#lengths.get(at);
    if (length === undefined) throw new Error(`no allocation at ${at}`);
    this.#lengths.delete(at);
    this.#live_bytes -= length;
    this.#insert({ at, length });
  }

  bytesAt(at: number, length: number): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.#buffer, at, length);
  }
  words32(at: number, length: number): Uint32Array<SharedArrayBuffer> {
    return new Uint32Array(this.#buffer, at, length);
  }
  words64(at: number, length: number): BigUint64Array<SharedArrayBuffer> {
    return new BigUint64Array(this.#buffer, at, length);
  }
  doubles(at: number, length: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.#buffer, at, length);
  }

  get #buffer(): SharedArrayBuffer {
    return this.memory.buffer as unknown as SharedArrayBuffer;
  }

  #grow(wanted: number): void {
    const before = this.bytes;
    const tail = this.#gaps.find((gap) => gap.at + gap.length === before)?.length ?? 0;
    const pages = Math.ceil((wanted - tail) / PAGE_BYTES);
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new EnigmarkError('OUT_OF_MEMORY', {
        expected: `${wanted} more bytes of wasm memory`,
        got: `${before} of at most ${MAXIMUM_PAGES * PAGE_BYTES} bytes taken`,
        remedy: 'take a smaller parameter set or fewer ciphertexts at a time',
        cause,
      });
    }
    this.#insert({ at: before, length: pages * PAGE_BYTES });
  }

  #insert(freed: Gap): void {
    const after = this.#gaps.findIndex((gap) => gap.at > freed.at);
    const index = after < 0 ? this.#gaps.length : after;
    const left = this.#gaps[index - 1];
    const right = this.#gaps[index];
    const joinsLeft = left !== undefined && left.at + left.length === freed.at;
    const joinsRight = right !== undefined && freed.at + freed.length === right.at;
    const at = joinsLeft ? left.at : freed.at;
    const end = joinsRight ? right.at + right.length : freed.at + freed.length;
    this.#gaps.splice(index - (joinsLeft ? 1 : 0), (joinsLeft ? 1 : 0) + (joinsRight ? 1 : 0), { at, length: end - at });
  }
}
