/**
 * Our operations beside node-seal's, in one run: `node schemes/rlwe/evaluate/operations.bench.ts [pairs] [part of a set's name]`.
 *
 * @module
 */
import { BfvMultiplier } from './base-extension.ts';
import type { RlweScheme } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { releaseCiphertext } from '../ring/ciphertext.ts';
import { divideByLast } from './divide.ts';
import { interleaved, print, printHeader, type Contenders } from './interleaved.fixture.ts';
import { readKeys } from '../wire/key-wire.ts';
import { multiply, relinearize } from './multiply.ts';
import { createPeers } from './reference.fixture.ts';
import { addRotations } from './fold.ts';
import { rotate } from './rotate.ts';
import { readCiphertexts } from '../wire/wire.ts';

const SETS = [
  ['ckks', 8192, [50, 50]],
  ['ckks', 8192, [50, 50, 50]],
  ['ckks', 8192, [50, 50, 50, 50]],
  ['ckks', 8192, [43, 43, 43, 42, 43]],
  ['ckks', 8192, [38, 38, 32, 32, 32, 42]],
  ['ckks', 16_384, [48, 48, 48, 48, 48, 48, 48, 47, 47]],
  ['bgv', 8192, [50, 50, 50, 50]],
  ['bfv', 8192, [50, 50, 50, 50]],
  ['bfv', 8192, [43, 43, 43, 42, 43]],
] as const satisfies readonly (readonly [RlweScheme, number, readonly number[]])[];

const ROTATIONS = [1, 2, 3, 4, 5, 6, 7];

async function contenders(scheme: RlweScheme, degree: number, bits: readonly number[]): Promise<Record<string, Contenders>> {
  const { chain, library, generator, encryptor, evaluator, encode, save } = await createPeers(scheme, degree, bits, 20, false);
  const limbs = chain.data.length;
  const real = scheme === 'ckks';
  const scale = 2 ** 20;
  const seal = new library.Ciphertext();
  encryptor.encryptSymmetric(
    encode(
      Float64Array.from({ length: 1000 }, (_, i) => i % 100),
      scale,
    ),
    seal,
  );
  const own = readCiphertexts([save(seal)], chain, { limbs, scale: real ? scale : null, polynomials: 2 })[0]!;
  const galoisKeys = generator.createGaloisKeysWithSteps(Int32Array.from(ROTATIONS));
  const relinKeys = generator.createRelinKeys();
  const elements = ROTATIONS.map((by) => chain.elementOf(by));
  const slots = new Map(elements.map((element) => [(element - 1) / 2, limbs]));
  const galois = new Map([...readKeys(save(galoisKeys), chain, slots)].map(([slot, key]) => [2 * slot + 1, key]));
  const key = readKeys(save(relinKeys), chain, new Map([[0, limbs]])).get(0)!;
  const bfv = scheme === 'bfv' ? new BfvMultiplier(chain) : null;
  bfv?.prepare(limbs);
  const times = (a: Ciphertext): Ciphertext => bfv?.multiply(a, a) ?? multiply(chain, a, a);
  const free = (ciphertext: Ciphertext): void => releaseCiphertext(chain, ciphertext);
  const target = new library.Ciphertext();
  const product = new library.Ciphertext();
  evaluator.square(seal, product);
  const ownProduct = times(own);
  const found: Record<string, Contenders> = {
    rotate: {
      library: () => evaluator.applyGalois(seal, elements[0]!, galoisKeys, target),
      own: () => free(rotate(chain, own, elements[0]!, galois)),
    },
    '7 rotations, hoisted and summed': {
      library: () => {
        for (const element of elements) evaluator.applyGalois(seal, element, galoisKeys, target);
      },
      own: () => free(addRotations(chain, own, [elements], galois)),
    },
    square: { library: () => evaluator.square(seal, target), own: () => free(times(own)) },
    relinearize: {
      library: () => evaluator.relinearize(product, relinKeys, target),
      own: () => free(relinearize(chain, ownProduct, key, 1, false)),
    },
  };
  if (limbs > 1) {
    const divide = (): void => (real ? evaluator.rescaleToNext(seal, target) : evaluator.cipherModSwitchToNext(seal, target));
    found['divide'] = { library: divide, own: () => free(divideByLast(chain, own, 1)) };
    found['square, relinearize, divide'] = {
      library: () => {
        evaluator.square(seal, target);
        evaluator.relinearizeInplace(target, relinKeys);
        if (real) evaluator.rescaleToNextInplace(target);
        else evaluator.cipherModSwitchToNextInplace(target);
      },
      own: () => {
        const squared = times(own);
        free(relinearize(chain, squared, key, 1, true));
        free(squared);
      },
    };
  }
  return found;
}

const pairs = Number(process.argv[2] ?? 15);
const wanted = process.argv[3] ?? '';
printHeader();
for (const [scheme, degree, bits] of SETS) {
  const name = `${scheme} N=${degree} {${bits.join(',')}}`;
  if (!name.includes(wanted)) continue;
  for (const [operation, contender] of Object.entries(await contenders(scheme, degree, bits))) {
    print(name, operation, interleaved(contender, pairs));
  }
}
