/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Circuit, Node, ValueType } from '../../schemes/circuit.ts';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { isRefusal, type HEClient, type HEEvaluator, type Held } from '../../schemes/scheme.ts';
import type { Plan, Action } from '../../workloads/plan.ts';
import { requirementOf } from '../record/requirement.ts';
import { IDENTITY } from '../../workloads/plan/client/client-function.ts';
import type { Parties } from './batch-result.ts';
import { roundsOf } from './plan-parts.ts';
import { runBatch } from './session.ts';

const SLOTS = 4;
const shape = { rows: 1, columns: SLOTS } as const;
const type = (step: number | null = null): ValueType => ({ width: 1, min: -100, max: 100, bound: 'proven', step });
const input = (port: string, sources: Extract<Node, { op: 'input' }>['sources'] = ['client']): Node => ({
  op: 'input',
  port,
  sources,
  type: type(),
  layer: 'input',
});
const whole = { values: SLOTS, index: [Int32Array.of(0, 1, 2, 3)] };

/** x to x * x + 1 */
const square: Circuit = {
  id: 'square',
  shape,
  nodes: [
    input('x'),
    { op: 'multiply', left: 0, right: 0, type: type(), layer: 'square' },
    { op: 'addPlain', of: 1, plains: [Float64Array.of(1, 1, 1, 1)], type: type(), layer: 'bias' },
  ],
  outputs: { y: 2 },
};
/** z to -z, as 0 - z */
const negate: Circuit = {
  id: 'negate',
  shape,
  nodes: [
    input('z'),
    { op: 'subtract', left: 0, right: 0, type: type(), layer: 'negate' },
    { op: 'subtract', left: 1, right: 0, type: type(), layer: 'negate' },
  ],
  outputs: { w: 2 },
};
const actions: readonly Action[] = [
  { do: 'upload', data: 'image', port: 'x', held: 'a' },
  { do: 'run', circuit: 'square', inputs: { x: 'a' }, outputs: { y: 'b' } },
  { do: 'download', held: 'b', result: 'answer' },
];

async function clearParties(circuits: readonly Circuit[]): Promise<Parties> {
  const compiled = clear.compile(circuits, requirementOf({ parameters: null, kernels: 'library', threads: 1 }));
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  const client = await clear.createClient(compiled.client);
  const evaluator = await clear.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare(circuits);
  return { clientPlan: compiled.client, client, evaluator };
}

test('upload, run, download: the outputs are those of the formula, and nothing stays at the evaluator', async () => {
  const plan: Plan = { circuits: [square], actions, arrangements: { x: whole, 'square.y': whole }, batch: 1 };
  const parties = await clearParties(plan.circuits);
  const before = parties.evaluator.memory().objects;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: SLOTS, maxLength: SLOTS }), async (image) => {
      const { outputs } = await runBatch(plan, parties, { image: Float64Array.from(image) });
      expect([...outputs['answer']!]).toEqual(image.map((x) => x * x + 1));
      expect(parties.evaluator.memory().objects).toBe(before);
    }),
    { seed: 3, numRuns: 20 },
  );
});

test('bytes are those of the envelopes, stages were timed, layers only on request', async () => {
  const plan: Plan = { circuits: [square], actions, arrangements: { x: whole, 'square.y': whole }, batch: 1 };
  const parties = await clearParties(plan.circuits);
  const image = Float64Array.of(1, 2, 3, 4);
  const [envelope] = await parties.client.encrypt('x', [image]);
  const plain = await runBatch(plan, parties, { image });
  expect(plain.bytes.input).toBe(envelope!.length);
  // The output's port has the longer name.
  expect(plain.bytes.output).toBe(envelope!.length + 'square.y'.length - 'x'.length);
  expect(Object.values(plain.elapsed_ns).every((time_ns) => Number.isInteger(time_ns) && time_ns > 0)).toBe(true);
  expect(plain.layers).toEqual([]);
  const layered = await runBatch(plan, parties, { image }, { layers: true });
  expect(layered.layers.map(({ name }) => name)).toEqual(['input', 'square', 'bias']);
});

