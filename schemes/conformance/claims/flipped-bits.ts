/**
 * A flipped payload bit may decrypt to anything, for ciphertexts are malleable; it must not crash, hang or outgrow memory.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { openAny } from '../../envelope.ts';
import type { Circuit } from '../../circuit.ts';
import { type Held, held_bytes } from '../../scheme.ts';
import { createEvaluator } from '../create-evaluator.ts';
import type { Claim } from '../claim.ts';
import { expectRight } from '../oracle.ts';
import { keyCircuits } from '../circuits/key-circuits.ts';
import { operationCircuit } from '../circuits/operation-circuits.ts';
import { openParties, type Parties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import { describe, isCoded } from '../refused.ts';
import { compiledBy, type Subject } from '../subject.ts';

/** Of all flips; each needs an evaluator of its own. */
const SHARE_OF_KEYS = 0.1;
/** Half of the flips fall into the first bytes of the payload, where a library's own header is. */
const HEADER_BYTES = 128;
const MOST_GROWTH_BYTES = 256 * 2 ** 20;

export const flippedBits: Claim = {
  title: 'flipped bits',
  add(subject, test) {
    const { effort, scheme, seed } = subject;
    const circuits = [operationCircuit(subject, scheme.operations.has('multiply') ? 'multiply' : 'add')];
    if (!scheme.operations.has(circuits[0]!.id as 'add')) return;
    const keyed = keyCircuits(subject).filter((circuit) => compiledBy(subject, [circuit]).client.keys.length > 0);
    const flipsOfKeys = Math.round(effort.flips * SHARE_OF_KEYS);

    test(`${effort.flips - flipsOfKeys} in ciphertexts and results`, async () => {
      await using parties = await openParties(subject, circuits);
      const uniform = uniforms(seed);
      const objects = parties.evaluator.memory().objects;
      const bytes = held_bytes(parties.evaluator.memory());
      for (let at = 0; at < effort.flips - flipsOfKeys; at++) {
        await expectCodeOrResult(() => flippedRun(subject, parties, uniform, at % 2 === 0 ? 'input' : 'output'));
      }
      assert.equal(parties.evaluator.memory().objects, objects, 'live objects');
      assert.ok(held_bytes(parties.evaluator.memory()) - bytes < MOST_GROWTH_BYTES, 'memory of the evaluator');
      await expectRight(subject, parties, randomInputs(circuits, subject.slots, uniforms(seed)));
    });
    if (keyed.length === 0) return;
    test(`${flipsOfKeys} in keys`, async () => {
      const uniform = uniforms(seed + 1);
      for (const circuit of keyed) await flippedKeys(subject, [circuit], Math.ceil(flipsOfKeys / keyed.length), uniform);
    });
  },
};

/** Turns one bit of an envelope's payload. */
function flipped(envelope: Uint8Array, plan: string, uniform: () => number): Uint8Array {
  const payload_bytes = openAny(envelope, plan).payload.length;
  const among = uniform() < 0.5 ? Math.min(HEADER_BYTES, payload_bytes) : payload_bytes;
  const copy = envelope.slice();
  copy[envelope.length - payload_bytes + Math.floor(uniform() * among)]! ^= 1 << Math.floor(uniform() * 8);
  return copy;
}

/** A run with one bit turned, on the way up or on the way down. */
async function flippedRun(
  subject: Subject,
  { client, evaluator, compiled, circuits, passes }: Parties,
  uniform: () => number,
  where: 'input' | 'output',
): Promise<void> {
  const held: Held[] = [];
  const stored: Uint8Array[][] = [];
  try {
    for (let pass = 0; pass < passes; pass++) {
      const inputs: Record<string, Held> = {};
      for (const [port, values] of Object.entries(randomInputs(circuits, subject.slots, uniform))) {
        const [first, ...rest] = await client.encrypt(port, values, pass);
        const sent = where === 'input' ? flipped(first!, compiled.id, uniform) : first!;
        inputs[port] = await evaluator.load(port, [sent, ...rest], pass);
        held.push(inputs[port]);
      }
      const { y } = await evaluator.run(circuits[0]!.id, inputs);
      held.push(y!);
      const [first, ...rest] = await evaluator.store(y!);
      stored.push([where === 'output' ? flipped(first!, compiled.id, uniform) : first!, ...rest]);
    }
  } finally {
    for (const value of held) evaluator.release(value);
  }
  const results = await client.decrypt(`${circuits[0]!.id}.y`, stored);
  for (const values of results) assert.equal(values.length, subject.slots, 'slots of a damaged result');
}

async function flippedKeys(subject: Subject, circuits: readonly Circuit[], flips: number, uniform: () => number): Promise<void> {
  await using good = await openParties(subject, circuits);
  const { compiled, client, keys } = good;
  for (let flip = 0; flip < flips; flip++) {
    const at = Math.floor(uniform() * keys.length);
    const { kind, bytes } = keys[at]!;
    const parts = keys.with(at, { kind, bytes: flipped(bytes, compiled.id, uniform) });
    await expectCodeOrResult(async () => {
      await using evaluator = await createEvaluator(subject.scheme, compiled, parts);
      await evaluator.prepare(circuits);
      const inputs: Record<string, Held> = {};
      for (const [port, values] of Object.entries(randomInputs(circuits, subject.slots, uniform))) {
        inputs[port] = await evaluator.load(port, await client.encrypt(port, values));
      }
      for (const value of Object.values(await evaluator.run(circuits[0]!.id, inputs))) await evaluator.store(value);
    });
  }
}

async function expectCodeOrResult(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    assert.ok(isCoded(error), `a flipped bit ended in ${describe(error)}`);
  }
}
