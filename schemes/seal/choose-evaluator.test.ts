/** @module */
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { scheme as bfv } from '../bfv/scheme.ts';
import { scheme as bgv } from '../bgv/scheme.ts';
import { scheme as ckks } from '../ckks/scheme.ts';
import type { Circuit, Values } from '../circuit.ts';
import { allowedError, expectedOutputs } from '../conformance/oracle.ts';
import { inputsOf } from '../conformance/parties.ts';
import { circuitOf, drafts } from '../conformance/circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../conformance/circuits/random-values.ts';
import { compiledBy, createSubject, type Subject } from '../conformance/subject.ts';
import type * as kernelModule from '../rlwe/kernel/kernel.ts';
import type { RlweProgram } from '../rlwe/program/program.ts';
import { isRefusal, type Compiled, type HEClient, type Held, type Kernels, type KeyPart } from '../scheme.ts';
import { createRlweEvaluator } from './choose-evaluator.ts';

/** Engines without fused arithmetic answer so. */
const engine = vi.hoisted(() => ({ fuses: true }));
vi.mock('../rlwe/kernel/kernel.ts', async (original) => {
  const real = await original<typeof kernelModule>();
  return { ...real, fusedArithmetic: () => engine.fuses && real.fusedArithmetic() };
});
afterEach(() => {
  engine.fuses = true;
});

const adapters = { ckks, bgv, bfv };
type Scheme = keyof typeof adapters;

function subjectFor(id: Scheme, kernels: Kernels): Subject {
  const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns: 512 };
  return createSubject({ scheme: adapters[id], parameters: 'insecure-tiny', shape, kernels });
}

/** The first random circuit that the tiny set takes, with a product and a rotation. */
function randomCircuit(subject: Subject): Circuit {
  for (const draft of fc.sample(drafts, { numRuns: 2000, seed: 7 })) {
    const circuit = circuitOf(subject, draft);
    const operations = new Set(circuit.nodes.map(({ op }) => op));
    const keyed = operations.has('multiply') && (operations.has('rotate') || operations.has('fold') || operations.has('transform'));
    if (keyed && !isRefusal(subject.scheme.compile([circuit], subject.need))) return circuit;
  }
  throw new Error('no circuit fits');
}

/** The same plan, keys and ciphertexts for every evaluator. */
interface Setting {
  readonly id: Scheme;
  readonly subject: Subject;
  readonly circuit: Circuit;
  readonly compiled: Compiled;
  readonly client: HEClient;
  readonly keys: readonly KeyPart[];
  readonly sent: Readonly<Record<string, readonly Uint8Array[]>>;
  readonly expected: Readonly<Record<string, readonly Values[]>>;
}

/** `kernels`: those that the plan is made for. */
async function settingFor(id: Scheme, kernels: Kernels): Promise<Setting> {
  const subject = subjectFor(id, kernels);
  const circuit = randomCircuit(subject);
  const compiled = compiledBy(subject, [circuit]);
  const client = await subject.scheme.createClient(compiled.client);
  const keys = await client.generateKeys();
  const inputs = randomInputs([circuit], subject.slots, uniforms(1));
  const sent: Record<string, readonly Uint8Array[]> = {};
  for (const [port, values] of Object.entries(inputs)) sent[port] = await client.encrypt(port, values);
  return { id, subject, circuit, compiled, client, keys, sent, expected: await expectedOutputs(subject, [circuit], inputs) };
}

interface Ran {
  readonly path: string | undefined;
  readonly outputs: Readonly<Record<string, readonly Values[]>>;
}

async function run({ id, circuit, compiled, client, keys, sent }: Setting, kernels: Kernels): Promise<Ran> {
  const plan = { ...compiled, evaluator: { ...(compiled.evaluator as RlweProgram), kernels } };
  await using evaluator = await createRlweEvaluator(id, plan, keys);
  await evaluator.prepare([circuit]);
  const held = new Map<string, Held>();
  for (const [port, envelopes] of Object.entries(sent)) held.set(port, await evaluator.load(port, envelopes));
  const outputs: Record<string, readonly Values[]> = {};
  for (const [name, value] of Object.entries(await evaluator.run(circuit.id, inputsOf(circuit, held)))) {
    const port = `${circuit.id}.${name}`;
    outputs[port] = await client.decrypt(port, [await evaluator.store(value)]);
  }
  return { path: evaluator.path, outputs };
}

function expectRight({ compiled, expected }: Setting, { outputs }: Ran): void {
  expect(Object.keys(outputs)).toEqual(Object.keys(expected));
  for (const [port, bundle] of Object.entries(expected)) {
    const allowed = allowedError(compiled.estimate.correctness[port]!, compiled.client.ports[port]!);
    for (const [at, values] of bundle.entries()) {
      const greatest = Array.from<number | bigint>(values).reduce<number>(
        (most, value, slot) => Math.max(most, Math.abs(Number(value) - Number(outputs[port]![at]![slot]))),
        0,
      );
      expect(greatest).toBeLessThanOrEqual(allowed);
    }
  }
}

describe.each<Scheme>(['ckks', 'bgv', 'bfv'])('%s: a random circuit on one plan, its keys and its ciphertexts', (id) => {
  test('decrypts alike, whichever kernels ran, and as the clear adapter computes', async () => {
    // The library errs more: a plan that it keeps is kept by both.
    const setting = await settingFor(id, 'library');
    await using client = setting.client;
    const own = await run({ ...setting, client }, 'own');
    const library = await run({ ...setting, client }, 'library');
    expect([own.path, library.path]).toEqual(['fused', undefined]);
    for (const ran of [own, library]) expectRight(setting, ran);
    if (id !== 'ckks') expect(own.outputs).toEqual(library.outputs);
  });

  test('is right on a plan that was made for our kernels', async () => {
    const setting = await settingFor(id, 'own');
    await using client = setting.client;
    expect((setting.compiled.evaluator as RlweProgram).kernels).toBe('own');
    expectRight(setting, await run({ ...setting, client }, 'own'));
  });

  test('falls back on the library where the engine has no fused arithmetic, for which it was planned, and says so', async () => {
    engine.fuses = false;
    const setting = await settingFor(id, 'own');
    await using client = setting.client;
    const fallback = await run({ ...setting, client }, 'own');
    expect(fallback.path).toBe('fallback');
    expectRight(setting, fallback);
  });

  test('falls back on a plan of a better engine only where that keeps the promise', async () => {
    const setting = await settingFor(id, 'own');
    await using client = setting.client;
    engine.fuses = false;
    const running = run({ ...setting, client }, 'own');
    if (id !== 'bfv') {
      await expect(running).rejects.toMatchObject({ code: 'KERNELS_UNUSABLE' });
      return;
    }
    expectRight(setting, await running);
  });
});
