/** @module */
import { beforeAll, describe, expect, it } from 'vitest';
import { EnigmarkError } from '../../errors.ts';
import { createPeers, randomSource, type Peers } from '../evaluate/reference.fixture.ts';
import type { NeededKeys } from '../program/program.ts';
import type { SwitchingKey } from './key-wire.ts';
import { readKeys } from './key-wire.ts';
import { seededCiphertext_bytes } from './seal-layout.ts';
import { keyShape, restoreKeys, trimKeys, type KeyShape } from './trimmed-keys.ts';

const N = 1024;
const needed: NeededKeys = {
  relinearization: 2,
  rotations: [
    [0, 1],
    [3, 2],
    [17, 3],
  ],
};

let peers: Peers;
let whole: Uint8Array;
let shape: KeyShape;
let trimmed: Uint8Array;
beforeAll(async () => {
  peers = await createPeers('bgv', N, [40, 50, 41, 42]);
  whole = peers.save(peers.generator.createGaloisKeysSerializableWithSteps(Int32Array.from(needed.rotations, ([by]) => by)));
  shape = keyShape('galois', needed, N, 4);
  trimmed = trimKeys(whole, shape);
});

/** Residues of keys as they are read. */
function numbersOf(keys: ReadonlyMap<number, SwitchingKey>): readonly unknown[] {
  const { arena } = peers.chain;
  return [...keys].map(([slot, { limbs, pairs }]) => [
    ...[slot, limbs],
    pairs.flat().map(({ first, second }) => [first, second].map(({ address }) => [...arena.f64.subarray(address / 8, address / 8 + N)])),
  ]);
}

describe('trimmed keys', () => {
  it('take digits and residues of their levels alone', () => {
    const left = needed.rotations.reduce((sum, [, limbs]) => sum + limbs * seededCiphertext_bytes(N, limbs + 1), 0);
    const counts = whole.length - 3 * 3 * seededCiphertext_bytes(N, 4);
    expect(trimmed.length).toBe(counts + left);
    expect(trimmed.length).toBeLessThan(0.6 * whole.length);
  });

  it('read as the whole ones do where they are used', () => {
    const restored = restoreKeys(trimmed, shape);
    expect(restored.length).toBe(whole.length);
    expect(numbersOf(readKeys(restored, peers.chain, shape.limbs))).toEqual(numbersOf(readKeys(whole, peers.chain, shape.limbs)));
  });

  it('of all levels are the whole ones, byte for byte', () => {
    const every = { ...needed, rotations: needed.rotations.map(([by]) => [by, 3] as const) };
    const all = keyShape('galois', every, N, 4);
    expect(Buffer.compare(trimKeys(whole, all), whole)).toBe(0);
    expect(Buffer.compare(restoreKeys(whole, all), whole)).toBe(0);
  });

  it('are loaded by SEAL, for relinearisation too', () => {
    const { library, context, save, generator } = peers;
    const galois = new library.GaloisKeys();
    galois.loadFromArray(context, restoreKeys(trimmed, shape));
    const one = keyShape('relinearization', needed, N, 4);
    const relinearization = new library.RelinKeys();
    relinearization.loadFromArray(context, restoreKeys(trimKeys(save(generator.createRelinKeysSerializable()), one), one));
    expect([galois.size(), relinearization.size()]).toEqual([3, 1]);
    galois.delete();
    relinearization.delete();
  });

  it('that are damaged are refused, or read as other keys', () => {
    const random = randomSource(5);
    const refused = (bytes: Uint8Array): string | null => {
      try {
        readKeys(restoreKeys(bytes, shape), peers.chain, shape.limbs);
        return null;
      } catch (error) {
        if (error instanceof EnigmarkError) return error.code;
        throw error;
      }
    };
    expect(refused(trimmed.subarray(0, trimmed.length - 1))).toBe('KEY_DAMAGED');
    expect(refused(trimmed.subarray(0, 20))).toBe('KEY_DAMAGED');
    expect(refused(Buffer.concat([trimmed, Uint8Array.of(0)]))).toBe('KEY_DAMAGED');
    for (let run = 0; run < 60; run++) {
      const bad = trimmed.slice(0, random() % 4 === 0 ? random() % trimmed.length : trimmed.length);
      for (let flips = random() % 20; flips >= 0; flips--) if (bad.length > 0) bad[random() % Math.min(bad.length, 9000)] = random() % 256;
      refused(bad);
    }
  });
});
