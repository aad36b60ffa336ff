/** @module */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { held_bytes } from '../../schemes/scheme.ts';
import type { ResidentMemory } from './resident-memory.fixture.ts';

const PROGRAM = fileURLToPath(new URL('resident-memory.fixture.ts', import.meta.url));

/** In a process of its own, which holds nothing else. */
async function memoryOf(scheme: string, kernels: string): Promise<ResidentMemory> {
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, scheme, kernels]);
  return JSON.parse(stdout) as ResidentMemory;
}

/** Of plans, tables and messages, which are nobody's. */
const SMALL_BYTES = 4 * 2 ** 20;

test.each([
  ['ckks', 'own'],
  ['ckks', 'library'],
  ['bgv', 'own'],
  ['bgv', 'library'],
  ['tfhe', 'own'],
])('%s, %s kernels: what both sides say they hold is what is resident', async (scheme, kernels) => {
  const { client, evaluator, resident_bytes, buffers_bytes } = await memoryOf(scheme, kernels);
  const ratio = (held_bytes(client) + held_bytes(evaluator)) / resident_bytes;
  console.log(
    `${scheme}, ${kernels}: client ${held_bytes(client)}, evaluator ${held_bytes(evaluator)}, ${ratio.toFixed(2)} of what is resident`,
  );
  // More than is resident: wasm memories grow in steps of up to a fifth, and pages nobody wrote to are not there. Less: compiled code.
  expect(ratio).toBeGreaterThan(0.75);
  expect(ratio).toBeLessThan(1.25);
  // No buffer is alive that nobody counts: not the keys as they came, which the evaluator has in its own form.
  expect(Math.abs(buffers_bytes - client.buffers_bytes - evaluator.buffers_bytes)).toBeLessThan(SMALL_BYTES);
});

test('BGV modulo several primes on the library keeps its keys in JavaScript, and counts them', async () => {
  const { evaluator } = await memoryOf('bgv', 'library');
  expect(evaluator.buffers_bytes).toBeGreaterThan(50 * 2 ** 20);
});

test('in the clear, the evaluator holds its slots and the client nothing', async () => {
  const { client, evaluator, buffers_bytes } = await memoryOf('clear', 'library');
  expect(held_bytes(client)).toBe(0);
  // 12 vectors of 2^20 doubles came, and 12 were made.
  expect(evaluator).toMatchObject({ reserved_bytes: 0, buffers_bytes: 24 * 2 ** 23, objects: 24 });
  expect(Math.abs(buffers_bytes - evaluator.buffers_bytes)).toBeLessThan(SMALL_BYTES);
});
