/**
 * Lists of operands of the kernel's calls.
 *
 * @module
 */
import type { Arena } from './memory.ts';

/** Room for the lists of any call: three addresses, or an address and a number, for each term. */
export const TABLE_BYTES = 64;

/** Where calls keep their lists of operands. */
export interface CallTables {
  /** Whether calls run later. Until then their lists and operands must stay, and their results cannot be read. */
  readonly isDeferred: boolean;
  /** Address of `TABLE_BYTES` for one call. */
  take(): number;
}

/** Calls run at once, so that all can use one place. */
export class OnePlace implements CallTables {
  readonly isDeferred = false;
  readonly #address: number;

  constructor(arena: Arena) {
    this.#address = arena.allocate(TABLE_BYTES);
  }

  take(): number {
    return this.#address;
  }
}
