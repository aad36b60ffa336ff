/**
 * CoeffToSlot and SlotToCoeff on ciphertexts of node-seal, one after the other.
 *
 * @module
 */
import { describe, expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { coeffToSlot, slotToCoeff } from '../bootstrap/lower-bootstrap.ts';
import { realPlace } from '../bootstrap/program-arithmetic.ts';
import { bitsOf, createKeyed, dataPrimes, repeatingValues, Run, small, write, type Written } from './bootstrap.fixture.ts';

const COLUMNS = small.degree / 2;
const primes = dataPrimes(small);
const INPUT = { limbs: primes.length, scale: 2 ** 50 } as const;
const OUTPUT_SCALE = 2 ** 40;

/** Two matrices there, at the top of the chain, and two back, at its end. */
function thereAndBack(slots: number): Written {
  return write(small, slots, INPUT, (value, emit) => {
    const lowering = { slots, node: 1, emit };
    const between = coeffToSlot(lowering, realPlace(value), primes, 2, 1);
    const last = emit({
      op: 'drop',
      of: between.result,
      primes: between.limbs - 3,
      width: 1,
      polynomials: 2,
      limbs: 3,
      scale: between.scale,
      node: 1,
    });
    return slotToCoeff(lowering, realPlace(last), primes, OUTPUT_SCALE);
  });
}

describe.each([8, 512, COLUMNS])('%i slots', (slots) => {
  test('come back to 25 bits', async () => {
    const written = thereAndBack(slots);
    await using keyed = await createKeyed(written);
    await using run = await Run.open(written, keyed);
    const values = repeatingValues(COLUMNS, slots, uniforms(slots));
    expect(bitsOf(await run.of(values), values)).toBeGreaterThan(25);
  });
});
