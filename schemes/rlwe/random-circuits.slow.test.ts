/**
 * Random circuits on both kernels, from the same plan, keys and ciphertexts: integers are equal, real numbers are as right as the plan
 * promises, or at most twice as wrong as the library's.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Circuit, Values } from '../circuit.ts';
import { allowedError, expectedOutputs } from '../conformance/oracle.ts';
import { inputsOf } from '../conformance/parties.ts';
import { circuitOf, drafts } from '../conformance/random-circuits.ts';
import { randomInputs, uniforms } from '../conformance/random-values.ts';
import { createSubject, type Subject } from '../conformance/subject.ts';
import { EnigmarkError } from '../errors.ts';
import { isRefusal, type Compiled, type HEClient, type HEEvaluator, type HEScheme, type Held, type KeyPart } from '../scheme.ts';
import type { RlweScheme } from './chain.ts';
import { adapters, withOwnKernels } from './own-kernels.fixture.ts';

const FULL = process.env['ENIGMARK_FULL'] !== undefined;

/** Half of them with at least six operations and a product of ciphertexts. */
function sample(subject: Subject, count: number): Circuit[] {
  const circuits: Circuit[] = [];
  let large = 0;
  for (let seed = 1; circuits.length < count; seed++) {
    for (const draft of fc.sample(drafts, { numRuns: 200, seed })) {
      const circuit = circuitOf(subject, draft);
      const operations = circuit.nodes.filter(({ op }) => op !== 'input');
      const isLarge = operations.length >= 6 && operations.some(({ op }) => op === 'multiply');
      if (circuits.length >= count || (!isLarge && circuits.length - large >= count / 2)) continue;
      circuits.push(circuit);
      if (isLarge) large++;
    }
  }
  return circuits;
}

type Outputs = Readonly<Record<string, readonly Values[]>>;

/** Decrypted outputs, or null where the library takes exception to the plan. */
async function outcome(
  adapter: HEScheme,
  compiled: Compiled,
  circuit: Circuit,
  client: HEClient,
  keys: readonly KeyPart[],
  inputs: Readonly<Record<string, readonly Uint8Array[]>>,
): Promise<Outputs | null> {
  await using evaluator: HEEvaluator = await adapter.createEvaluator(compiled, keys);
  try {
    await evaluator.prepare([circuit]);
    const held = new Map<string, Held>();
    for (const [port, envelopes] of Object.entries(inputs)) held.set(port, await evaluator.load(port, envelopes));
    const decrypted: Record<string, readonly Values[]> = {};
    for (const [name, value] of Object.entries(await evaluator.run(circuit.id, inputsOf(circuit, held)))) {
      const port = `${circuit.id}.${name}`;
      decrypted[port] = await client.decrypt(port, [await evaluator.store(value)]);
    }
    return decrypted;
  } catch (error) {
    // A plan whose outputs the client cannot take, or a scale that SEAL cannot encode at.
    const message = String((error as { readonly message?: unknown }).message);
    const damaged = error instanceof EnigmarkError && error.code === 'CIPHERTEXT_DAMAGED';
    if (damaged || message.includes('scale out of bounds')) return null;
    throw error;
  }
}

/** Largest error in units of what is allowed. */
function worstError(compiled: Compiled, got: Outputs, wanted: Outputs): number {
  let worst = 0;
  for (const [port, bundle] of Object.entries(wanted)) {
    // Nothing is allowed where the promise is exact: any error then counts as one.
    const unit = allowedError(compiled.estimate.correctness[port]!, compiled.client.ports[port]!) || 1;
    for (const [at, values] of bundle.entries()) {
      for (const [slot, value] of Array.from<number | bigint>(values).entries()) {
        worst = Math.max(worst, Math.abs(Number(value) - Number(got[port]![at]![slot]!)) / unit);
      }
    }
  }
  return worst;
}

async function expectRightOutcome(id: RlweScheme, subject: Subject, circuit: Circuit): Promise<boolean> {
  const compiled = adapters[id].compile([circuit], subject.need);
  if (isRefusal(compiled)) return false;
  await using client = await adapters[id].createClient(compiled.client);
  const keys = await client.generateKeys();
  const inputs = randomInputs([circuit], subject.slots, uniforms(subject.seed));
  const envelopes: Record<string, readonly Uint8Array[]> = {};
  for (const [port, values] of Object.entries(inputs)) envelopes[port] = await client.encrypt(port, values);
  const library = await outcome(adapters[id], compiled, circuit, client, keys, envelopes);
  const own = await outcome(withOwnKernels(id), compiled, circuit, client, keys, envelopes);
  // The plan is at fault, whoever evaluates.
  if (own === null) {
    expect(library).toBeNull();
    return false;
  }
  const wanted = await expectedOutputs(subject, [circuit], inputs);
  const theirs = library === null ? 0 : worstError(compiled, library, wanted);
  expect(worstError(compiled, own, wanted)).toBeLessThanOrEqual(id === 'ckks' ? Math.max(1, 2 * theirs) : 0);
  return true;
}

describe.each([
  ['ckks', 'insecure-tiny', 512, FULL ? 3334 : 334],
  ['bgv', 'insecure-tiny', 512, FULL ? 3334 : 334],
  ['bfv', 'insecure-tiny', 512, FULL ? 3334 : 334],
  ['bgv', 'small', 2048, FULL ? 100 : 10],
  ['bfv', 'small', 2048, FULL ? 100 : 10],
] as const)("%s, set '%s'", (id, parameters, columns, count) => {
  it(`${count} circuits, wrong: 0`, { timeout: 3_600_000 }, async () => {
    const subject = createSubject({ scheme: adapters[id], parameters, shape: { rows: id === 'ckks' ? 1 : 2, columns } });
    let compared = 0;
    for (const circuit of sample(subject, count)) {
      if (await expectRightOutcome(id, subject, circuit)) compared++;
    }
    expect(compared).toBeGreaterThan(count / 4);
  });
});
