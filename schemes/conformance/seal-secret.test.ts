/** @module */
import { describe, expect, test } from 'vitest';
import { loadScheme } from '../registry.ts';
import type { RlweClientDetails, RlweParameters } from '../rlwe/program/program.ts';
import { createContext, type SealScheme } from '../seal/context.ts';
import { generateKeys } from '../seal/key-generation.ts';
import { clientInstance, evaluatorInstance } from '../seal/runtime.ts';
import { Scope } from '../seal/scope.ts';
import { piecesIn } from './byte-search.ts';
import { builderFor, usualInput } from './circuits/operation-circuits.ts';
import { compiledBy, createSubject } from './subject.ts';

const SCHEMES: readonly SealScheme[] = ['ckks', 'bfv', 'bgv'];

describe.each(SCHEMES)('%s', (id) => {
  test('no piece of the secret key occurs in the keys that an evaluator is given', async () => {
    const scheme = await loadScheme(id);
    const rows = id === 'ckks' ? 1 : 2;
    const subject = createSubject({ scheme, parameters: 'insecure-tiny', shape: { rows, columns: 512 } });
    const builder = builderFor(subject, 'keyed');
    const x = usualInput(builder, subject, 'x', 1);
    const product = builder.multiply(x, x);
    const { client: plan } = compiledBy(subject, [builder.build({ y: builder.rotate(product, 1), z: product })]);
    expect([...plan.keys].sort()).toEqual(['galois', 'relinearization']);

    const { library } = await clientInstance();
    using scope = new Scope();
    const details = plan.details as RlweClientDetails;
    const context = createContext(library, scope, id, plan.parameters as RlweParameters, details.plainModuli[0] ?? null);
    const keys = generateKeys(library, scope, [context], details, plan.parameters as RlweParameters)[0]!;
    const secret = keys.secret.saveToArray(library.ComprModeType.none) as Uint8Array;
    expect(piecesIn(secret, secret)).toBeGreaterThan(1000);
    for (const { kind, payload } of keys.evaluation) {
      // SEAL's objects of one context share a header; behind it no piece may recur.
      expect({ kind, pieces: piecesIn(secret.subarray(128), payload) }).toEqual({ kind, pieces: 0 });
    }
  });
});

test('the library that an evaluator is given has no class that makes keys or decrypts', async () => {
  const [client, evaluator] = [await clientInstance(), await evaluatorInstance()];
  for (const name of ['KeyGenerator', 'SecretKey', 'Decryptor', 'Encryptor']) {
    expect(name in client.library).toBe(true);
    expect(name in evaluator.library).toBe(false);
  }
});
