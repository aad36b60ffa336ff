/** @module */
import { expect, test } from 'vitest';
import { fuzz, mutateBytes, MUTATIONS } from './fuzz.fixture.ts';
import { readIdxImages, readIdxLabels } from './idx.ts';
import { Random } from './random.ts';

const random = Random.from(1, 'IDX');

/** A file as LeCun's page lays it out: magic number and sizes, big endian, then bytes. */
function file(magic: number, sizes: readonly number[], most: number): Uint8Array {
  const elements = sizes.reduce((product, size) => product * size, 1);
  const bytes = new Uint8Array(4 + 4 * sizes.length + elements);
  const view = new DataView(bytes.buffer);
  [magic, ...sizes].forEach((word, at) => view.setUint32(4 * at, word));
  for (let at = bytes.length - elements; at < bytes.length; at++) bytes[at] = random.below(most);
  return bytes;
}

test('damaged images are refused with a code, or are as many as they say', () => {
  const sound = file(0x803, [3, 9, 7], 256);
  const outcomes = fuzz('IDX images', MUTATIONS, () => {
    const { count, height, width, pixels } = readIdxImages(mutateBytes(sound, random), 'images');
    expect(pixels).toHaveLength(count * height * width);
    return 'parsed';
  });
  // All four refusals and the parse are met, so the mutations reach behind the first check.
  expect([...outcomes.keys()].sort()).toEqual(['IDX_MAGIC', 'IDX_SIZE', 'IDX_TRAILING', 'IDX_TRUNCATED', 'parsed']);
});

test('damaged labels are refused with a code, or are labels', () => {
  const sound = file(0x801, [120], 10);
  const outcomes = fuzz('IDX labels', MUTATIONS, () => {
    const labels = readIdxLabels(mutateBytes(sound, random), 'labels', 10);
    expect(labels.every((label) => label < 10)).toBe(true);
    return 'parsed';
  });
  expect([...outcomes.keys()].sort()).toEqual(['IDX_LABEL', 'IDX_MAGIC', 'IDX_SIZE', 'IDX_TRAILING', 'IDX_TRUNCATED', 'parsed']);
});
