/**
 * Random circuits on both kernels, from the same plan, keys and ciphertexts: integers are equal, real numbers are as right as the plan
 * promises, or at most twice as wrong as the library's.
 *
 * @module
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Circuit, Values } from '../../circuit.ts';
import { collectGarbage } from '../../conformance/collect-garbage.ts';
import { allowedError, expectedOutputs } from '../../conformance/oracle.ts';
import { inputsOf } from '../../conformance/parties.ts';
import { circuitOf, drafts } from '../../conformance/circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../../conformance/circuits/random-values.ts';
import { createSubject, type Subject } from '../../conformance/subject.ts';
import { EnigmarkError } from '../../errors.ts';
import { isRefusal, type Compiled, type HEClient, type HEEvaluator, type HEScheme, type Held, type KeyPart } from '../../scheme.ts';
import type { RlweScheme } from '../ring/chain.ts';
import { adapters, onLibrary, withOwnKernels } from './own-kernels.fixture.ts';

const FULL = process.env['ENIGMARK_FULL'] !== undefined;

/** At least six operations and a product of ciphertexts. */
function isLarge({ nodes }: Circuit): boolean {
  return nodes.filter(({ op }) => op !== 'input').length >= 6 && nodes.some(({ op }) => op === 'multiply');
}

/** How many more of them are large than small. */
interface Balance {
  surplus: number;
}

/** Without end; small ones only while there are as many large ones. */
function* circuits(subject: Subject, balance: Balance): Generator<Circuit> {
  for (let seed = 1; ; seed++) {
    for (const draft of fc.sample(drafts, { numRuns: 200, seed })) {
      const circuit = circuitOf(subject, draft);
      if (!isLarge(circuit) && balance.surplus <= 0) continue;
      balance.surplus += isLarge(circuit) ? 1 : -1;
      yield circuit;
    }
  }
}

type Outputs = Readonly<Record<string, readonly Values[]>>;

/** Envelopes of a port by pass. */
type Passes = readonly (readonly Uint8Array[])[];

/** Circuits of wide ranges take several plaintext primes. */
function passesOf({ client: { ports } }: Compiled): number {
  return Math.max(...Object.values(ports).map(({ passes }) => passes));
}

/** Circuits of a batch share one client, its keys and one evaluator of each kind: making those takes far longer than running them. */
const BATCH = 10;
const COLLECT_EVERY = 10;

/** The circuit under a name of its own, as several in one plan must have. */
function named(circuit: Circuit, at: number): Circuit {
  const rename = (port: string): string => `${port}-${at}`;
  return {
    ...circuit,
    id: rename(circuit.id),
    nodes: circuit.nodes.map((node) => (node.op === 'input' ? { ...node, port: rename(node.port) } : node)),
  };
}

