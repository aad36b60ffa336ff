import { describe, expect, it } from 'vitest';
import { BfvMultiplier } from './base-extension.ts';
import type { Chain, RlweScheme } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { divideByLast } from './divide.ts';
import type { SwitchingKey } from '../wire/key-wire.ts';
import { readKeys } from '../wire/key-wire.ts';
import { ciphertextReferences, lowerView } from './lower-view.ts';
import { add, multiply, relinearize } from './multiply.ts';
import { addPlain, Encoder } from './plaintext.ts';
import type { Peers } from './reference.fixture.ts';
import { createPeers, randomSource } from './reference.fixture.ts';
import { addRotations, fold } from './fold.ts';
import { rotate } from './rotate.ts';
import type { PreparedTerm } from './transform.ts';
import { transform } from './transform.ts';
import { readCiphertexts, writeCiphertext } from '../wire/wire.ts';
import { multiplyMatrix, prepareMatrix } from './matrix-product.ts';

const STEPS = [1, 2, 3, 4, 5, 6, 7, 8, 16, 24, 0];
const SCALE = 2 ** 35;

interface Setting extends Peers {
  readonly scheme: RlweScheme;
  readonly galois: ReadonlyMap<number, SwitchingKey>;
  readonly relinearization: SwitchingKey;
  readonly columns: number;
  readonly t: number;
  encrypt(values: Float64Array): { readonly own: Ciphertext; readonly values: Float64Array };
  expectSlots(own: Ciphertext, expected: (slot: number) => number, tolerance?: number): void;
  slots(random: () => number): Float64Array;
}

async function createSetting(scheme: RlweScheme, degree: number, bits: readonly number[]): Promise<Setting> {
  const peers = await createPeers(scheme, degree, bits);
  const { chain, generator, encryptor, decryptor, library, save, load, encode, decode } = peers;
  const steps = scheme === 'ckks' ? STEPS.slice(0, -1) : STEPS;
  const galoisBytes = save(generator.createGaloisKeysSerializableWithSteps(Int32Array.from(steps)));
  const wanted = new Map(steps.map((step) => [(chain.elementOf(step) - 1) / 2, chain.data.length]));
  const galois = new Map([...readKeys(galoisBytes, chain, wanted)].map(([slot, key]) => [2 * slot + 1, key]));
  const relinearization = readKeys(save(generator.createRelinKeysSerializable()), chain, new Map([[0, chain.data.length]])).get(0)!;
  const real = scheme === 'ckks';
  const slots = real ? degree / 2 : degree;
  const t = Number(chain.plain?.value ?? 0n);
  return {
    ...peers,
    scheme,
    galois,
    relinearization,
    columns: degree / 2,
    t,
    slots: (random) => Float64Array.from({ length: slots }, () => (real ? random() / 2 ** 31 - 1 : (random() % 401) - 200)),
    encrypt(values) {
      const bytes = save(encryptor.encryptSymmetricSerializable(encode(values, SCALE)));
      return { own: readCiphertexts([bytes], chain, { limbs: chain.data.length, scale: real ? SCALE : null, polynomials: 2 })[0]!, values };
    },
    expectSlots(own, expected, tolerance = 1e-4) {
      const plain = new library.Plaintext();
      const loaded = load(writeCiphertext(own, chain));
      if (!real) expect(decryptor.invariantNoiseBudget(loaded)).toBeGreaterThan(0);
      decryptor.decrypt(loaded, plain);
      const got = decode(plain);
      let worst = 0;
      for (let slot = 0; slot < slots; slot++) {
        const want = expected(slot);
        if (real) worst = Math.max(worst, Math.abs(got[slot]! - want));
        else if ((got[slot]! - want) % t !== 0) worst = Infinity;
      }
      expect(worst).toBeLessThan(tolerance);
    },
  };
}

/** Slot that a rotation by `step` columns brings to `slot`. */
function moved(setting: Setting, slot: number, step: number): number {
  const { columns } = setting;
  return Math.floor(slot / columns) * columns + ((slot + step) % columns);
}

/** BFV products leave noise above t, CKKS's scale squares: the settings have room for one of each. */
const SETTINGS = [
  ['ckks', 1024, [50, 45, 40, 50]],
  ['ckks', 2048, [45, 40, 36, 50]],
  ['bgv', 1024, [50, 49, 48, 47, 46, 50]],
  ['bfv', 2048, [50, 45, 40, 50]],
  ['bfv', 1024, [50, 49, 48, 47, 46, 50]],
] as const;

