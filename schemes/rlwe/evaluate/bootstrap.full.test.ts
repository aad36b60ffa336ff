/**
 * Many bootstraps, and bootstraps in a ring of full size.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { turnOf } from '../bootstrap/lower-bootstrap.ts';
import { bend } from '../bootstrap/sine/bend.ts';
import {
  bitsOf,
  createKeyed,
  large,
  meansOfCopies,
  repeatingValues,
  Run,
  small,
  WORST_SLOT,
  worstInDeviations,
  writeBootstrap,
} from './bootstrap.fixture.ts';

const MANY = 500;

function bent(values: Float64Array): Float64Array {
  return values.map((value) => bend(value, turnOf(1)));
}

test.each([32, small.degree / 2])(`${MANY} bootstraps of %i slots: no error of more than 8 deviations of its slot`, async (slots) => {
  const written = writeBootstrap(small, slots);
  await using keyed = await createKeyed(written);
  await using run = await Run.open(written, keyed);
  const columns = small.degree / 2;
  const random = uniforms(slots);
  const squares = new Float64Array(columns);
  const largest = new Float64Array(columns);
  for (let at = 0; at < MANY; at++) {
    const values = repeatingValues(columns, slots, random);
    const expected = bent(values);
    const found = await run.of(values);
    for (let slot = 0; slot < columns; slot++) {
      const error = Math.abs(found[slot]! - expected[slot]!);
      squares[slot]! += error ** 2;
      largest[slot] = Math.max(largest[slot]!, error);
    }
  }
  const worst = Math.max(...largest.map((error, slot) => error / Math.sqrt(squares[slot]! / MANY)));
  const rms = Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / (columns * MANY));
  console.log(`${slots} slots: ${(-Math.log2(rms)).toFixed(2)} bits, worst error ${worst.toFixed(2)} deviations of its slot`);
  expect(worst).toBeLessThan(8);
});

const SLOTS = 4096;
const RUNS = 20;

test(`${RUNS} bootstraps of ${SLOTS} values at N = ${large.degree} in a row keep 20 bits, and memory does not grow`, async () => {
  const written = writeBootstrap(large, SLOTS);
  await using keyed = await createKeyed(written);
  await using run = await Run.open(written, keyed);
  const random = uniforms(1);
  let before = 0;
  for (let at = 0; at < RUNS; at++) {
    const values = repeatingValues(large.degree / 2, SLOTS, random);
    const expected = bent(values);
    const found = await run.of(values);
    expect(bitsOf(found, expected)).toBeGreaterThan(19.5);
    // There are four copies of each, with errors of their own.
    expect(bitsOf(meansOfCopies(found, SLOTS), expected.subarray(0, SLOTS))).toBeGreaterThan(20);
    expect(worstInDeviations(found, expected)).toBeLessThan(8 * WORST_SLOT);
    const { reserved_bytes } = run.evaluator.memory();
    if (at > 0) expect(reserved_bytes).toBe(before);
    before = reserved_bytes!;
  }
});
