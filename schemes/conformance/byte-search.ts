/**
 * Looks for pieces of a secret in other bytes.
 *
 * @module
 */

const PIECE_BYTES = 16;

/** Number of pieces of 16 bytes of the secret that occur in the other bytes, at any place. Monotonous pieces do not count. */
export function piecesIn(secret: Uint8Array, bytes: Uint8Array): number {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const pieces = new Set<string>();
  for (let at = 0; at + PIECE_BYTES <= secret.length; at += PIECE_BYTES) {
    const piece = Buffer.from(secret.subarray(at, at + PIECE_BYTES));
    if (new Set(piece).size > PIECE_BYTES / 2) pieces.add(piece.toString('latin1'));
  }
  const found = new Set<string>();
  for (let at = 0; at + PIECE_BYTES <= haystack.length; at++) {
    const window = haystack.slice(at, at + PIECE_BYTES);
    if (pieces.has(window)) found.add(window);
  }
  return found.size;
}
