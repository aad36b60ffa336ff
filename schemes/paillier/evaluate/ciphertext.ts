/** @module */

/** A ciphertext at the evaluator: its number over R, in a register. */
export interface Ciphertext {
  readonly register: number;
  /** Known to have no factor in common with n. */
  coprime: boolean;
}
