/** @module */
import { expect, test } from 'vitest';
import type { Circuit } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { randomInputs, uniforms } from '../../conformance/circuits/random-values.ts';
import { Parties } from '../../conformance/parties.ts';
import { compiledBy, createSubject } from '../../conformance/subject.ts';
import { openAny } from '../../envelope.ts';
import { adapters } from '../evaluate/own-kernels.fixture.ts';
import type { RlweScheme } from '../ring/chain.ts';

const DEGREE = 8192;
/** Header of the seed's record, its kind, and the seed. */
const SEED_RECORD_BYTES = 16 + 1 + 64;

function square(id: RlweScheme): Circuit {
  const step = id === 'ckks' ? null : 1;
  const build = new CircuitBuilder('c', { rows: id === 'ckks' ? 1 : 2, columns: 4096 }, step);
  const x = build.input('x', 3, { min: -1, max: 1 }, step);
  return build.build({ y: build.multiply(x, x) });
}

/** Bits of the largest residue of every limb of a seeded ciphertext. */
function residueBits(payload: Uint8Array, limbs: number): number[] {
  const from = payload.length - SEED_RECORD_BYTES - 8 * DEGREE * limbs;
  const words = new BigUint64Array(payload.slice(from, from + 8 * DEGREE * limbs).buffer);
  return Array.from({ length: limbs }, (_, limb) => {
    const residues = words.subarray(limb * DEGREE, (limb + 1) * DEGREE);
    return residues.reduce((largest, residue) => (residue > largest ? residue : largest), 0n).toString(2).length;
  });
}

test.each<RlweScheme>(['ckks', 'bfv', 'bgv'])(
  '%s: packed inputs take the bits that residues on the wire have, and one seed',
  async (id) => {
    const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns: 4096 };
    const subject = createSubject({ scheme: adapters[id], parameters: 'default', shape, kernels: 'library' });
    const circuits = [square(id)];
    const compiled = compiledBy(subject, circuits);
    const { packed, input } = compiled.estimate.bytes;
    await using parties = await Parties.open(adapters[id], compiled, circuits);
    const sent = await parties.client.encrypt('x', randomInputs(circuits, subject.slots, uniforms(1))['x']!);
    const payloads = sent.map((bytes) => openAny(bytes, compiled.id).payload);
    const limbs = Math.floor((payloads[0]!.length - SEED_RECORD_BYTES) / (8 * DEGREE));
    const bits = payloads.map((payload) => residueBits(payload, limbs)).flat();
    expect(packed!.input).toBe((DEGREE * bits.reduce((sum, one) => sum + one, 0)) / 8 + 64);
    expect(packed!.input).toBeLessThan(input);
    // Words of 64 bits hold residues of more than 32.
    expect(packed!.input).toBeGreaterThan(input / 2);
  },
);
