/** @module */
import { expect, test } from 'vitest';
import { createContext } from '../../seal/context.ts';
import { clientInstance } from '../../seal/runtime.ts';
import { Scope } from '../../seal/scope.ts';
import { plaintextNumbers } from '../../seal/serialization.ts';
import { makeSecretKey } from '../../tfhe/library/runtime.ts';
import { phaseOf, readClientKey } from '../../tfhe/measure/client-key.ts';
import { Errors } from '../../tfhe/measure/noise-measurement.ts';
import { inputRing, parameterSets } from '../parameters.ts';
import { openRing } from '../ring-reader.ts';
import { createRingEncryptor } from '../shared-secret.ts';
import { makeSwitchingKey } from '../switching-secret.ts';
import { torusWords } from '../extraction.ts';
import { RingSwitch } from './ring-switch.ts';
import { partCount, switchVariance, switchingKey_bytes } from './switching.ts';

const trunk = { id: 'one-prime', degree: 8192, modulus_bits: [44] };
const set = parameterSets['n2048']!;
const ring = inputRing(set);
const { library } = await clientInstance();

/** SEAL's secret, its coefficients by an inverse transform of our own, and a switching key with what was overwritten in making it. */
function makeKeys() {
  using scope = new Scope();
  const { context } = createContext(library, scope, 'ckks', trunk, null);
  const secret = scope.own(scope.own(new library.KeyGenerator(context)).secretKey());
  const bytes = secret.saveToArray(library.ComprModeType.none) as Uint8Array;
  const workspace = openRing({ degree: trunk.degree, prime: inputRing(set).prime });
  const values = workspace.ring.allocate(workspace.modulus);
  const words = workspace.arena.allocate(8 * trunk.degree);
  workspace.arena.u64.set(plaintextNumbers(bytes), words / 8);
  workspace.ring.read(words, values, 'values');
  workspace.ring.inverse(values, values);
  workspace.ring.reduce(values);
  const s = workspace.arena.f64.slice(values.address / 8, values.address / 8 + trunk.degree);
  const tfhe = makeSecretKey(set);
  const { big } = readClientKey(tfhe.serialize(), set);
  using encryptor = createRingEncryptor(library, set, () => tfhe.serialize());
  const exported = bytes.slice();
  const key = makeSwitchingKey(trunk, ring, encryptor, () => exported);
  tfhe.free();
  return { s, big, key, exported, prime: workspace.modulus.p };
}

const keys = makeKeys();

test('the secret of SEAL is -1, 0 and 1, and its bytes are overwritten once the key is made', () => {
  expect([...new Set(keys.s)].sort()).toEqual([-1, 0, 1].sort());
  expect(keys.exported.every((byte) => byte === 0)).toBe(true);
  expect(partCount(trunk, ring)).toBe(4);
  expect(keys.key).toHaveLength(switchingKey_bytes(trunk, ring));
});

test('what a ciphertext of TFHE holds is the constant coefficient of c0 + c1 s, with the modelled error', () => {
  const { s, big, key, prime } = keys;
  const ringSwitch = new RingSwitch(trunk, ring, openRing(ring), key);
  const errors = new Errors();
  for (let repeat = 0; repeat < 256; repeat++) {
    const second = Float64Array.from(s, () => Math.floor(Math.random() * prime) - Math.floor(prime / 2));
    const first = Float64Array.of(Math.floor(Math.random() * prime));
    // X^N is -1, so that s[i] meets c[N - i] with the other sign.
    let phase = BigInt(first[0]!) + BigInt(second[0]!) * BigInt(s[0]!);
    for (let i = 1; i < s.length; i++) phase -= BigInt(second[s.length - i]!) * BigInt(s[i]!);
    const modulo = Number(((phase % BigInt(prime)) + BigInt(prime)) % BigInt(prime));
    const found = phaseOf(ringSwitch.apply({ first, second, prime }), big, 64);
    errors.add(found - torusWords(Float64Array.of(modulo), prime)[0]!, 64);
  }
  // A deviation of 256 samples is off by 4.4% (one deviation).
  const ratio = Math.sqrt(errors.variance / switchVariance(trunk, ring));
  expect(ratio).toBeGreaterThan(0.75);
  expect(ratio).toBeLessThan(1.25);
});

test('a key of another length, or with a residue that is none, is refused', () => {
  const damaged = expect.objectContaining({ code: 'KEY_DAMAGED' }) as Error;
  const { key } = keys;
  expect(() => new RingSwitch(trunk, ring, openRing(ring), key.subarray(1))).toThrow(damaged);
  const residues = key.slice();
  residues.fill(255, 64, 128);
  expect(() => new RingSwitch(trunk, ring, openRing(ring), residues)).toThrow(damaged);
});

test('no secret is asked for where the ring’s modulus has more than 50 bits', () => {
  const insecure = expect.objectContaining({ code: 'PARAMETERS_INSECURE' }) as Error;
  expect(() => inputRing({ ...set, ringModulus_bits: 51 })).toThrow(insecure);
});
