/**
 * Right answers: the cleartext adapter's, compared as the plan promised.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Circuit, Values } from '../circuit.ts';
import { scheme as clear } from '../clear/scheme.ts';
import type { Compiled, Correctness, Port } from '../scheme.ts';
import { Parties, type Bundles } from './parties.ts';
import { compiledBy, type Subject } from './subject.ts';

/** What every output should hold. */
export async function expectedOutputs({ need }: Subject, circuits: readonly Circuit[], inputs: Bundles): Promise<Bundles> {
  const clearNeed = { ...need, parameters: 'float64' };
  await using parties = await Parties.open(clear, compiledBy({ scheme: clear, need: clearNeed }, circuits), circuits);
  return await parties.run(inputs);
}

/** Runs an adapter's parties on inputs and compares every output with the oracle. */
export async function expectRight(subject: Subject, parties: Parties, inputs: Bundles): Promise<void> {
  expectAgreement(parties.compiled, await parties.run(inputs), await expectedOutputs(subject, parties.circuits, inputs));
}

/** Every output, ciphertext and slot, within what `estimate.correctness` promised. */
export function expectAgreement({ client, estimate }: Compiled, actual: Bundles, wanted: Bundles): void {
  assert.deepEqual(Object.keys(actual).sort(), Object.keys(wanted).sort(), 'outputs of every circuit');
  for (const [name, bundle] of Object.entries(wanted)) {
    const correctness = estimate.correctness[name];
    assert.ok(correctness, `the estimate says how right output '${name}' is`);
    assert.equal(actual[name]!.length, bundle.length, `ciphertexts of '${name}'`);
    const port = client.ports[name];
    assert.ok(port, `the plan has a port '${name}'`);
    for (const [at, values] of bundle.entries()) expectSlots(actual[name]![at]!, values, correctness, port, `'${name}' ciphertext ${at}`);
  }
}

function expectSlots(actual: Values, wanted: Values, correctness: Correctness, port: Port, where: string): void {
  assert.equal(actual.length, wanted.length, `slots of ${where}`);
  const most = allowedError(correctness, port);
  for (let slot = 0; slot < wanted.length; slot++) {
    const [got, right] = [actual[slot]!, wanted[slot]!];
    const error = typeof got === 'bigint' && typeof right === 'bigint' ? Number(got - right) : Number(got) - Number(right);
    // Written so that NaN fails.
    if (!(Math.abs(error) <= most)) {
      assert.fail(`${where}, slot ${slot}: got ${got}, want ${right} within ${most} (${JSON.stringify(correctness)})`);
    }
  }
}

/** Greatest difference that a right answer may have. */
export function allowedError(correctness: Correctness, { type }: Port): number {
  switch (correctness.kind) {
    case 'exact':
      return 0;
    case 'approximate':
      return 2 ** -correctness.precision_bits * Math.max(Math.abs(type.min), Math.abs(type.max));
    case 'noisy':
      return correctness.maxSteps;
  }
}