const RELU = { kind: 'activation', activation: 'relu' } as const;

test.each([
  { activation: 'identity', expected: [-5, -10, -1, -2] },
  { activation: 'relu', expected: [-5, -10, -1, -2] },
  { activation: 'sign', expected: [-1, -1, -1, -1] },
  // The port holds 100 at most.
  { activation: 'square', expected: [-25, -100, -1, -4] },
] as const)('a client round that applies $activation', async ({ activation, expected }) => {
  const rounds: readonly Action[] = [
    ...actions.slice(0, 2),
    {
      do: 'client',
      name: 'between',
      exchanges: [
        {
          of: [{ from: 'b', apply: { ...IDENTITY, steps: activation === 'identity' ? [] : [{ kind: 'activation', activation }] } }],
          port: 'z',
          held: 'c',
        },
      ],
      learns: 'the squares',
    },
    { do: 'run', circuit: 'negate', inputs: { z: 'c' }, outputs: { w: 'd' } },
    { do: 'download', held: 'd', result: 'answer' },
  ];
  const plan: Plan = { circuits: [square, negate], actions: rounds, arrangements: { x: whole, 'negate.w': whole }, batch: 1 };
  const parties = await clearParties(plan.circuits);
  const { outputs } = await runBatch(plan, parties, { image: Float64Array.of(2, 3, 0, -1) });
  expect([...outputs['answer']!]).toEqual(expected);
  expect(roundsOf(rounds)).toBe(2);
});

test('a client round reads by one rule and lays out by the other', async () => {
  const backwards = { values: SLOTS, index: [Int32Array.of(3, 2, 1, 0)] };
  const rounds: readonly Action[] = [
    { do: 'upload', data: 'image', port: 'z', held: 'a' },
    { do: 'run', circuit: 'negate', inputs: { z: 'a' }, outputs: { w: 'b' } },
    {
      do: 'client',
      name: 'between',
      exchanges: [{ of: [{ from: 'b', apply: { ...IDENTITY, steps: [RELU] } }], port: 'x', held: 'c' }],
      learns: 'all',
    },
    { do: 'run', circuit: 'square', inputs: { x: 'c' }, outputs: { y: 'd' } },
    { do: 'download', held: 'd', result: 'answer' },
  ];
  const arrangements = { z: whole, 'negate.w': whole, x: backwards, 'square.y': whole };
  const plan: Plan = { circuits: [negate, square], actions: rounds, arrangements, batch: 1 };
  const { outputs } = await runBatch(plan, await clearParties(plan.circuits), { image: Float64Array.of(-1, 2, -3, 4) });
  // relu(-z) is 1, 0, 3, 0; backwards 0, 3, 0, 1; squared, plus one.
  expect([...outputs['answer']!]).toEqual([1, 10, 1, 2]);
});

