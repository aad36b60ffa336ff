/** @module */
import { afterAll, describe, expect, test } from 'vitest';
import { applyGate, booleanParameters, gateNames, type Gate } from './boolean.ts';
import { makeBootstrapper } from '../kernel/bootstrap.ts';
import { readBooleanCiphertext, writeBooleanCiphertext } from '../wire/ciphertext-wire.ts';
import { expandKey } from '../kernel/expand-key.ts';
import { readBooleanServerKey } from '../wire/key-wire.ts';
import { loadKernel, preferredPath } from '../kernel/kernel.ts';
import { SharedMemory } from '../kernel/memory.ts';
import { bigDimension } from '../parameters.ts';
import { makeBooleanKey } from '../library/runtime.ts';

const secret = makeBooleanKey();
const memory = new SharedMemory();
const kernel = loadKernel(memory.memory, preferredPath());
const engine = expandKey(readBooleanServerKey(secret.makeServerKey(), booleanParameters), booleanParameters, kernel, memory);
const bootstrapper = makeBootstrapper(kernel, memory, engine, { threads: 1 });
afterAll(() => bootstrapper.dispose());

const truth: Readonly<Record<Gate, (a: boolean, b: boolean) => boolean>> = {
  and: (a, b) => a && b,
  nand: (a, b) => !(a && b),
  or: (a, b) => a || b,
  nor: (a, b) => !(a || b),
  xor: (a, b) => a !== b,
  xnor: (a, b) => a === b,
};

describe("gates on the library's ciphertexts", () => {
  test.each(gateNames)('%s, decrypted by the library', async (gate) => {
    const cases = Array.from({ length: 32 }, (_, index) => [(index & 1) === 1, (index & 2) === 2] as const);
    const encrypt = (value: boolean): BigUint64Array => readBooleanCiphertext(secret.encrypt(value), bigDimension(booleanParameters));
    const pairs = cases.map(([a, b]) => [encrypt(a), encrypt(b)] as const);
    const results = await applyGate(gate, pairs, { kernel, memory, bootstrapper });
    expect(results.map((words) => secret.decrypt(writeBooleanCiphertext(words)))).toEqual(cases.map(([a, b]) => truth[gate](a, b)));
  });
});
