/**
 * An exported secret and its keys can be taken up again, under any plan with the same parameters and kinds of key: what a key
 * cache relies on. Holds for clients that can export their secret.
 *
 * @module
 */
import type { Circuit } from '../../circuit.ts';
import { open, seal } from '../../envelope.ts';
import { isRefusal, type ClientPlan, type Compiled, type KeyPart } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { keyCircuits } from '../circuits/key-circuits.ts';
import { operationCircuit } from '../circuits/operation-circuits.ts';
import { expectAgreement, expectedOutputs, expectRight } from '../oracle.ts';
import { openParties, Parties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import type { Subject } from '../subject.ts';

export const keptSecrets: Claim = {
  title: 'kept secrets',
  add(subject, test) {
    if (subject.scheme.family === 'none') return;
    test('a new client with an exported secret decrypts what the first one encrypted', async () => {
      for (const circuit of keyCircuits(subject)) {
        await using first = await openParties(subject, [circuit]);
        if (first.client.exportSecret === undefined) return;
        const kept = { secret: await first.client.exportSecret(), keys: first.keys };
        await using second = await Parties.open(subject.scheme, first.compiled, [circuit], kept);
        const inputs = randomInputs([circuit], subject.slots, uniforms(subject.seed));
        const wanted = await expectedOutputs(subject, [circuit], inputs);
        expectAgreement(first.compiled, await second.decrypt(await first.evaluate(inputs)), wanted);
        expectAgreement(first.compiled, await first.decrypt(await second.evaluate(inputs)), wanted);
      }
    });
    test('its keys serve other plans with the same parameters and kinds of key', async () => {
      for (const [one, other] of plansOfOneKind(subject)) {
        await using first = await Parties.open(subject.scheme, one.compiled, [one.circuit]);
        if (first.client.exportSecret === undefined) return;
        const kept = {
          secret: await first.client.exportSecret(),
          keys: readdressed(first.keys, one.compiled.client, other.compiled.client),
        };
        await using second = await Parties.open(subject.scheme, other.compiled, [other.circuit], kept);
        await expectRight(subject, second, randomInputs([other.circuit], subject.slots, uniforms(subject.seed)));
      }
    });
  },
};

interface Planned {
  readonly circuit: Circuit;
  readonly compiled: Compiled;
}

/** For every combination of parameters and kinds of key, two plans where there are two. */
function plansOfOneKind(subject: Subject): readonly (readonly [Planned, Planned])[] {
  const byKind = new Map<string, Planned[]>();
  for (const op of subject.scheme.operations) {
    const circuit = operationCircuit(subject, op);
    const compiled = subject.scheme.compile([circuit], subject.need);
    if (isRefusal(compiled)) continue;
    const { parameters, keys } = compiled.client;
    const kind = [parameters.id, ...[...keys].sort()].join();
    const known = byKind.get(kind) ?? [];
    if (known.every((plan) => plan.compiled.id !== compiled.id)) byKind.set(kind, [...known, { circuit, compiled }]);
  }
  return [...byKind.values()].flatMap(([one, other]) => (one === undefined || other === undefined ? [] : [[one, other] as const]));
}

function readdressed(keys: readonly KeyPart[], from: ClientPlan, to: ClientPlan): KeyPart[] {
  return keys.map(({ kind, bytes }) => {
    const payload = open(bytes, { kind: 'key', plan: from.id, name: kind, pass: 0 });
    return { kind, bytes: seal({ kind: 'key', plan: to.id, name: kind, pass: 0, payload }) };
  });
}