test('a round of several bundles is one wait; its bytes and its client time are told apart', async () => {
  const twice: Circuit = { ...negate, id: 'twice', nodes: negate.nodes.map((node) => (node.op === 'input' ? input('u') : node)) };
  const pool = {
    kind: 'mean' as const,
    inputs: SLOTS,
    windows: [Int32Array.of(0, 1), Int32Array.of(2, 3), Int32Array.of(0), Int32Array.of(3)],
  };
  const rounds: readonly Action[] = [
    ...actions.slice(0, 2),
    {
      do: 'client',
      name: 'both',
      exchanges: [
        { of: [{ from: 'b', apply: { factor: 2, offset: -20, steps: [RELU, pool] } }], port: 'z', held: 'c' },
        { of: [{ from: 'a', apply: IDENTITY }], port: 'u', held: 'd' },
      ],
      learns: 'the squares and the input',
    },
    { do: 'run', circuit: 'negate', inputs: { z: 'c' }, outputs: { w: 'e' } },
    { do: 'run', circuit: 'twice', inputs: { u: 'd' }, outputs: { w: 'f' } },
    { do: 'download', held: 'e', result: 'pooled' },
    { do: 'download', held: 'f', result: 'same' },
  ];
  const arrangements = Object.fromEntries(['x', 'z', 'u', 'square.y', 'negate.w', 'twice.w'].map((name) => [name, whole]));
  const plan: Plan = { circuits: [square, negate, twice], actions: rounds, arrangements, batch: 1 };
  const { outputs, rounds: told, bytes } = await runBatch(plan, await clearParties(plan.circuits), { image: Float64Array.of(5, 1, -4, 3) });
  // 2 * (x * x + 1) - 20, not below zero: 32, 0, 14, 0. Their means over the windows: 16, 7, 32, 0.
  expect(Array.from(outputs['pooled']!, Number).map((value) => 0 - value)).toEqual([16, 7, 32, 0]);
  expect([...outputs['same']!]).toEqual([-5, -1, 4, -3]);
  expect(roundsOf(rounds)).toBe(2);
  expect(told).toHaveLength(1);
  const [both] = told;
  expect(both).toMatchObject({ name: 'both', learns: 'the squares and the input' });
  expect(both!.client_ns).toBeGreaterThan(0);
  // Of three bundles up and four down, two each.
  expect(both!.bytes.input).toBeGreaterThan(bytes.input / 2);
  expect(both!.bytes.input).toBeLessThan(bytes.input);
  expect(both!.bytes.output).toBeGreaterThan(bytes.output / 3);
  expect(both!.bytes.output).toBeLessThan((2 * bytes.output) / 3);
});

/** Parties that only write down what is asked of them; a bundle is its name. */
function notingParties(passes: number): { parties: Parties; notes: string[] } {
  const notes: string[] = [];
  const held = (port: string, pass: number): Held => ({ port, pass });
  const note = (text: string): void => void notes.push(text);
  const client = {
    encrypt: (port: string, _values: unknown, pass = 0) => (note(`encrypt ${port} ${pass}`), Promise.resolve([Uint8Array.of(pass)])),
    decrypt: (port: string, all: readonly (readonly Uint8Array[])[]) => (
      note(`decrypt ${port} [${all.map(([bytes]) => String(bytes![0])).join()}]`),
      Promise.resolve([Float64Array.of(1, 2, 3, 4)])
    ),
    memory: () => ({ bytes: 1, method: 'wasm', objects: 0 }),
  } as unknown as HEClient;
  const evaluator = {
    load: (port: string, _bytes: unknown, pass = 0) => (note(`load ${port} ${pass}`), Promise.resolve(held(port, pass))),
    run: (circuit: string, inputs: Readonly<Record<string, Held>>) => {
      const passesOfInputs = Object.values(inputs).map(({ pass }) => pass);
      note(`run ${circuit} ${passesOfInputs.join()}`);
      const output = circuit === 'square' ? 'y' : 'w';
      return Promise.resolve({ [output]: held(`${circuit}.${output}`, passesOfInputs[0]!) });
    },
    store: ({ port, pass }: Held) => (note(`store ${port} ${pass}`), Promise.resolve([Uint8Array.of(pass)])),
    release: ({ port, pass }: Held) => note(`release ${port} ${pass}`),
    memory: () => ({ bytes: 2, method: 'wasm', objects: 0 }),
  } as unknown as HEEvaluator;
  const port = { type: type(1), shape, passes };
  const ports = { x: port, z: port, 'square.y': port, 'negate.w': port };
  return { parties: { clientPlan: { ports } as unknown as Parties['clientPlan'], client, evaluator }, notes };
}

