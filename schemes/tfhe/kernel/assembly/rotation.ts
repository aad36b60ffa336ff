/**
 * Blind rotation: the accumulator X^(-b) LUT is multiplied by X^(a_i s_i) for every bit s_i of the small key, each time as
 * ACC += GGSW(s_i) * ((X^a_i - 1) ACC). What stands at coefficient 0 in the end is the table at the phase.
 */
import { rotateAndDecompose } from './decomposition';
import { multiply } from './external-product';
import { forwardDigits } from './forward-fft';
import { inverseAdd } from './inverse-fft';
import { Engine, Workspace } from './layout';

/** ACC = (0, ..., 0, X^(-by) LUT), by in [0, 2N). */
export function startAccumulator(engine: Engine, accumulator: usize, table: usize, by: i32): void {
  const size = engine.polynomialSize;
  const polynomial = <usize>size << 2;
  const mask = <usize>engine.glweDimension * polynomial;
  memory.fill(accumulator, 0, mask);
  const body = accumulator + mask;
  for (let j = 0; j < size; j++) {
    const from = j + by;
    const word = load<u32>(table + (<usize>(from & (size - 1)) << 2));
    store<u32>(body + (<usize>j << 2), from & size ? 0 - word : word);
  }
}

function step(engine: Engine, workspace: Workspace, accumulator: usize, matrix: usize, power: i32): void {
  const size = engine.polynomialSize;
  const n = size >> 1;
  const levels = engine.bootstrapLevels;
  const columns = engine.glweDimension + 1;
  const polynomial = <usize>size << 2;
  const rowCount = columns * levels;
  const stride = <usize>rowCount << 5;
  let row = workspace.rows;
  for (let column = 0; column < columns; column++) {
    const p = accumulator + <usize>column * polynomial;
    rotateAndDecompose(p, size, power, engine.bootstrapBase_log2, levels, workspace.digits);
    for (let level = 0; level < levels; level++) {
      forwardDigits(workspace.digits + <usize>level * polynomial, workspace.transform, n, engine.twiddles, row, stride);
      row += 32;
    }
  }
  multiply(workspace.rows, matrix, workspace.products, n, columns, rowCount);
  for (let column = 0; column < columns; column++) {
    const product = workspace.products + <usize>column * (polynomial << 1);
    inverseAdd(product, n, engine.twiddles, engine.lastTwiddles, accumulator + <usize>column * polynomial);
  }
}

/** All of a batch under one matrix before the next, so that the key streams from memory once. */
export function rotateAll(engine: Engine, workspace: Workspace, batch: i32): void {
  const size = engine.polynomialSize;
  const columns = engine.glweDimension + 1;
  const matrix_bytes = <usize>(columns * columns * engine.bootstrapLevels) * (<usize>size << 3);
  const accumulator_bytes = <usize>columns * (<usize>size << 2);
  const dimension = engine.lweDimension;
  let matrix = engine.bootstrapKey;
  for (let i = 0; i < dimension; i++) {
    for (let t = 0; t < batch; t++) {
      const power = load<i32>(workspace.rotations + (<usize>(t * (dimension + 1) + i) << 2));
      if (power) step(engine, workspace, workspace.accumulators + <usize>t * accumulator_bytes, matrix, power);
    }
    matrix += matrix_bytes;
  }
}

/** Coefficient 0 of a GLWE ciphertext as an LWE ciphertext under the big key, in 64-bit words. */
export function extract(engine: Engine, accumulator: usize, out: usize): void {
  const size = engine.polynomialSize;
  for (let column = 0; column < engine.glweDimension; column++) {
    store<u64>(out, <u64>load<u32>(accumulator) << 32);
    for (let j = 1; j < size; j++) {
      store<u64>(out + (<usize>j << 3), 0 - (<u64>load<u32>(accumulator + (<usize>(size - j) << 2)) << 32));
    }
    accumulator += <usize>size << 2;
    out += <usize>size << 3;
  }
  store<u64>(out, <u64>load<u32>(accumulator) << 32);
}
