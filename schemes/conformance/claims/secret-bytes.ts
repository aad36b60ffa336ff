/**
 * The secret key's bytes occur nowhere in what an evaluator is given. Holds for clients that can export their secret; the
 * others never let it out of their library.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { serialize } from 'node:v8';
import { piecesIn } from '../byte-search.ts';
import type { Claim } from '../claim.ts';
import { keyCircuits } from '../circuits/key-circuits.ts';
import { openParties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';

export const secretBytes: Claim = {
  title: 'secret bytes',
  add(subject, test) {
    if (subject.scheme.family === 'none') return;
    test('keys, ciphertexts and program hold no piece of an exported secret', async () => {
      for (const circuit of keyCircuits(subject)) {
        const circuits = [circuit];
        await using parties = await openParties(subject, circuits);
        const { client, keys, compiled } = parties;
        if (client.exportSecret === undefined) return;
        const secret = await client.exportSecret();
        assert.ok(piecesIn(secret, secret) > 0, 'the exported secret is no constant');
        for (const { kind, bytes } of keys) assert.equal(piecesIn(secret, bytes), 0, `key '${kind}' for ${circuit.id}`);
        for (const [port, values] of Object.entries(randomInputs(circuits, subject.slots, uniforms(subject.seed)))) {
          for (const bytes of await client.encrypt(port, values)) assert.equal(piecesIn(secret, bytes), 0, `ciphertext for ${circuit.id}`);
        }
        assert.equal(piecesIn(secret, serialize(compiled)), 0, 'the compiled program');
      }
    });
  },
};