test('plaintext primes: one at a time between client rounds, together at every decryption', async () => {
  const rounds: readonly Action[] = [
    ...actions.slice(0, 2),
    { do: 'release', held: 'a' },
    { do: 'client', name: 'between', exchanges: [{ of: [{ from: 'b', apply: IDENTITY }], port: 'z', held: 'c' }], learns: 'the squares' },
    { do: 'run', circuit: 'negate', inputs: { z: 'c' }, outputs: { w: 'b' } },
    { do: 'download', held: 'b', result: 'answer' },
  ];
  const plan: Plan = { circuits: [square, negate], actions: rounds, arrangements: { x: whole, 'negate.w': whole }, batch: 1 };
  const { parties, notes } = notingParties(2);
  const { outputs, bytes } = await runBatch(plan, parties, { image: Float64Array.of(1, 2, 3, 4) });
  expect(notes).toEqual([
    ...[0, 1].flatMap((pass) => [
      `encrypt x ${pass}`,
      `load x ${pass}`,
      `run square ${pass}`,
      `release x ${pass}`,
      `store square.y ${pass}`,
    ]),
    'decrypt square.y [0,1]',
    // 'b' is given anew: the bundle that had the name is freed.
    ...[0, 1].flatMap((pass) => [
      `encrypt z ${pass}`,
      `load z ${pass}`,
      `run negate ${pass}`,
      `release square.y ${pass}`,
      `store negate.w ${pass}`,
    ]),
    'decrypt negate.w [0,1]',
    ...[0, 1].flatMap((pass) => [`release negate.w ${pass}`, `release z ${pass}`]),
  ]);
  expect([...outputs['answer']!]).toEqual([1, 2, 3, 4]);
  expect(bytes).toEqual({ input: 4, output: 4 });
});

test('the first plaintext prime alone: everything of it but what needs the others', async () => {
  const plan: Plan = { circuits: [square], actions, arrangements: { x: whole, 'square.y': whole }, batch: 1 };
  const { parties, notes } = notingParties(3);
  const { outputs } = await runBatch(plan, parties, { image: Float64Array.of(1, 2, 3, 4) }, { firstPassAlone: true });
  expect(notes).toEqual(['encrypt x 0', 'load x 0', 'run square 0', 'store square.y 0', 'release x 0', 'release square.y 0']);
  expect(outputs).toEqual({});
});

test('downloads without an upload between are one wait', () => {
  const download: Action = { do: 'download', held: 'b', result: 'r' };
  const client: Action = {
    do: 'client',
    name: 'between',
    exchanges: [{ of: [{ from: 'b', apply: IDENTITY }], port: 'x', held: 'c' }],
    learns: '',
  };
  const upload: Action = { do: 'upload', data: 'd', port: 'x', held: 'a' };
  expect(roundsOf([upload, download, download])).toBe(1);
  expect(roundsOf([upload, client, client, download])).toBe(3);
  expect(roundsOf([upload, download, client, download])).toBe(2);
  expect(roundsOf([upload, download, upload, download])).toBe(2);
});

test('what a client makes ahead is timed by itself, before each upload, and null where there is none', async () => {
  const plan: Plan = { circuits: [square], actions, arrangements: { x: whole, 'square.y': whole }, batch: 1 };
  const parties = await clearParties(plan.circuits);
  const image = Float64Array.of(1, 2, 3, 4);
  expect((await runBatch(plan, parties, { image })).offline_ns).toBe(null);
  const ports: string[] = [];
  const ahead: HEClient = { ...parties.client, makeAhead: async (port) => void ports.push(port) };
  const stages: string[] = [];
  const { offline_ns } = await runBatch(plan, { ...parties, client: ahead }, { image }, { onStage: (stage) => stages.push(stage) });
  expect(offline_ns).toBeGreaterThan(0);
  expect(ports).toEqual(['x']);
  expect(stages.slice(0, 3)).toEqual(['encrypt', 'offline', 'encrypt']);
});