/** Decrypted outputs, or null where the library takes exception to the plan. */
async function outcome(
  adapter: HEScheme,
  compiled: Compiled,
  circuits: readonly Circuit[],
  client: HEClient,
  keys: readonly KeyPart[],
  inputs: Readonly<Record<string, Passes>>,
): Promise<Outputs | null> {
  await using evaluator: HEEvaluator = await adapter.createEvaluator(compiled, keys);
  try {
    await evaluator.prepare(circuits);
    const decrypted: Record<string, readonly Values[]> = {};
    for (const circuit of circuits) {
      const ports = circuit.nodes.flatMap((node) => (node.op === 'input' ? [node.port] : []));
      const stored: Record<string, Uint8Array[][]> = {};
      for (let pass = 0; pass < passesOf(compiled); pass++) {
        const held = new Map<string, Held>();
        for (const port of ports) held.set(port, await evaluator.load(port, inputs[port]![pass]!, pass));
        const outputs = await evaluator.run(circuit.id, inputsOf(circuit, held));
        for (const [name, value] of Object.entries(outputs)) (stored[`${circuit.id}.${name}`] ??= []).push(await evaluator.store(value));
        for (const value of new Set([...held.values(), ...Object.values(outputs)])) evaluator.release(value);
      }
      for (const [port, ofPasses] of Object.entries(stored)) decrypted[port] = await client.decrypt(port, ofPasses);
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

/** Circuits compared, and the largest error in units of what is allowed. */
interface Comparison {
  readonly compared: readonly Circuit[];
  readonly worst: number;
}

/** A batch that cannot be planned or run as one is halved; a circuit that cannot be is left out. */
async function compare(id: RlweScheme, subject: Subject, circuits: readonly Circuit[]): Promise<Comparison> {
  const halved = async (): Promise<Comparison> => {
    if (circuits.length === 1) return { compared: [], worst: 0 };
    const middle = circuits.length / 2;
    const [left, right] = [await compare(id, subject, circuits.slice(0, middle)), await compare(id, subject, circuits.slice(middle))];
    return { compared: [...left.compared, ...right.compared], worst: Math.max(left.worst, right.worst) };
  };
  const compiled = adapters[id].compile(circuits, { ...subject.need, kernels: 'own' });
  if (isRefusal(compiled)) return await halved();
  await using client = await adapters[id].createClient(compiled.client);
  const keys = await client.generateKeys();
  const inputs = randomInputs(circuits, subject.slots, uniforms(subject.seed));
  const envelopes: Record<string, Uint8Array[][]> = {};
  for (const [port, values] of Object.entries(inputs)) {
    envelopes[port] = [];
    for (let pass = 0; pass < passesOf(compiled); pass++) envelopes[port].push(await client.encrypt(port, values, pass));
  }
  const library = await outcome(onLibrary(id), compiled, circuits, client, keys, envelopes);
  const own = await outcome(withOwnKernels(id), compiled, circuits, client, keys, envelopes);
  if (own === null || library === null) {
    // The plan of one of them is at fault, whoever evaluates.
    if (circuits.length === 1) expect([own, library]).toEqual([null, null]);
    return await halved();
  }
  const wanted = await expectedOutputs(subject, circuits, inputs);
  let worst = 0;
  for (const port of Object.keys(wanted)) {
    const only = (outputs: Outputs): Outputs => ({ [port]: outputs[port]! });
    const [theirs, ours] = [library, own].map((outputs) => worstError(compiled, only(outputs), only(wanted))) as [number, number];
    expect(ours, port).toBeLessThanOrEqual(id === 'ckks' ? Math.max(1, 2 * theirs) : 0);
    worst = Math.max(worst, ours);
  }
  return { compared: circuits, worst };
}

describe.each([
  ['ckks', 'insecure-tiny', 512, FULL ? 3334 : 200],
  ['bgv', 'insecure-tiny', 512, FULL ? 3334 : 200],
  ['bfv', 'insecure-tiny', 512, FULL ? 3334 : 200],
  ['ckks', 'default-50', 4096, FULL ? 68 : 7],
  ['bgv', 'default-50', 4096, FULL ? 66 : 7],
  ['bfv', 'default-50', 4096, FULL ? 66 : 7],
] as const)("%s, set '%s'", (id, parameters, columns, count) => {
  it(`${count} circuits, wrong: 0`, { timeout: 7_200_000 }, async () => {
    const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns };
    // Plans for either kernels: ours have keys that the library's have not. In CKKS the library's have operands that ours cannot hold.
    const kinds = id === 'ckks' ? (['own'] as const) : (['library', 'own'] as const);
    const subjects = kinds.map((kernels) => createSubject({ scheme: adapters[id], parameters, shape, kernels }));
    let [tried, compared, large, worst] = [0, 0, 0, 0];
    const balance: Balance = { surplus: 0 };
    const source = circuits(subjects[0]!, balance);
    for (let batch = 0; compared < count; batch++) {
      // Kernels' memories are large beside the objects that hold them, which the collector therefore leaves for long.
      if (batch % COLLECT_EVERY === 0) await collectGarbage();
      const size = Math.min(BATCH, count - compared);
      const drawn = Array.from({ length: size }, (_, at) => named(source.next().value as Circuit, at));
      const comparison = await compare(id, subjects[batch % subjects.length]!, drawn);
      tried += size;
      compared += comparison.compared.length;
      large += comparison.compared.filter(isLarge).length;
      worst = Math.max(worst, comparison.worst);
      // Without those that no plan takes.
      balance.surplus = 2 * large - compared;
    }
    console.log(`${id}, ${parameters}: ${compared} circuits of ${tried}, ${large} large; largest error ${worst} of what is allowed`);
    expect(large).toBeGreaterThanOrEqual(count / 2 - 1);
  });
});
