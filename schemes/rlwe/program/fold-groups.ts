/**
 * Which doublings of a fold are taken together: x + rotate(x, a), then + rotate(., b), is x plus its rotations by a, b and a + b. One
 * decomposition and one division replace two, for the price of a key for a + b.
 *
 * @module
 */

/**
 * Three together would take seven keys, and no less time: 0.50 ms a doubling at N = 8192 and three limbs, where two together take 0.48
 * and one takes 0.69.
 */
const DOUBLINGS_PER_SUM = 2;

/** The rotations that add up to these doublings in one sum, 1 to columns - 1; null where two of these rotations are the same one. */
export function summedRotations(rotations: readonly number[], columns: number): readonly number[] | null {
  const sums = rotations.reduce<number[]>((found, by) => [...found, ...[0, ...found].map((sum) => (sum + by) % columns)], []);
  return sums.includes(0) ? null : sums;
}

/** Groups of doublings; a rotation by 0, or without a partner or a key for the sum, stands alone. They lie in 0 to columns - 1. */
export function foldGroups(
  rotations: readonly number[],
  columns: number,
  hasKey: (by: number) => boolean = () => true,
): readonly (readonly number[])[] {
  const groups: (readonly number[])[] = [];
  for (let from = 0; from < rotations.length;) {
    const together = rotations.slice(from, from + DOUBLINGS_PER_SUM);
    const group = summedRotations(together, columns)?.every(hasKey) === true ? together : rotations.slice(from, from + 1);
    groups.push(group);
    from += group.length;
  }
  return groups;
}
