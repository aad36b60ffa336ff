/**
 * After disposal every method is refused with DISPOSED; disposing twice, or a bundle that is gone, does no harm.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Claim } from '../claim.ts';
import { identity } from '../circuits/operation-circuits.ts';
import { openParties } from '../parties.ts';
import { expectRefused } from '../refused.ts';

export const disposal: Claim = {
  title: 'disposal',
  add(subject, test) {
    const circuits = [identity(subject)];
    const values = [new Float64Array(subject.slots)];

    test('every method of a client', async () => {
      await using parties = await openParties(subject, circuits);
      const { client } = parties;
      const envelopes = await client.encrypt('x', values);
      await client[Symbol.asyncDispose]();
      const methods: Readonly<Record<string, (() => unknown) | undefined>> = {
        generateKeys: () => client.generateKeys(),
        encrypt: () => client.encrypt('x', values),
        decrypt: () => client.decrypt('x', [envelopes]),
        memory: () => client.memory(),
        ...(client.makeAhead === undefined ? {} : { makeAhead: () => client.makeAhead?.('x') }),
        ...(client.noise === undefined ? {} : { noise: () => client.noise?.(envelopes[0]!) }),
        ...(client.exportSecret === undefined ? {} : { exportSecret: () => client.exportSecret?.() }),
      };
      for (const [name, call] of Object.entries(methods)) await expectRefused(`client.${name}`, () => call?.(), 'DISPOSED');
      await client[Symbol.asyncDispose]();
    });
    test('every method of an evaluator', async () => {
      await using parties = await openParties(subject, circuits);
      const { client, evaluator } = parties;
      const envelopes = await client.encrypt('x', values);
      const held = await evaluator.load('x', envelopes);
      await evaluator[Symbol.asyncDispose]();
      const methods: Readonly<Record<string, () => unknown>> = {
        prepare: () => evaluator.prepare(circuits),
        load: () => evaluator.load('x', envelopes),
        run: () => evaluator.run('identity', { x: held }),
        store: () => evaluator.store(held),
        release: () => evaluator.release(held),
        counts: () => evaluator.counts(),
        memory: () => evaluator.memory(),
      };
      for (const [name, call] of Object.entries(methods)) await expectRefused(`evaluator.${name}`, call, 'DISPOSED');
      await evaluator[Symbol.asyncDispose]();
    });
    test('a bundle that was released, or is another evaluator’s', async () => {
      await using parties = await openParties(subject, circuits);
      await using others = await openParties(subject, circuits);
      const { client, evaluator } = parties;
      const held = await evaluator.load('x', await client.encrypt('x', values));
      await expectRefused('another evaluator’s bundle', () => others.evaluator.store(held));
      evaluator.release(held);
      await expectRefused('a released bundle, stored', () => evaluator.store(held));
      await expectRefused('a released bundle, run', () => evaluator.run('identity', { x: held }));
      await expectRefused('a released bundle, released', () => evaluator.release(held));
    });
    test('an evaluator that is disposed leaves its client alone, and the other way round', async () => {
      await using parties = await openParties(subject, circuits);
      const envelopes = await parties.client.encrypt('x', values);
      await parties.evaluator[Symbol.asyncDispose]();
      assert.equal((await parties.client.decrypt('x', [envelopes])).length, 1);
    });
  },
};
