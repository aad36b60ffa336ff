/** @module */

/** Parts for each window: threads wait for the last part, so that it should not be long. */
const PARTS_PER_WINDOW = 8;

/** What many small tasks are put together to: items in order, in parts as equal as they get. */
export function evenParts<T>(items: readonly T[], windows: number): readonly (readonly T[])[] {
  const parts = Math.min(windows * PARTS_PER_WINDOW, items.length);
  const start = (part: number): number => Math.round((part * items.length) / parts);
  return Array.from({ length: parts }, (_, part) => items.slice(start(part), start(part + 1)));
}
