/**
 * Bootstraps in a ring of full size.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { turnOf } from '../bootstrap/lower-bootstrap.ts';
import { bend } from '../bootstrap/sine/bend.ts';
import { bitsOf, createKeyed, large, repeatingValues, Run, worstInDeviations, writeBootstrap } from './bootstrap.fixture.ts';

const SLOTS = 4096;
const RUNS = 20;

test(`${RUNS} bootstraps of ${SLOTS} values in a row keep 20 bits, and memory does not grow`, async () => {
  const written = writeBootstrap(large, SLOTS);
  await using keyed = await createKeyed(written);
  await using run = await Run.open(written, keyed);
  const random = uniforms(1);
  let before = 0;
  for (let at = 0; at < RUNS; at++) {
    const values = repeatingValues(large.degree / 2, SLOTS, random);
    const expected = values.map((value) => bend(value, turnOf(1)));
    const found = await run.of(values);
    expect(bitsOf(found, expected)).toBeGreaterThan(20);
    expect(worstInDeviations(found, expected)).toBeLessThan(8);
    const { reserved_bytes } = run.evaluator.memory();
    if (at > 0) expect(reserved_bytes).toBe(before);
    before = reserved_bytes!;
  }
});
