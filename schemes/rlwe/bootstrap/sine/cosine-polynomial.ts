/**
 * The polynomial that stands for a cosine: of x in [-range, range] whole turns, slowed down by the double angles that follow, and a
 * quarter of a turn late, so that what comes of the double angles is sin(2 pi x):
 *
 *   cos(2 pi (x - 1/4) / 2^doubleAngles), then `doubleAngles` times c -> 2 c^2 - 1.
 *
 * Numbers that are raised to a larger modulus lie close to whole numbers. Where the range is small, the polynomial meets the cosine at
 * these and is the more exact there (Han and Ki, CT-RSA 2020): 2^-50 of a turn for |I| <= 5, where nearly all of them lie, against 2^-31
 * with Chebyshev's points at the same degree. Where the range is large, the degree has no room for every whole number.
 *
 * @module
 */
import type { SineShape } from '../../program/program.ts';
import { cosine, multiply, PI, sine, toNumber } from './fixed-point.ts';

/** Whether the polynomial meets the cosine at whole numbers: those of magnitude below the range take a degree of 2 range - 1. */
export function meetsIntegers({ range, degree }: SineShape): boolean {
  return degree === 2 * range - 1;
}

/** Plans are compared by the hundred, over the same sine. */
const known = new Map<string, readonly number[]>();

/**
 * Chebyshev coefficients of the polynomial in y = x / range.
 *
 * @returns `degree` + 1 numbers: the polynomial is c[0] + c[1] T_1(y) + ... for y in [-1, 1]
 */
export function cosineCoefficients(target: SineShape): readonly number[] {
  const { range, degree, doubleAngles } = target;
  const name = `${range}/${degree}/${doubleAngles}`;
  const before = known.get(name);
  if (before !== undefined) return before;
  const made = meetsIntegers(target) ? interpolateAtIntegers(range, doubleAngles).map(toNumber) : interpolateAtChebyshevPoints(target);
  known.set(name, made);
  return made;
}

/**
 * The same in fixed point, for a degree of 2 range - 1: the cosine at every whole number of magnitude below `range`, and its slope at 0.
 * By Newton's divided differences, of which that slope is the one at the double point 0, 0.
 */
export function interpolateAtIntegers(range: number, doubleAngles: number): readonly bigint[] {
  const nodes = [0n, 0n];
  for (let node = 1n; node < BigInt(range); node++) nodes.push(node, -node);
  const turn = (2n * PI) >> BigInt(doubleAngles);
  const angleAt = (node: bigint): bigint => turn * node - turn / 4n;
  const slope = -multiply(turn, sine(angleAt(0n)));
  const differences = nodes.map((node) => cosine(angleAt(node)));
  for (let order = 1; order < nodes.length; order++) {
    for (let i = nodes.length - 1; i >= order; i--) {
      const width = nodes[i]! - nodes[i - order]!;
      differences[i] = width === 0n ? slope : (differences[i]! - differences[i - 1]!) / width;
    }
  }
  // Horner's rule in Chebyshev's basis: p -> (range y - node) p + difference.
  let polynomial: bigint[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const moved = timesVariable(polynomial).map((coefficient, k) => BigInt(range) * coefficient - nodes[i]! * (polynomial[k] ?? 0n));
    const [constant = 0n, ...others] = moved;
    polynomial = [constant + differences[i]!, ...others];
  }
  return polynomial;
}

/** y p(y): y T_0 = T_1, and y T_k = (T_(k-1) + T_(k+1)) / 2. */
function timesVariable(polynomial: readonly bigint[]): bigint[] {
  const product = polynomial.length === 0 ? [] : new Array<bigint>(polynomial.length + 1).fill(0n);
  for (const [k, coefficient] of polynomial.entries()) {
    if (k > 0) product[k - 1]! += coefficient >> 1n;
    product[k + 1]! += k > 0 ? coefficient >> 1n : coefficient;
  }
  return product;
}

/** By the discrete cosine transform of the values at four times as many points: what is left out is past the degree. */
export function interpolateAtChebyshevPoints({ range, degree, doubleAngles }: SineShape): readonly number[] {
  const count = 4 * (degree + 1);
  const angles = Array.from({ length: count }, (_, point) => (Math.PI * (point + 0.5)) / count);
  const values = angles.map((angle) => Math.cos((2 * Math.PI * (range * Math.cos(angle) - 0.25)) / 2 ** doubleAngles));
  return Array.from({ length: degree + 1 }, (_, k) => {
    const sum = values.reduce((total, value, point) => total + value * Math.cos(k * angles[point]!), 0);
    return (sum * (k === 0 ? 1 : 2)) / count;
  });
}