describe.each(SETTINGS)('%s, n = %i, %j', (scheme, degree, bits) => {
  it('rotates, alone and in folds', async () => {
    const setting = await createSetting(scheme, degree, bits);
    const { chain, galois } = setting;
    const { own, values } = setting.encrypt(setting.slots(randomSource(1)));
    for (const step of [1, 5, 24]) {
      const rotated = rotate(chain, own, chain.elementOf(step), galois);
      setting.expectSlots(rotated, (slot) => values[moved(setting, slot, step)]!);
    }
    if (scheme !== 'ckks') {
      setting.expectSlots(rotate(chain, own, chain.elementOf(0), galois), (slot) => values[(slot + degree / 2) % degree]!);
    }
    const lower = lowerView(own, chain.data.length - 1, ciphertextReferences(chain));
    if (scheme === 'ckks')
      setting.expectSlots(rotate(chain, lower, chain.elementOf(3), galois), (slot) => values[moved(setting, slot, 3)]!);
    const sumOf = (slot: number, steps: readonly number[]): number =>
      steps.reduce((sum, step) => sum + values[moved(setting, slot, step)]!, 0);
    // Keys for 1, 2, 3 and 4 to 7 are there: three doublings are one sum; 8, 16 and 24 make another of two.
    setting.expectSlots(fold(chain, own, [1, 2, 4], galois), (slot) => sumOf(slot, [0, 1, 2, 3, 4, 5, 6, 7]));
    const all = Array.from({ length: 32 }, (_, i) => i);
    setting.expectSlots(fold(chain, own, [16, 8, 4, 2, 1], galois), (slot) => sumOf(slot, all));
    const elements = [1, 2, 3, 4, 5, 6, 7, 8, 16, 24].map((step) => chain.elementOf(step));
    setting.expectSlots(addRotations(chain, own, [elements], galois), (slot) => sumOf(slot, [0, 1, 2, 3, 4, 5, 6, 7, 8, 16, 24]));
  });

  it('multiplies, relinearises and divides', async () => {
    const setting = await createSetting(scheme, degree, bits);
    const { chain, relinearization } = setting;
    const random = randomSource(2);
    const a = setting.encrypt(setting.slots(random));
    const b = setting.encrypt(setting.slots(random));
    const bfv = scheme === 'bfv' ? new BfvMultiplier(chain) : null;
    bfv?.prepare(chain.data.length);
    const times = (x: Ciphertext, y: Ciphertext): Ciphertext => bfv?.multiply(x, y) ?? multiply(chain, x, y);
    const squared = (slot: number): number => a.values[slot]! ** 2;
    const multiplied = (slot: number): number => a.values[slot]! * b.values[slot]!;
    const square = times(a.own, a.own);
    const product = times(a.own, b.own);
    setting.expectSlots(square, squared);
    setting.expectSlots(product, multiplied);
    const divisor = chain.data.at(-1)!.p;
    const scale = scheme === 'ckks' ? SCALE ** 2 / divisor : 1;
    const relinearized = relinearize(chain, square, relinearization, square.scale, false);
    setting.expectSlots(relinearized, squared);
    const divided = divideByLast(chain, relinearized, scale);
    setting.expectSlots(divided, squared);
    const merged = relinearize(chain, product, relinearization, scale, true);
    setting.expectSlots(merged, multiplied);
    expect(merged.correction).toBe(divided.correction);
    setting.expectSlots(add(chain, merged, divided, 1), (slot) => multiplied(slot) + squared(slot));
    setting.expectSlots(add(chain, relinearized, product, -1), (slot) => squared(slot) - multiplied(slot));
    setting.expectSlots(add(chain, product, relinearized, 1), (slot) => squared(slot) + multiplied(slot));
    if (scheme === 'bgv') {
      // Different correction factors meet.
      const low = divideByLast(chain, a.own, 1);
      setting.expectSlots(
        add(chain, lowerView(b.own, chain.data.length - 1, ciphertextReferences(chain)), low, 1),
        (slot) => b.values[slot]! + a.values[slot]!,
      );
    }
  });

  it('adds plaintexts', async () => {
    const setting = await createSetting(scheme, degree, bits);
    const { chain } = setting;
    const random = randomSource(3);
    const { own, values } = setting.encrypt(setting.slots(random));
    const added = setting.slots(random);
    const encoder = new Encoder(chain);
    const scale = scheme === 'ckks' ? SCALE : null;
    setting.expectSlots(addPlain(chain, own, encoder.addend(added, scale, chain.data.length, 1n)), (slot) => values[slot]! + added[slot]!);
    const low = divideByLast(chain, own, scheme === 'ckks' ? SCALE / chain.data.at(-1)!.p : 1);
    // Constants are added by matrices: of one entry, product by product, and of many in the kernel.
    for (const times of [1, 6]) {
      const rows = [{ columns: new Uint32Array(times).map((_, at) => at), weights: Array<bigint>(times).fill(1n) }];
      const raised = (of: Ciphertext, by: number, at: number | null, limbs: number): Ciphertext => {
        const addends = (correction: bigint): bigint[] => [encoder.constantAddend(by, at, limbs, correction)];
        return multiplyMatrix(chain, prepareMatrix(chain, rows, times, addends), Array<Ciphertext>(times).fill(of), of.scale)[0]!;
      };
      setting.expectSlots(raised(own, -3, scale, chain.data.length), (slot) => times * values[slot]! - 3);
      if (scheme !== 'ckks') setting.expectSlots(raised(low, -77, null, chain.data.length - 1), (slot) => times * values[slot]! - 77);
    }
  });

  it('transforms in baby and giant steps', async () => {
    const setting = await createSetting(scheme, degree, bits);
    const { chain, galois } = setting;
    const random = randomSource(4);
    const inputs = [setting.encrypt(setting.slots(random)), setting.encrypt(setting.slots(random))];
    const encoder = new Encoder(chain);
    const plainScale = scheme === 'ckks' ? 2 ** 24 : null;
    for (const steps of [
      [
        [0, 0],
        [1, 0],
        [2, 0],
        [3, 0],
      ],
      [
        [0, 0],
        [1, 0],
        [0, 8],
        [1, 8],
        [3, 16],
      ],
      [[0, 0]],
      [
        [1, 8],
        [2, 16],
      ],
      [
        [0, 8],
        [5, 8],
        [0, 16],
      ],
    ] as const) {
      const plains: Float64Array[] = [];
      const terms = steps.flatMap(([baby, giant]) =>
        [0, 1].map((from): PreparedTerm => {
          const plain = Float64Array.from({ length: degree / 2 }, () =>
            scheme === 'ckks' ? random() / 2 ** 31 - 1 : (random() % 21) - 10,
          );
          const slots = scheme === 'ckks' ? plain : Float64Array.from({ length: degree }, (_, i) => plain[i % (degree / 2)]!);
          plains.push(slots);
          const moduli = baby === 0 ? chain.data : chain.extended(chain.data.length);
          const elements = { baby: baby === 0 ? 1 : chain.elementOf(baby), giant: giant === 0 ? 1 : chain.elementOf(giant) };
          return { from, ...elements, plain: encoder.factor(slots, plainScale, moduli) };
        }),
      );
      const expected = (slot: number): number =>
        steps.reduce((sum, [baby, giant], at) => {
          const at_ = moved(setting, slot, giant);
          return (
            sum + [0, 1].reduce((part, from) => part + plains[2 * at + from]![at_]! * inputs[from]!.values[moved(setting, at_, baby)]!, 0)
          );
        }, 0);
      const owns = inputs.map(({ own }) => own);
      const scale = scheme === 'ckks' ? SCALE * plainScale! : 1;
      const [result] = transform(chain, owns, [terms], galois, scale, false) as [Ciphertext];
      setting.expectSlots(result, expected, 1e-3);
      const rescaled = scheme === 'ckks' ? scale / chain.data.at(-1)!.p : 1;
      const [divided] = transform(chain, owns, [terms], galois, rescaled, true) as [Ciphertext];
      setting.expectSlots(divided, expected, scheme === 'ckks' ? 0.1 : 1e-3);
    }
  });
});

it('leaves nothing behind but its results', async () => {
  const setting = await createSetting('ckks', 1024, [50, 45, 40, 50]);
  const { chain, galois } = setting;
  const { own } = setting.encrypt(setting.slots(randomSource(5)));
  const release = (c: Chain, ciphertext: Ciphertext): void => {
    for (const residues of ciphertext.polynomials.flat()) c.ring.release(residues);
  };
  // Tables of automorphisms are made once and stay.
  release(chain, fold(chain, own, [1, 2, 4, 8], galois));
  const before = chain.arena.live_bytes;
  for (let run = 0; run < 5; run++) release(chain, fold(chain, own, [1, 2, 4, 8], galois));
  expect(chain.arena.live_bytes).toBe(before);
});
