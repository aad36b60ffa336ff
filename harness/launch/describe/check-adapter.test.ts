/** @module */
import { expect, test } from 'vitest';
import { scheme as sound } from '../../../docs/example-scheme/additive.ts';
import type { Circuit } from '../../../schemes/circuit.ts';
import { isRefusal, type Compiled, type HEClient, type HEScheme } from '../../../schemes/scheme.ts';
import { requirementOf } from '../../record/requirement.ts';
import { checkAdapter } from './check-adapter.ts';

const type = { width: 2, min: 0, max: 9, step: 1, bound: 'proven' } as const;
const circuit: Circuit = {
  id: 'twice',
  shape: { rows: 1, columns: 1 },
  nodes: [
    { op: 'input', port: 'x', sources: ['client'], type, layer: 'x' },
    { op: 'add', left: 0, right: 0, type: { ...type, max: 18 }, layer: 'sum' },
  ],
  outputs: { y: 1 },
};

/** One run of the circuit, as a launch does it. */
async function runThrough(scheme: HEScheme): Promise<unknown> {
  const checked = checkAdapter(scheme);
  const compiled = checked.compile([circuit], requirementOf({ kernels: 'library', threads: 1, parameters: null }));
  if (isRefusal(compiled)) return compiled;
  await using client = await checked.createClient(compiled.client);
  await using evaluator = await checked.createEvaluator(compiled, await client.generateKeys());
  await evaluator.prepare([circuit]);
  const held = await evaluator.load('x', await client.encrypt('x', [[3n], [4n]]));
  const { y } = await evaluator.run('twice', { x: held });
  const values = await client.decrypt('twice.y', [await evaluator.store(y!)]);
  client.memory();
  evaluator.memory();
  return values;
}

const client = (changes: Record<string, unknown>): HEScheme => ({
  ...sound,
  createClient: async (plan) => Object.assign(await sound.createClient(plan), changes),
});
const evaluator = (changes: Record<string, unknown>): HEScheme => ({
  ...sound,
  createEvaluator: async (compiled, keys) => Object.assign(await sound.createEvaluator(compiled, keys), changes),
});
const compile = (change: (compiled: Compiled) => unknown): HEScheme => ({
  ...sound,
  compile: (circuits, need) => change(sound.compile(circuits, need) as Compiled) as Compiled,
});

test('a sound adapter is itself, also where its methods stand on a prototype', async () => {
  expect(await runThrough(sound)).toEqual([[6n], [8n]]);
  expect(await runThrough(Object.create(sound) as HEScheme)).toEqual([[6n], [8n]]);
});

test.each<[string, HEScheme, RegExp]>([
  ['no plan', compile(() => undefined), /compile to give a plan or a refusal, got undefined/],
  ['no cost', compile(({ estimate, ...rest }) => ({ ...rest, was: estimate })), /of compile, got at result\.estimate: /],
  ['hardness of another kind', compile((plan) => ({ ...plan, hardness: [{ problem: 'hard' }] })), /at result\.hardness\.0\./],
  ['a refusal without a reason', compile(() => ({ code: 'NO', reason: '', circuit: '', node: null })), /at result\.reason/],
  ['no client', { ...sound, createClient: async () => undefined as unknown as HEClient }, /createClient to give an object, got undefined/],
  ['a client that cannot decrypt', client({ decrypt: undefined }), /createClient to have a method 'decrypt', got undefined/],
  [
    'keys that are bytes alone',
    client({ generateKeys: async () => [new Uint8Array(4)] }),
    /client\.generateKeys to give an array of \{ kind, bytes \}/,
  ],
  [
    'ciphertexts in text',
    client({ encrypt: async () => ['aa', 'bb'] }),
    /client\.encrypt to give an array of Uint8Array, got an array of aa/,
  ],
  ['one number for a list', client({ decrypt: async () => [1, 2] }), /client\.decrypt to give an array of Float64Array/],
  ['memory in words', client({ memory: () => 'little' }), /of client\.memory, got at result: /],
  ['an evaluator that cannot load', evaluator({ load: 1 }), /createEvaluator to have a method 'load', got number/],
  ['a bundle without its port', evaluator({ load: async () => ({}) }), /evaluator\.load to give a \{ port, pass \}/],
  [
    'outputs that are ciphertexts',
    evaluator({ run: async () => ({ y: new Uint8Array(1) }) }),
    /evaluator\.run to give a \{ port, pass \} by output/,
  ],
  ['one ciphertext for a list', evaluator({ store: async () => new Uint8Array(1) }), /evaluator\.store to give an array of Uint8Array/],
])('%s: the member is named', async (_, scheme, message) => {
  await expect(runThrough(scheme)).rejects.toMatchObject({ code: 'ADAPTER_INVALID', message: expect.stringMatching(message) as string });
});
