/**
 * The evaluator's wasm memory, which its threads may share: blocks that are allocated and released. One thread
 * does all the allocating.
 *
 * @module
 */
import { EnigmarkError } from '../../errors.ts';
import { OutsideMemory } from './outside-memory.ts';

const PAGE_BYTES = 65_536;
const MAXIMUM_PAGES = 65_536;
/** Address 0 stays free, so that it can mean "none". */
const FIRST_ADDRESS = 1024;
/** Blocks are cache lines apart by an odd number of lines, lest equal offsets of many polynomials fall in one cache set. */
const LINE_BYTES = 64;

export class Arena {
  readonly wasm: WebAssembly.Memory;
  /** Whether threads can work on it. */
  readonly shared: boolean;
  /** What does not fit into it. */
  readonly outside: OutsideMemory;
  readonly #limit_bytes: number;
  readonly #free = new Map<number, number[]>();
  readonly #sizes = new Map<number, number>();
  /** Blocks that were released but may not be reused yet; null: a released block may be reused at once. */
  #deferred: number[] | null = null;
  #end = FIRST_ADDRESS;
  #live_bytes = 0;
  #buffer: ArrayBufferLike;
  #f64 = new Float64Array();
  #u32 = new Uint32Array();
  #u64 = new BigUint64Array();
  #u8 = new Uint8Array();
  /** A buffer that `place` copies through. */
  #aligned = new Uint8Array();

  /** Never grows beyond `limit_bytes`, at most 4 GiB; `outside_bytes` beside it. */
  constructor(shared = false, limit_bytes = PAGE_BYTES * MAXIMUM_PAGES, outside_bytes = 0) {
    this.shared = shared;
    this.outside = OutsideMemory.ofSize(outside_bytes);
    this.#limit_bytes = Math.min(limit_bytes, PAGE_BYTES * MAXIMUM_PAGES);
    this.wasm = new WebAssembly.Memory({ initial: 16, maximum: MAXIMUM_PAGES, shared });
    this.#buffer = new ArrayBuffer();
  }

  /** Address of a block aligned to 64 bytes. @throws EnigmarkError OUT_OF_MEMORY. */
  allocate(bytes: number): number {
    const size = Math.ceil(bytes / (2 * LINE_BYTES)) * 2 * LINE_BYTES + LINE_BYTES;
    let address = this.#free.get(size)?.pop();
    if (address === undefined) {
      address = this.#end;
      this.#grow(address + size);
      this.#end += size;
    }
    this.#sizes.set(address, size);
    this.#live_bytes += size;
    return address;
  }

  /** From now on released blocks are not reused, since deferred tasks may still read them. */
  deferFrees(): void {
    this.#deferred ??= [];
  }

  /** Frees the blocks that were released since `deferFrees`. */
  flushFrees(): void {
    const deferred = this.#deferred ?? [];
    this.#deferred = null;
    for (const address of deferred) this.release(address);
  }

  /** @throws when the address is not a live block: a bug in the caller. */
  release(address: number): void {
    if (this.#deferred !== null) {
      this.#deferred.push(address);
      return;
    }
    const size = this.#sizes.get(address);
    if (size === undefined) throw new Error(`no live block at ${String(address)}`);
    this.#sizes.delete(address);
    this.#live_bytes -= size;
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [address]);
    else free.push(address);
  }

  #grow(end: number): void {
    const missing = end - this.wasm.buffer.byteLength;
    if (missing <= 0) return;
    // In steps of at least an eighth, so that growing stays rare.
    const wanted = Math.max(missing, Math.floor(this.wasm.buffer.byteLength / 8));
    for (const bytes of [wanted, missing]) {
      const pages = Math.ceil(bytes / PAGE_BYTES);
      if (this.wasm.buffer.byteLength + pages * PAGE_BYTES > this.#limit_bytes) continue;
      try {
        this.wasm.grow(pages);
        return;
      } catch {
        // Tried again with less, then refused below.
      }
    }
    throw new EnigmarkError('OUT_OF_MEMORY', {
      expected: `at most ${String(this.#limit_bytes)} bytes of evaluator memory`,
      got: `a need for ${String(end)}`,
      remedy: 'choose smaller parameters or fewer ciphertexts at a time',
    });
  }

  #refresh(): void {
    if (this.#buffer === this.wasm.buffer) return;
    this.#buffer = this.wasm.buffer;
    this.#f64 = new Float64Array(this.#buffer);
    this.#u32 = new Uint32Array(this.#buffer);
    this.#u64 = new BigUint64Array(this.#buffer);
    this.#u8 = new Uint8Array(this.#buffer);
  }

  /** Views are valid until the next allocation. */
  get f64(): Float64Array {
    this.#refresh();
    return this.#f64;
  }

  get u32(): Uint32Array {
    this.#refresh();
    return this.#u32;
  }

  get u64(): BigUint64Array {
    this.#refresh();
    return this.#u64;
  }

  get u8(): Uint8Array {
    this.#refresh();
    return this.#u8;
  }

  /** Bytes from outside to an address. */
  place(bytes: Uint8Array, address: number): void {
    if (!this.shared || bytes.byteOffset % 8 === 0) {
      this.u8.set(bytes, address);
      return;
    }
    // Engines copy to and from shared memory byte by byte, unless both sides are aligned.
    if (this.#aligned.length < bytes.length) this.#aligned = new Uint8Array(bytes.length);
    this.#aligned.set(bytes);
    this.u8.set(this.#aligned.subarray(0, bytes.length), address);
  }

  /** A copy of bytes at an address. */
  taken(address: number, bytes: number): Uint8Array {
    const copy = new Uint8Array(bytes);
    copy.set(this.u8.subarray(address, address + bytes));
    return copy;
  }

  /** Bytes of blocks that are taken. */
  get live_bytes(): number {
    return this.#live_bytes;
  }

  /** Bytes taken from the system: they are never given back before the whole memory is dropped. */
  get size_bytes(): number {
    return this.wasm.buffer.byteLength;
  }
}
