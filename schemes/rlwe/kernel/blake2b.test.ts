import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { Blake2b, parametersId } from './blake2b.ts';
import { loadKernel } from './kernel.ts';
import { Arena } from './memory.ts';
import { seal } from '../evaluate/reference.fixture.ts';

let blake: Blake2b;
let arena: Arena;

beforeAll(async () => {
  arena = new Arena();
  blake = new Blake2b(arena, loadKernel(arena));
});

it.each([0, 1, 3, 127, 128, 129, 256, 1000])('is BLAKE2b of %i bytes', (length) => {
  const message = Uint8Array.from({ length }, (_, i) => (i * 7 + 3) % 256);
  const expected = createHash('blake2b512').update(message).digest('hex');
  expect(Buffer.from(blake.digest(message, 64)).toString('hex')).toBe(expected);
});

describe.each(['ckks', 'bfv', 'bgv'] as const)('%s', (scheme) => {
  it("names every level as SEAL's context does", async () => {
    const library = await seal();
    const parameters = new library.EncryptionParameters(library.SchemeType[scheme]);
    parameters.setPolyModulusDegree(1024);
    const chain = library.CoeffModulus.Create(1024, Int32Array.of(40, 41, 42));
    parameters.setCoeffModulus(chain);
    const t = scheme === 'ckks' ? 0n : 12_289n;
    if (scheme !== 'ckks') parameters.setPlainModulus(new library.Modulus(t));
    const context = new library.SEALContext(parameters, true, library.SecLevelType.none);
    const primes = [0, 1, 2].map((i) => chain.get(i)!.value());
    const id = (limbs: number): bigint[] =>
      Array.from(new BigUint64Array(parametersId(blake, scheme, 1024, primes.slice(0, limbs), t).buffer));
    expect(id(3)).toEqual(Array.from(context.keyParmsId().values() as BigUint64Array));
    expect(id(2)).toEqual(Array.from(context.firstParmsId().values() as BigUint64Array));
    expect(id(1)).toEqual(Array.from(context.lastParmsId().values() as BigUint64Array));
  });
});
