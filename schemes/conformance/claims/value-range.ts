/**
 * No value is changed in silence: inputs out of range are refused, and wide ranges are right or refused by `compile`.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Values } from '../../circuit.ts';
import { isRefusal } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { expectRight } from '../oracle.ts';
import { builderFor, identity, inputType } from '../circuits/operation-circuits.ts';
import { openParties, Parties } from '../parties.ts';
import { expectRefused } from '../refused.ts';

/** Beyond 53 bits doubles round, so that integers must come back as bigint. */
const WIDTHS_BITS = [8, 12, 16, 20, 31, 33, 48, 56] as const;
/** Whole numbers may be wider than any modulus of one word. */
const WIDER_BITS = [80, 130] as const;

export const valueRange: Claim = {
  title: 'value range',
  add(subject, test) {
    const circuits = [identity(subject)];
    const type = inputType(subject);
    const outside: readonly Values[] = [
      Float64Array.of(type.max + 1),
      Float64Array.of(type.min - 1),
      Float64Array.of(type.max + 2 ** 16),
      Float64Array.of(type.max + 2 ** 32),
      Float64Array.of(0, NaN),
      Float64Array.of(0, Infinity),
      Float64Array.of(0, -Infinity),
      ...(type.step === null ? [] : [Float64Array.of(0.5), [BigInt(type.max) + 2n ** 64n]]),
    ].filter((values) => values.length <= subject.slots);
    for (const values of outside) {
      test(`${String(values.at(-1))} is refused at a port from ${type.min} to ${type.max}`, async () => {
        await using parties = await openParties(subject, circuits);
        await expectRefused('the value', () => parties.client.encrypt('x', [values]), 'VALUE_OUT_OF_RANGE');
      });
    }
    test('more numbers than slots, more ciphertexts than the port has, and ports that do not exist are refused', async () => {
      await using parties = await openParties(subject, circuits);
      const { client } = parties;
      const one = new Float64Array(subject.slots);
      await expectRefused('one number too many', () => client.encrypt('x', [new Float64Array(subject.slots + 1)]));
      await expectRefused('a ciphertext too many', () => client.encrypt('x', [one, one]));
      await expectRefused('no ciphertext', () => client.encrypt('x', []));
      await expectRefused('an unknown port', () => client.encrypt('elsewhere', [one]));
      await expectRefused('a port named like a member of every object', () => client.encrypt('constructor', [one]));
      const [envelope] = await client.encrypt('x', [one]);
      await expectRefused('a ciphertext too many at the evaluator', () => parties.evaluator.load('x', [envelope!, envelope!]));
      await expectRefused('an unknown port at the evaluator', () => parties.evaluator.load('elsewhere', [envelope!]));
      await expectRefused('no ciphertext to decrypt', () => client.decrypt('x', [[]]));
      await expectRefused('an unknown port to decrypt', () => client.decrypt('elsewhere', [[envelope!]]));
    });
    if (subject.scheme.operations.has('add')) {
      for (const bits of [...WIDTHS_BITS, ...(type.step === null ? [] : WIDER_BITS)]) {
        test(`sums of ${bits} bits are right or refused`, async () => {
          const builder = builderFor(subject, 'wide');
          const most = 2 ** (bits - 1) - (bits < 53 ? 1 : 0);
          const x = builder.input('x', 1, { min: -most, max: most }, type.step);
          const wide = [builder.build({ y: builder.add(x, x) })];
          const compiled = subject.scheme.compile(wide, subject.need);
          if (isRefusal(compiled)) return assert.ok(compiled.reason.length > 0);
          await using parties = await Parties.open(subject.scheme, compiled, wide);
          if (bits < 53 || type.step === null) {
            const ends = Float64Array.of(most, -most, 1, -1, most - 1, 0, Math.floor(most / 3)).subarray(0, subject.slots);
            return await expectRight(subject, parties, { x: [ends] });
          }
          // The cleartext oracle counts in doubles, too.
          const ends = [2n ** BigInt(bits - 1) - 1n, 1n - 2n ** BigInt(bits - 1), 2n ** BigInt(bits - 2) + 1n].slice(0, subject.slots);
          const [sums] = (await parties.run({ x: [ends] }))['wide.y'] ?? [];
          assert.deepEqual(
            Array.from<number | bigint>(sums ?? [])
              .slice(0, ends.length)
              .map(BigInt),
            ends.map((value) => 2n * value),
          );
        });
      }
    }
  },
};
