/**
 * Structural damage on the wire is refused with a code, by whoever receives the bytes.
 *
 * @module
 */
import { createEvaluator } from '../create-evaluator.ts';
import type { Claim } from '../claim.ts';
import { structuralDamage } from '../damage.ts';
import { keyCircuits } from '../circuits/key-circuits.ts';
import { expectRight } from '../oracle.ts';
import { identity } from '../circuits/operation-circuits.ts';
import { openParties, type Parties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import { expectRefused } from '../refused.ts';
import type { Subject } from '../subject.ts';

/** Of port 'x' in circuits of one operation. */
const WIDTH = 2;

export const damagedEnvelopes: Claim = {
  title: 'damaged envelopes',
  add(subject, test) {
    const circuits = [identity(subject)];
    const values = [new Float64Array(subject.slots).fill(1)];

    test('ciphertexts sent to the evaluator', async () => {
      await using parties = await openParties(subject, circuits);
      const { client, evaluator, compiled } = parties;
      const [envelope] = await client.encrypt('x', values);
      for (const { name, bytes } of structuralDamage(envelope!, compiled.id, 'bytes')) {
        await expectRefused(`a ciphertext ${name}`, () => evaluator.load('x', [bytes]));
      }
      await expectStillRight(subject, parties);
    });
    test('results sent to the client', async () => {
      await using parties = await openParties(subject, circuits);
      const { client, evaluator, compiled } = parties;
      const passes: Uint8Array[][] = [];
      for (let pass = 0; pass < parties.passes; pass++) {
        const held = await evaluator.load('x', await client.encrypt('x', values, pass), pass);
        passes.push(await evaluator.store((await evaluator.run('identity', { x: held }))['y']!));
      }
      for (const { name, bytes } of structuralDamage(passes[0]![0]!, compiled.id, 'bytes')) {
        await expectRefused(`a result ${name}`, () => client.decrypt('identity.y', [[bytes], ...passes.slice(1)]));
      }
      await expectStillRight(subject, parties);
    });
    test('keys of every kind', async () => {
      const seen = new Set<string>();
      for (const circuit of keyCircuits(subject)) {
        await using parties = await openParties(subject, [circuit]);
        for (const { kind, bytes } of parties.keys) {
          if (!seen.has(kind)) await expectKeyDamageRefused(subject, parties, kind);
          seen.add(kind);
          const sent = Array.from({ length: WIDTH }, () => bytes);
          await expectRefused(`the key '${kind}' sent as ciphertexts`, () => parties.evaluator.load('x', sent));
        }
      }
    });
  },
};

async function expectKeyDamageRefused(subject: Subject, { client, compiled, keys }: Parties, kind: string): Promise<void> {
  const at = keys.findIndex((part) => part.kind === kind);
  const [ciphertext] = await client.encrypt(
    'x',
    Array.from({ length: WIDTH }, () => Float64Array.of(1)),
  );
  // Every try makes an evaluator.
  const damage = structuralDamage(keys[at]!.bytes, compiled.id, subject.effort.everyKeyByte ? 'bytes' : 'fields');
  for (const { name, bytes } of [...damage, { name: 'that is a ciphertext', bytes: ciphertext! }]) {
    const parts = keys.with(at, { kind, bytes });
    await expectRefused(`a key '${kind}' ${name}`, () => createEvaluator(subject.scheme, compiled, parts));
  }
}

/** Refusals leave the parties usable. */
async function expectStillRight(subject: Subject, parties: Parties): Promise<void> {
  await expectRight(subject, parties, randomInputs(parties.circuits, subject.slots, uniforms(subject.seed)));
}
