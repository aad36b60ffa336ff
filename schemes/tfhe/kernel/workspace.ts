/**
 * Scratch memory of one thread, laid out as `assembly/layout.ts` reads it.
 *
 * @module
 */
import type { SharedMemory } from './memory.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';

/** Words of a tile of the keyswitching key. */
export const TILE = 16;

/** Bootstraps that read the key once together. More bring no measurable gain. */
export const MAXIMUM_BATCH = 16;

/** Tiles of a small ciphertext, mask and body. */
export function tilesOf(set: TfheParameters): number {
  return Math.ceil((set.lweDimension + 1) / TILE);
}

function partsOf(set: TfheParameters, batch: number): readonly number[] {
  const polynomial = set.polynomialSize;
  const columns = set.glweDimension + 1;
  return [
    set.bootstrapLevels * polynomial * 4,
    polynomial * 8,
    columns * set.bootstrapLevels * polynomial * 8,
    columns * polynomial * 8,
    batch * bigDimension(set) * set.keyswitchLevels * 4,
    batch * tilesOf(set) * TILE * 4,
    batch * (set.lweDimension + 1) * 4,
    batch * columns * polynomial * 4,
  ];
}

/** Bytes that a workspace takes. */
export function workspace_bytes(set: TfheParameters, batch: number): number {
  return partsOf(set, batch).reduce((sum, bytes) => sum + bytes, 0);
}

export interface Workspace {
  readonly address: number;
  /** Small ciphertexts of the batch: tiles * 16 u32 each. */
  readonly switched: number;
  /** Powers of X of the batch: n + 1 i32 each, mask and body. */
  readonly rotations: number;
  free(): void;
}

export function makeWorkspace(memory: SharedMemory, set: TfheParameters, batch: number): Workspace {
  const parts = partsOf(set, batch).map((bytes) => memory.allocate(bytes));
  const address = memory.allocate(parts.length * 4);
  memory.words32(address, parts.length).set(parts);
  return {
    address,
    switched: parts[5]!,
    rotations: parts[6]!,
    free() {
      for (const part of [address, ...parts]) memory.free(part);
    },
  };
}
