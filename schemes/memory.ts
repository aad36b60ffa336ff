/**
 * What a client or an evaluator holds.
 *
 * @module
 */

/**
 * What one side holds for itself. What both share (the engine, its code, circuits, the harness and the bytes on their way) belongs to
 * neither.
 */
export interface Memory {
  /** Taken from the system for wasm memories, which never shrink: what was used at the peak, and room. 0: it has none; null: unknown. */
  readonly reserved_bytes: number | null;
  /** Of it, in use now; null: the library's allocator does not tell. */
  readonly live_bytes: number | null;
  /** JavaScript buffers kept between calls: keys as they came, encoded operands, ciphertexts. */
  readonly buffers_bytes: number;
  /** Live, not yet freed. */
  readonly objects: number;
}

/**
 * All that a side is known to hold.
 *
 * @param memory what `memory()` of a client or an evaluator returned
 * @returns bytes: WebAssembly memory, where it is known, and JavaScript buffers
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { held_bytes } from 'enigmark';
 *
 * assert.equal(held_bytes({ reserved_bytes: null, live_bytes: null, buffers_bytes: 80, objects: 2 }), 80);
 * ```
 */
export function held_bytes(memory: Memory): number {
  return (memory.reserved_bytes ?? 0) + memory.buffers_bytes;
}
