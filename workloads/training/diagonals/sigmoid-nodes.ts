/**
 * The polynomial of a sigmoid as nodes, with as few products as its degree allows and none with a plaintext.
 *
 * @module
 */
import type { Size } from '../rehearsal.ts';
import type { MonicSigmoid } from '../sigmoid.ts';
import type { DiagonalCircuit } from './parts.ts';

const LAYER = 'sigmoid';

/** z * M(z^2) of the scaled scores z; M monic of degree 1, 2 or 3. `most` bounds z. */
export function addSigmoid(
  circuit: DiagonalCircuit,
  slots: number,
  z: number,
  { monic }: Pick<MonicSigmoid, 'monic'>,
  scores: Size,
  result: Size,
): number {
  const product = (left: number, right: number, size: Size): number => circuit.add({ op: 'multiply', left, right }, 1, size, LAYER);
  const plus = (of: number, constant: number, { largest, rms }: Size): number =>
    circuit.add({ op: 'addPlain', of, plains: [new Float64Array(slots).fill(constant)] }, 1, moved(largest, rms, constant), LAYER);
  const square = (size: Size): Size => ({ largest: size.largest ** 2, rms: size.largest * size.rms });
  const times = (a: Size, b: Size): Size => ({ largest: a.largest * b.largest, rms: a.rms * b.largest });
  const [m0 = 0, m1 = 0, m2 = 0] = monic;
  const v = product(z, z, square(scores));
  const vSize = square(scores);
  switch (monic.length) {
    case 1:
      return product(z, plus(v, m0, vSize), result);
    case 2: {
      // v^2 + m1 v + m0 = (v + m1 / 2)^2 + m0 - m1^2 / 4
      const halfSize = moved(vSize.largest, vSize.rms, m1 / 2);
      const half = plus(v, m1 / 2, vSize);
      const whole = plus(product(half, half, square(halfSize)), m0 - m1 ** 2 / 4, square(halfSize));
      return product(z, whole, result);
    }
    default: {
      // v^3 + m2 v^2 + m1 v + m0 = (v^2 + m1) (v + m2) + m0 - m1 m2
      const fourth = plus(product(v, v, square(vSize)), m1, square(vSize));
      const [a, b] = [moved(square(vSize).largest, square(vSize).rms, m1), moved(vSize.largest, vSize.rms, m2)];
      const whole = plus(product(fourth, plus(v, m2, vSize), times(a, b)), m0 - m1 * m2, times(a, b));
      return product(z, whole, result);
    }
  }
}

function moved(largest: number, rms: number, constant: number): Size {
  return { largest: largest + Math.abs(constant), rms: rms + Math.abs(constant) };
}
