/**
 * Bootstrapping gives values back as they were, whatever range they have, and levels for more products than there are without.
 *
 * @module
 */
import fc from 'fast-check';
import type { Circuit } from '../../circuit.ts';
import type { Claim } from '../claim.ts';
import { expectRight } from '../oracle.ts';
import { builderFor, inputType, usualInput } from '../circuits/operation-circuits.ts';
import { openParties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import type { Subject } from '../subject.ts';

/** Largest magnitudes of values. */
const REACHES = { real: [1 / 64, 100], integer: [3, 100] } as const;
const SQUARES = 6;
const RUNS = 2;

export const bootstrapping: Claim = {
  title: 'bootstrapping',
  add(subject, test) {
    const { operations } = subject.scheme;
    if (!operations.has('bootstrap')) return;
    test('values of small and of large ranges are themselves', () => expectAllRight(subject, ranges(subject)));
    if (operations.has('fold') && subject.shape.columns >= 4) {
      test('slots that repeat are themselves', () => expectAllRight(subject, repeating(subject)));
    }
    if (!operations.has('multiply')) return;
    test(`${SQUARES} squares in a row, with a bootstrap between any two`, () => expectAllRight(subject, squares(subject)));
  },
};

async function expectAllRight(subject: Subject, circuit: Circuit): Promise<void> {
  await using parties = await openParties(subject, [circuit]);
  const seeds = fc.asyncProperty(fc.nat(), async (seed) => {
    await expectRight(subject, parties, randomInputs([circuit], subject.slots, uniforms(seed)));
  });
  await fc.assert(seeds, { numRuns: RUNS, seed: subject.seed, endOnFailure: true });
}

function ranges(subject: Subject): Circuit {
  const builder = builderFor(subject, 'ranges');
  const { step } = inputType(subject);
  const outputs = REACHES[subject.scheme.arithmetic].map((reach) => {
    const x = builder.input(`x${reach}`, 1, { min: -reach, max: reach }, step);
    return [`y${reach}`, builder.bootstrap(x)] as const;
  });
  return builder.build(Object.fromEntries(outputs));
}

/** A half of a row and a quarter of it, repeated, and one number. */
function repeating(subject: Subject): Circuit {
  const builder = builderFor(subject, 'repeating');
  const half = subject.shape.columns / 2;
  const x = usualInput(builder, subject, 'x', 1);
  const halves = builder.bootstrap(builder.fold(x, [half]), half);
  const quarters = builder.bootstrap(builder.fold(x, [half, half / 2]), half / 2);
  const doublings = Array.from({ length: Math.log2(subject.shape.columns) }, (_, at) => 2 ** at);
  const single = builder.bootstrap(builder.fold(x, doublings), 1);
  return builder.build({ halves, quarters, single });
}

/** Squares of numbers in [-1, 1] stay there. */
function squares(subject: Subject): Circuit {
  const builder = builderFor(subject, 'squares');
  let value = builder.input('x', 1, { min: -1, max: 1 }, inputType(subject).step);
  for (let at = 0; at < SQUARES; at++) {
    const renewed = at === 0 ? value : builder.bootstrap(value);
    value = builder.multiply(renewed, renewed);
  }
  return builder.build({ y: value });
}
