/**
 * Bootstraps without an ephemeral secret: values are raised under the secret itself, and the sine has more turns.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { turnOf } from '../bootstrap/lower-bootstrap.ts';
import { bend } from '../bootstrap/sine/bend.ts';
import { overflow_log2 } from '../bootstrap/sine/overflow.ts';
import type { RlweParameters } from '../program/program.ts';
import { bitsOf, createKeyed, repeatingValues, Run, writeBootstrap } from './bootstrap.fixture.ts';

const sine = { range: 140, degree: 63, doubleAngles: 5 };
const parameters: RlweParameters = {
  ...{ id: 'insecure-dense', degree: 4096, specialPrimes: 2 },
  modulus_bits: [42, 36, 36, ...Array<number>(5).fill(31), ...Array<number>(11).fill(50), 49, 49, 50, 50],
  bootstrap: { slotToCoeff: 2, evalMod: 11, coeffToSlot: 2, sine, ephemeralWeight: null },
};
const COLUMNS = parameters.degree / 2;
const FEW = 64;

test('values come back, to four bits less than under a sparse secret', async () => {
  // Twelve deviations.
  expect(overflow_log2(sine, parameters.degree, null)).toBeLessThan(-35);
  const written = writeBootstrap(parameters, FEW);
  await using keyed = await createKeyed(written);
  expect(keyed.keys.map(({ kind }) => kind)).toEqual(['relinearization', 'galois']);
  await using run = await Run.open(written, keyed);
  const random = uniforms(29);
  for (let at = 0; at < 3; at++) {
    const values = repeatingValues(COLUMNS, FEW, random);
    const found = await run.of(values);
    const expected = values.map((value) => bend(value, turnOf(1)));
    expect(bitsOf(found, expected)).toBeGreaterThan(17);
  }
});
