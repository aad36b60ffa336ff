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
import { adapters, onLibrary, withOwnKernels } from './own-kernels.fixture.ts';

const FULL = process.env['ENIGMARK_FULL'] !== undefined;

/** At least six operations and a product of ciphertexts. */
function isLarge({ nodes }: Circuit): boolean {
  return nodes.filter(({ op }) => op !== 'input').length >= 6 && nodes.some(({ op }) => op === 'multiply');
}

function* circuits(subject: Subject): Generator<Circuit> {
  for (let seed = 1; ; seed++) for (const draft of fc.sample(drafts, { numRuns: 200, seed })) yield circuitOf(subject, draft);
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

/** Our largest error in units of what is allowed; null where the set does not take the circuit, or the library not the plan. */
async function compare(id: RlweScheme, subject: Subject, circuit: Circuit): Promise<number | null> {
  const compiled = adapters[id].compile([circuit], subject.need);
  if (isRefusal(compiled)) return null;
  await using client = await adapters[id].createClient(compiled.client);
  const keys = await client.generateKeys();
  const inputs = randomInputs([circuit], subject.slots, uniforms(subject.seed));
  const envelopes: Record<string, readonly Uint8Array[]> = {};
  for (const [port, values] of Object.entries(inputs)) envelopes[port] = await client.encrypt(port, values);
  const library = await outcome(onLibrary(id), compiled, circuit, client, keys, envelopes);
  const own = await outcome(withOwnKernels(id), compiled, circuit, client, keys, envelopes);
  // The plan is at fault, whoever evaluates.
  if (own === null) {
    expect(library).toBeNull();
    return null;
  }
  const wanted = await expectedOutputs(subject, [circuit], inputs);
  const theirs = library === null ? 0 : worstError(compiled, library, wanted);
  const ours = worstError(compiled, own, wanted);
  expect(ours).toBeLessThanOrEqual(id === 'ckks' ? Math.max(1, 2 * theirs) : 0);
  return ours;
}

describe.each([
  ['ckks', 'insecure-tiny', 512, FULL ? 3334 : 334],
  ['bgv', 'insecure-tiny', 512, FULL ? 3334 : 334],
  ['bfv', 'insecure-tiny', 512, FULL ? 3334 : 334],
  ['ckks', 'default-50', 4096, FULL ? 68 : 7],
  ['bgv', 'default-50', 4096, FULL ? 66 : 7],
  ['bfv', 'default-50', 4096, FULL ? 66 : 7],
] as const)("%s, set '%s'", (id, parameters, columns, count) => {
  it(`${count} circuits, wrong: 0`, { timeout: 7_200_000 }, async () => {
    const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns };
    // Plans for either kernels: ours have keys that the library's have not.
    const [subject, own] = (['library', 'own'] as const).map((kernels) =>
      createSubject({ scheme: adapters[id], parameters, shape, kernels }),
    ) as [Subject, Subject];
    let [compared, large, worst] = [0, 0, 0];
    for (const circuit of circuits(subject)) {
      if (compared === count) break;
      // Half of them are large.
      if (!isLarge(circuit) && compared - large >= count / 2) continue;
      const error = await compare(id, compared % 2 === 0 ? subject : own, circuit);
      if (error === null) continue;
      compared++;
      if (isLarge(circuit)) large++;
      worst = Math.max(worst, error);
    }
    console.log(`${id}, ${parameters}: ${compared} circuits, ${large} of them large; largest error ${worst} of what is allowed`);
    expect(large).toBeGreaterThanOrEqual(count / 2);
  });
});
