/** @module */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { imageBytes, imageValues } from './images.ts';
import { loadMnist, parsePixels } from './mnist.ts';

const { resolve } = createRequire(import.meta.url);

test('every pixel equals JSON.parse and comes back exactly as a byte', () => {
  for (const digit of [1, 5]) {
    const json = readFileSync(resolve(`mnist/src/digits/${digit}.json`));
    const { data } = JSON.parse(json.toString('utf8')) as { data: number[] };
    const pixels = parsePixels(json, 'test');
    expect(pixels).toHaveLength(data.length);
    // Three decimals keep every byte: the value is never further than 1/1000 from byte / 255.
    expect(data.every((value, index) => Math.abs(pixels[index]! / 255 - value) <= 0.001)).toBe(true);
  }
});

test('the split has 8,000 and 2,000 different images of every digit', () => {
  const { training, heldOut } = loadMnist();
  expect([training.count, heldOut.count]).toEqual([8000, 2000]);
  const keys = [training, heldOut].flatMap((set) =>
    Array.from({ length: set.count }, (_, index) => Buffer.from(imageBytes(set, index)).toString('latin1')),
  );
  expect(new Set(keys).size).toBe(10_000);
  const perDigit = new Uint32Array(10);
  for (const set of [training, heldOut]) set.labels.forEach((label) => perDigit[label]!++);
  // The first 10,000 training images of MNIST.
  expect([...perDigit]).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
});

test('pixels count 1/255 and reach from 0 to 1', () => {
  const { heldOut } = loadMnist();
  const values = imageValues(heldOut, 7);
  expect([...values].map((value) => Math.round(value * 255))).toEqual([...imageBytes(heldOut, 7)]);
  expect([Math.min(...values), Math.max(...values)]).toEqual([0, 1]);
});

test.each(['', '{"data":[', '{"data":[]}', '[0,,1]', '[1.5]', '[2]', '[-1]', '[1e0]', '["0"]', '[0,1]', '[0.1.2]', ']['])(
  'refuses the damaged list %j',
  (json) => {
    expect(() => parsePixels(new TextEncoder().encode(json), 'x.json')).toThrow(expect.objectContaining({ code: 'MNIST_DAMAGED' }));
  },
);
