/**
 * Which doublings of a fold are taken together: x + rotate(x, a), then + rotate(., b), is x plus its rotations by a, b and a + b. One
 * decomposition and one division replace two, for the price of a key for a + b.
 *
 * @module
 */

/** More rotations in one sum would only add inner products: three doublings. */
const ROTATIONS_PER_SUM = 7;

/** The rotations that add up to these doublings in one sum, 1 to columns - 1; null where two of them fall together. */
export function summedRotations(steps: readonly number[], columns: number): readonly number[] | null {
  const sums = steps.reduce<number[]>((found, step) => [...found, ...[0, ...found].map((sum) => (sum + step) % columns)], []);
  return sums.includes(0) ? null : sums;
}

/**
 * Groups of doublings, each as long as there are keys for its sums; a step of 0 or without a partner stands alone. Steps lie in 0 to
 * columns - 1.
 */
export function foldGroups(steps: readonly number[], columns: number, hasKey: (step: number) => boolean): readonly (readonly number[])[] {
  const groups: (readonly number[])[] = [];
  for (let from = 0; from < steps.length;) {
    let taken = 1;
    for (let count = 2; from + count <= steps.length; count++) {
      const rotations = summedRotations(steps.slice(from, from + count), columns);
      if (rotations === null || rotations.length > ROTATIONS_PER_SUM || !rotations.every(hasKey)) break;
      taken = count;
    }
    groups.push(steps.slice(from, from + taken));
    from += taken;
  }
  return groups;
}
