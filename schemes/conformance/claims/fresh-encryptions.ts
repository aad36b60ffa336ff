/**
 * Encryption is randomised: equal values give different ciphertexts, so that nobody can tell them apart or together.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { openAny } from '../../envelope.ts';
import { isRefusal, type Requirement } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { identity } from '../circuits/operation-circuits.ts';
import { openParties } from '../parties.ts';

const CIPHERTEXTS = 4;
const ENCRYPTIONS = 5;

export const freshEncryptions: Claim = {
  title: 'fresh encryptions',
  add(subject, test) {
    if (subject.scheme.family === 'none') return;
    for (const encryption of ['symmetric', 'public'] as const satisfies readonly Requirement['encryption'][]) {
      test(`of one value differ, ${encryption} encryption`, async () => {
        const asked = { ...subject, need: { ...subject.need, encryption } };
        // An adapter whose public keys would be too large may refuse; the symmetric kind is every adapter's.
        if (encryption === 'public' && isRefusal(subject.scheme.compile([identity(asked)], asked.need))) return;
        await using parties = await openParties(asked, [identity(asked, CIPHERTEXTS)]);
        const zero = Array.from({ length: CIPHERTEXTS }, () => new Float64Array(subject.slots));
        const seen = new Set<string>();
        let made = 0;
        for (let at = 0; at < ENCRYPTIONS; at++) {
          for (const envelope of await parties.client.encrypt('x', zero)) {
            made++;
            seen.add(Buffer.from(openAny(envelope, parties.compiled.id).payload).toString('latin1'));
          }
        }
        assert.equal(seen.size, made);
        assert.ok(made >= ENCRYPTIONS, `${made} envelopes`);
      });
    }
  },
};
