/**
 * The most that one side held, field by field.
 *
 * @module
 */
import type { Memory } from '../../schemes/scheme.ts';

export type HeldMemory = Omit<Memory, 'objects'>;

/** The larger of each; null where one is not known. */
export function mostOf(a: HeldMemory, b: HeldMemory): HeldMemory {
  const larger = (x: number | null, y: number | null): number | null => (x === null || y === null ? null : Math.max(x, y));
  return {
    reserved_bytes: larger(a.reserved_bytes, b.reserved_bytes),
    live_bytes: larger(a.live_bytes, b.live_bytes),
    buffers_bytes: Math.max(a.buffers_bytes, b.buffers_bytes),
  };
}

const UNKNOWN = {
  reserved_bytes: 'the library keeps its memory to itself',
  live_bytes: 'the library does not tell what it has in use',
} as const;

/** Reasons for what is not known, by dotted path. */
export function unknownMemory(side: 'client' | 'evaluator', held: HeldMemory): Record<string, string> {
  const unknown = (['reserved_bytes', 'live_bytes'] as const).filter((field) => held[field] === null);
  return Object.fromEntries(unknown.map((field) => [`memory.${side}.${field}`, UNKNOWN[field]]));
}
