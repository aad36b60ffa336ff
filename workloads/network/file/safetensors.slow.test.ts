/** @module */
import { expect, test } from 'vitest';
import { fuzz, mutateBytes, MUTATIONS } from '../../data/fuzz.fixture.ts';
import { Random } from '../../data/random.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const random = Random.from(1, 'safetensors');
const tensor = (shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => random.uniform(-1, 1)),
});
const sound = writeSafetensors(
  new Map([
    ['weights', tensor([4, 6])],
    ['bias', tensor([4])],
    ['empty', tensor([0, 3])],
  ]),
  { source: 'random' },
);

/** A whole file around a changed header: values of entries become what lengths and shapes must not be. */
function withHeader(change: (header: string) => string): Uint8Array {
  const length = Number(new DataView(sound.buffer).getBigUint64(0, true));
  const header = new TextEncoder().encode(change(new TextDecoder().decode(sound.subarray(8, 8 + length))));
  const bytes = new Uint8Array(8 + header.length + sound.length - 8 - length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(sound.subarray(8 + length), 8 + header.length);
  return bytes;
}

const WORDS = [
  '0',
  '-1',
  '1.5',
  '1e308',
  '4294967295',
  '4294967296',
  '1e999',
  'null',
  '"F32"',
  '"I32"',
  '"C64"',
  '[]',
  '{}',
  '[0,0]',
  `${'['.repeat(500)}${']'.repeat(500)}`,
];

function mutant(): Uint8Array {
  if (random.below(2) === 0) return mutateBytes(sound, random);
  const word = WORDS[random.below(WORDS.length)]!;
  const skipped = random.below(14);
  let seen = 0;
  return withHeader((header) => header.replace(/\d+|"F32"|\[[\d,]*\]/g, (value) => (seen++ === skipped ? word : value)));
}

test('damaged files are refused with a code, or hold finite tensors of their shapes', () => {
  const outcomes = fuzz('safetensors', MUTATIONS, () => {
    const tensors = readSafetensors(mutant());
    for (const { shape, data } of tensors.names.map((name) => tensors.read(name)!)) {
      expect(data).toHaveLength(shape.reduce((product, size) => product * size, 1));
      expect(data.every(Number.isFinite)).toBe(true);
    }
    return 'parsed';
  });
  expect([...outcomes.keys()].sort()).toEqual(
    ['SAFETENSORS_HEADER', 'SAFETENSORS_LAYOUT', 'SAFETENSORS_TRUNCATED', 'SAFETENSORS_TYPE', 'SAFETENSORS_VALUE', 'parsed'].sort(),
  );
});
