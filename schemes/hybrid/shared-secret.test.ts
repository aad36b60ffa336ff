/** @module */
import { describe, expect, test } from 'vitest';
import { securityOf } from '../security.ts';
import { clientInstance } from '../seal/runtime.ts';
import { phaseOf, readClientKey } from '../tfhe/measure/client-key.ts';
import { Errors } from '../tfhe/measure/noise-measurement.ts';
import { makeSecretKey } from '../tfhe/library/runtime.ts';
import { bigDimension } from '../tfhe/parameters.ts';
import { compile } from './compile.ts';
import { inputHardness, inputRing, inputVariance, parameterSets } from './parameters.ts';
import { ringInputs } from './ring-inputs.fixture.ts';
import { createRingEncryptor } from './shared-secret.ts';
import { circuitOf, counted, input, NEED, tableOf } from '../tfhe/session.fixture.ts';

const { library } = await clientInstance();
const set = parameterSets['n2048']!;
const insecure = expect.objectContaining({ code: 'PARAMETERS_INSECURE' }) as Error;

describe('the modulus under TFHE’s secret', () => {
  test.each(['n512', 'n1024', 'n2048', 'n4096'])('%s: one prime of 44 bits, 132 bits of security', (id) => {
    const ring = inputRing(parameterSets[id]!);
    expect(ring.prime.toString(2)).toHaveLength(44);
    expect(ring.parameters.modulus_bits).toEqual([44]);
    expect(securityOf([inputHardness(ring)], 128, id).bits).toBe(132);
  });

  test('has at most 50 bits: with 51, no secret is looked at, also where SEAL would take it', () => {
    let exported = 0;
    const exportKey = (): Uint8Array => {
      exported++;
      return new Uint8Array();
    };
    for (const ringModulus_bits of [51, 54, NaN]) {
      for (const id of ['n2048', 'insecure-n1024']) {
        expect(() => createRingEncryptor(library, { ...set, id, ringModulus_bits }, exportKey)).toThrow(insecure);
      }
    }
    expect(exported).toBe(0);
    expect(inputRing({ ...set, ringModulus_bits: 50 }).prime_bits).toBe(50);
    expect(() => securityOf([{ ...inputHardness(inputRing(set)), modulus_log2: 51 }], 128, 'n2048')).toThrow(insecure);
  });

  test('a plan declares every key: the small one, the big one, and the big one as the secret of the ring', () => {
    const circuit = circuitOf([
      input('x', counted(1, 0, 7)),
      { op: 'table', of: 0, table: tableOf(0, 1, [0, 1, 2, 3, 4, 5, 6, 7]), type: counted(1, 0, 7) },
    ]);
    const compiled = compile([circuit], { ...NEED, parameters: 'n2048' });
    if (!('hardness' in compiled)) throw new Error(compiled.reason);
    expect(compiled.hardness.map(({ key, problem, dimension, secret }) => [key, problem, dimension, secret])).toEqual([
      ['lwe', 'lwe', 866, 'binary'],
      ['glwe', 'glwe', 2048, 'binary'],
      ['input', 'rlwe', 2048, 'binary'],
    ]);
  });
});

describe('bytes of the secret', () => {
  test('are overwritten once SEAL has the key', () => {
    const key = makeSecretKey(set);
    const bytes = key.serialize();
    const empty = new Uint8Array(bytes.length);
    expect(bytes).not.toEqual(empty);
    createRingEncryptor(library, set, () => bytes)[Symbol.dispose]();
    key.free();
    expect(bytes).toEqual(empty);
  });

  test('are overwritten where they are no key', () => {
    // It ends in the middle of the key.
    const bytes = new Uint8Array(100).fill(1);
    expect(() => createRingEncryptor(library, set, () => bytes)).toThrow();
    expect(bytes).toEqual(new Uint8Array(100));
  });
});

test('node-tfhe’s secret finds what node-seal encrypted, with the modelled error', async () => {
  const key = makeSecretKey(set);
  const { big } = readClientKey(key.serialize(), set);
  const encrypt = await ringInputs(set);
  const messages = Array.from({ length: bigDimension(set) }, (_, index) => 2 * ((index * 2_654_435_761) % 2 ** 31));
  const errors = new Errors();
  for (let repeat = 0; repeat < 2; repeat++) {
    let at = 0;
    for (const words of encrypt(key, messages)) errors.add(phaseOf(words, big, 64) - (BigInt(messages[at++]!) << 31n), 64);
  }
  key.free();
  expect(errors.count).toBe(2 * 2048);
  // A deviation of 4,096 samples is off by 1.1% (one deviation).
  const ratio = Math.sqrt(errors.variance / inputVariance(inputRing(set)));
  expect(ratio).toBeGreaterThan(0.95);
  expect(ratio).toBeLessThan(1.05);
});
