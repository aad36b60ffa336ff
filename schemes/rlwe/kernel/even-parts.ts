/** @module */

/** Parts for each window. Threads wait for the last part, which should therefore be short. */
const PARTS_PER_WINDOW = 8;

/** Many small tasks put together to a few: the items in order, in parts that differ by one item at most. */
export function evenParts<T>(items: readonly T[], windows: number): readonly (readonly T[])[] {
  const parts = Math.min(windows * PARTS_PER_WINDOW, items.length);
  const start = (part: number): number => Math.round((part * items.length) / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(start(part), start(part + 1)));
}
