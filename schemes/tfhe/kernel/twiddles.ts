/**
 * Twiddle factors of the kernel's FFT (`assembly/fft-layout.ts`): X^n - i is split down to its roots, and a node of root r has
 * the twiddles r, r^2, r^3. Angles are counted in turns, so that every factor is computed once and correctly rounded.
 *
 * @module
 */

export interface Twiddles {
  readonly values: Float64Array;
  /** Where the last stage begins, in doubles. */
  readonly last: number;
}

/** For polynomials of N = 2n coefficients, N a power of two from 16. */
export function twiddlesOf(polynomialSize: number): Twiddles {
  const n = polynomialSize / 2;
  const values: number[] = [];
  const radix2 = Math.log2(n) % 2 === 1;
  // X^n - i: the root to be split is at a quarter turn.
  let angles = radix2 ? [1 / 8, 5 / 8] : quarters(1 / 4);
  values.push(...(radix2 ? [...unit(1 / 8), 0, 0, 0, 0] : block(1 / 16)));
  let blocks = radix2 ? 2 : 4;
  for (; blocks < n / 4; blocks *= 4) {
    values.push(...angles.flatMap((angle) => block(angle / 4)));
    angles = angles.flatMap(quarters);
  }
  const last = values.length;
  for (let at = 0; at < angles.length; at += 2) values.push(...blockPair(angles[at]! / 4, angles[at + 1]! / 4));
  return { values: Float64Array.from(values), last };
}

/** The four roots of X^4 = e(angle). */
function quarters(angle: number): number[] {
  return [0, 1, 2, 3].map((k) => angle / 4 + k / 4);
}

function unit(turns: number): [number, number] {
  return [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
}

function block(turns: number): number[] {
  return [1, 2, 3].flatMap((power) => unit(power * turns));
}

/** Two blocks side by side, as the last stage reads them: both real parts, both imaginary parts. */
function blockPair(first: number, second: number): number[] {
  return [1, 2, 3].flatMap((power) => {
    const [ar, ai] = unit(power * first);
    const [br, bi] = unit(power * second);
    return [ar, br, ai, bi];
  });
}
