/**
 * Two threads beside one, in one run: `node schemes/rlwe/kernel/threads.bench.ts [pairs]`. Wants two idle cores: a thread that has to wait for one
 * keeps the other waiting.
 *
 * @module
 */
import { BfvMultiplier } from '../evaluate/base-extension.ts';
import { Chain, type RlweScheme } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { releaseCiphertext } from '../ring/ciphertext.ts';
import { divideByLast } from '../evaluate/divide.ts';
import { addRotations } from '../evaluate/fold.ts';
import { interleaved, print, printHeader } from '../evaluate/interleaved.fixture.ts';
import { loadKernel } from './kernel.ts';
import { readKeys } from '../wire/key-wire.ts';
import { Arena } from './memory.ts';
import { multiply, relinearize } from '../evaluate/multiply.ts';
import { createPeers } from '../evaluate/reference.fixture.ts';
import { rotate } from '../evaluate/rotate.ts';
import { Threads } from './threads.ts';
import { readCiphertexts } from '../wire/wire.ts';

const SETS = [
  ['ckks', 8192, [50, 50]],
  ['ckks', 8192, [50, 50, 50, 50]],
  ['ckks', 16_384, [48, 48, 48, 48, 48, 48, 48, 47, 47]],
  ['bgv', 8192, [50, 50, 50, 50]],
  ['bfv', 8192, [50, 50, 50, 50]],
] as const satisfies readonly (readonly [RlweScheme, number, readonly number[]])[];

const ROTATIONS = [1, 2, 3];
const BUNDLE = 16;

interface Serialized {
  readonly ciphertext: Uint8Array;
  readonly galois: Uint8Array;
  readonly relinearization: Uint8Array;
  readonly plainModulus: bigint | null;
}

type Operations = Readonly<Record<string, () => void>>;

async function operationsOn(
  count: number,
  scheme: RlweScheme,
  degree: number,
  bits: readonly number[],
  from: Serialized,
): Promise<{ readonly operations: Operations; readonly threads: Threads | null }> {
  const arena = new Arena(count > 1);
  const threads = count > 1 ? await Threads.start(arena, count) : null;
  const parameters = { id: 'insecure-bench', degree, modulus_bits: bits };
  const chain = new Chain({
    scheme,
    parameters,
    plainModulus: from.plainModulus,
    arena,
    kernel: threads?.kernel ?? loadKernel(arena),
    threads,
  });
  const limbs = chain.data.length;
  const elements = ROTATIONS.map((by) => chain.elementOf(by));
  const slots = new Map(elements.map((element) => [(element - 1) / 2, limbs]));
  const galois = new Map([...readKeys(from.galois, chain, slots)].map(([slot, key]) => [2 * slot + 1, key]));
  const key = readKeys(from.relinearization, chain, new Map([[0, limbs]])).get(0)!;
  const own = readCiphertexts([from.ciphertext], chain, { limbs, scale: null, polynomials: 2 })[0]!;
  const bfv = scheme === 'bfv' ? new BfvMultiplier(chain) : null;
  bfv?.prepare(limbs);
  const square = (): Ciphertext => bfv?.multiply(own, own) ?? multiply(chain, own, own);
  const product = square();
  const free = (ciphertext: Ciphertext): void => releaseCiphertext(chain, ciphertext);
  const bundle = Array.from({ length: BUNDLE }, () => product);
  const operations: Record<string, () => void> = {
    rotate: () => free(rotate(chain, own, elements[0]!, galois)),
    'two doublings': () => free(addRotations(chain, own, [elements], galois)),
    square: () => free(square()),
    relinearize: () => free(relinearize(chain, product, key, 1, false)),
    [`relinearize ${BUNDLE}`]: () => chain.nestedParallelMap(bundle, (one) => relinearize(chain, one, key, 1, false)).forEach(free),
  };
  if (limbs > 1) operations['divide'] = () => free(divideByLast(chain, own, 1));
  return { operations, threads };
}

const pairs = Number(process.argv[2] ?? 15);
printHeader('one', 'two');
for (const [scheme, degree, bits] of SETS) {
  const { chain, library, generator, encryptor, encode, save } = await createPeers(scheme, degree, bits, 20, false);
  const ciphertext = new library.Ciphertext();
  encryptor.encryptSymmetric(encode(Float64Array.of(1), 1), ciphertext);
  const serialized: Serialized = {
    ciphertext: save(ciphertext),
    galois: save(generator.createGaloisKeysWithSteps(Int32Array.from(ROTATIONS))),
    relinearization: save(generator.createRelinKeys()),
    plainModulus: chain.plain?.value ?? null,
  };
  const [one, two] = [await operationsOn(1, scheme, degree, bits, serialized), await operationsOn(2, scheme, degree, bits, serialized)];
  for (const [name, operation] of Object.entries(one.operations)) {
    print(`${scheme} N=${degree} {${bits.join(',')}}`, name, interleaved({ library: operation, own: two.operations[name]! }, pairs));
  }
  await two.threads?.dispose();
}
