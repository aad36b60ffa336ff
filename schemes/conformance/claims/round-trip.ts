/**
 * What is encrypted decrypts to itself.
 *
 * @module
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Values } from '../../circuit.ts';
import { envelopesOf } from '../../ports.ts';
import { isRefusal, type Requirement } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { expectAgreement, expectRight } from '../oracle.ts';
import { identity, inputType } from '../circuits/operation-circuits.ts';
import { openParties } from '../parties.ts';
import { bundleOf, uniforms } from '../circuits/random-values.ts';
import type { Subject } from '../subject.ts';

const WIDTH = 3;
const BUNDLES = 10;

export const roundTrip: Claim = {
  title: 'round trip',
  add(subject, test) {
    const circuits = [identity(subject, WIDTH)];
    const type = { ...inputType(subject), width: WIDTH, bound: 'proven' as const };

    for (const encryption of ['symmetric', 'public'] as const satisfies readonly Requirement['encryption'][]) {
      test(`through the evaluator, ${encryption} encryption`, async () => {
        const asked: Subject = { ...subject, need: { ...subject.need, encryption } };
        // An adapter whose public keys would be too large may refuse; the symmetric kind is every adapter's.
        if (encryption === 'public' && isRefusal(subject.scheme.compile([identity(asked)], asked.need))) return;
        await using parties = await openParties(asked, circuits);
        const seeds = fc.asyncProperty(fc.nat(), async (seed) => {
          await expectRight(asked, parties, { x: bundleOf(type, subject.slots, uniforms(seed)) });
        });
        await fc.assert(seeds, { numRuns: BUNDLES, seed: subject.seed, endOnFailure: true });
      });
    }
    test('at the client alone, from the port that was encrypted for', async () => {
      await using parties = await openParties(subject, circuits);
      const x = bundleOf(type, subject.slots, uniforms(subject.seed));
      const passes: Uint8Array[][] = [];
      for (let pass = 0; pass < parties.passes; pass++) passes.push(await parties.client.encrypt('x', x, pass));
      const decrypted = await parties.client.decrypt('x', passes);
      expectAgreement(parties.compiled, { 'identity.y': decrypted }, { 'identity.y': x });
    });
    test('missing slots are zero', async () => {
      await using parties = await openParties(subject, circuits);
      await expectRight(subject, parties, {
        x: [[], [type.max], [type.min, type.max]].map((values) => Float64Array.from(values.slice(0, subject.slots))),
      });
    });
    if (subject.scheme.arithmetic === 'integer') {
      test('whole numbers may come as bigint', async () => {
        await using parties = await openParties(subject, circuits);
        const x: Values[] = bundleOf(type, subject.slots, uniforms(subject.seed)).map((values) =>
          Array.from<number | bigint>(values).map(BigInt),
        );
        await expectRight(subject, parties, { x });
      });
    }
    test('as many envelopes as the port says', async () => {
      await using parties = await openParties(subject, circuits);
      const x = bundleOf(type, subject.slots, uniforms(subject.seed));
      assert.equal((await parties.client.encrypt('x', x)).length, envelopesOf(parties.compiled.client.ports['x']!));
    });
  },
};
