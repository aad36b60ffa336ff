/** @module */
import { expect, test } from 'vitest';
import { imageBytes, imageValues } from './images.ts';
import { loadMnist, readBuiltInImages } from './mnist.ts';
import { readMnistPackage } from './write-mnist.ts';

test('the built-in images are those of the mnist package, in its order', () => {
  const [builtIn, fromPackage] = [readBuiltInImages(), readMnistPackage()];
  expect([builtIn.count, builtIn.pixelsPerImage]).toEqual([10_000, 784]);
  expect([fromPackage.count, fromPackage.pixelsPerImage]).toEqual([10_000, 784]);
  expect(Buffer.compare(builtIn.pixels, fromPackage.pixels)).toBe(0);
  expect(Buffer.compare(builtIn.labels, fromPackage.labels)).toBe(0);
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
