/**
 * At the limits of what `compile` accepts, its promises are tightest: the greatest precision of real numbers, the widest
 * range of integers. There the result must still be right, in every slot.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Circuit } from '../../circuit.ts';
import { isRefusal, type Compiled, type HEClient } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { expectAgreement, expectedOutputs } from '../oracle.ts';
import { builderFor, inputType, operationCircuit } from '../circuits/operation-circuits.ts';
import { Parties, type Stored } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import type { Subject } from '../subject.ts';

/** Beyond this, errors of the oracle's doubles count. */
const MOST_PRECISION_BITS = 40;
/** Products of two such numbers fit a double. */
const MOST_OPERAND_BITS = 25;
const RUNS = 3;

export const limits: Claim = {
  title: 'limits',
  add(subject, test) {
    const { scheme, need } = subject;
    const { operations } = scheme;
    if (scheme.arithmetic === 'real') {
      for (const op of operations) {
        if (op === 'table') continue;
        test(`${op} keeps the greatest precision that is accepted`, async () => {
          const circuits = [operationCircuit(subject, op)];
          await expectRightAtLimit(subject, need.precision_bits, MOST_PRECISION_BITS, (precision_bits) => ({
            circuits,
            compiled: accepted(scheme.compile(circuits, { ...need, precision_bits })),
          }));
        });
      }
      return;
    }
    for (const op of ['multiply', 'affine', 'transform', 'fold'] as const) {
      if (!operations.has(op)) continue;
      test(`${op} is right in the widest range that is accepted`, async () => {
        await expectRightAtLimit(subject, 1, MOST_OPERAND_BITS, (bits) => {
          const circuits = [wide(subject, op, 2 ** bits)];
          return { circuits, compiled: accepted(scheme.compile(circuits, need)) };
        });
      });
    }
  },
};

interface Attempt {
  readonly circuits: readonly Circuit[];
  readonly compiled: Compiled | null;
}

function accepted(result: ReturnType<Subject['scheme']['compile']>): Compiled | null {
  return isRefusal(result) ? null : result;
}

/** Bisects for the greatest number in [least, most] that is accepted, and runs what it gives. */
async function expectRightAtLimit(subject: Subject, least: number, most: number, attempt: (at: number) => Attempt): Promise<void> {
  assert.ok(attempt(least).compiled, 'the easiest is accepted');
  let [taken, refused] = [least, most + 1];
  while (refused - taken > 1) {
    const middle = Math.floor((taken + refused) / 2);
    if (attempt(middle).compiled === null) refused = middle;
    else taken = middle;
  }
  const { circuits, compiled } = attempt(taken);
  for (let run = 0; run < RUNS; run++) {
    await using parties = await Parties.open(subject.scheme, compiled!, circuits);
    const inputs = randomInputs(circuits, subject.slots, uniforms(subject.seed + run));
    const stored = await parties.evaluate(inputs);
    expectAgreement(compiled!, await parties.decrypt(stored), await expectedOutputs(subject, circuits, inputs));
    await expectMargins(parties.client, compiled!, stored);
  }
}

/** A result that is right by luck has no margin left; one that may be off by steps needs none. */
async function expectMargins(client: HEClient, { estimate }: Compiled, stored: Stored): Promise<void> {
  if (client.noise === undefined) return;
  for (const [name, passes] of Object.entries(stored)) {
    if (estimate.correctness[name]?.kind === 'noisy') continue;
    for (const envelope of passes.flat()) {
      const { margin_bits } = await client.noise(envelope);
      assert.ok(margin_bits > 0, `'${name}' has ${margin_bits} bits of noise margin left`);
    }
  }
}

/** The operation on integers of magnitude up to `most`; matrices and plains as wide as their input. */
function wide(subject: Subject, op: 'multiply' | 'affine' | 'transform' | 'fold', most: number): Circuit {
  const builder = builderFor(subject, 'wide');
  const { step } = inputType(subject);
  const range = { min: -most, max: most };
  const uniform = uniforms(3);
  const weight = (): number => Math.floor(2 * most * uniform()) - most;
  const x = builder.input('x', 1, range, step);
  switch (op) {
    case 'multiply':
      return builder.build({ y: builder.multiply(x, builder.input('z', 1, range, step)) });
    case 'affine':
      return builder.build({ y: builder.affine(x, [[weight()], [-most]], Float64Array.of(weight(), most)) });
    case 'transform': {
      const terms = [0, 1].map((baby) => ({ from: 0, baby, giant: baby, plain: Float64Array.from({ length: subject.slots }, weight) }));
      return builder.build({ y: builder.transform(x, [terms]) });
    }
    case 'fold':
      return builder.build({ y: builder.fold(x, [1, 2]) });
  }
}
