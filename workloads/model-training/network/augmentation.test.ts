/** @module */
import { expect, test } from 'vitest';
import { Random } from '../../data/random.ts';
import { type Augmentation, Augmenter } from './augmentation.ts';

const SIDE = 9;
const none: Augmentation = { rotation_degrees: 0, scaling: 0, shear: 0, shift_pixels: 0, elastic_pixels: 0 };
const image = new Float64Array(SIDE * SIDE).map((_, index) => ((index * 37) % 101) / 100);

function copyOf(source: Float64Array, augmentation: Augmentation, random = Random.from(1)): Float64Array {
  const copy = new Float64Array(SIDE * SIDE);
  new Augmenter(augmentation, SIDE, random).draw(source, copy);
  return copy;
}

test('nothing asked for, nothing changed', () => {
  copyOf(image, none).forEach((value, index) => expect(value).toBeCloseTo(image[index]!, 12));
});

test('a shift reads from as far away, between pixels by shares, black outside', () => {
  const random = Random.from(5);
  for (let draws = 0; draws < 4; draws++) random.uniform();
  const shiftX = random.uniform(-3, 3);
  const shiftY = random.uniform(-3, 3);
  // The same stream, read from its start by the augmenter: four other factors, then both shifts.
  const copy = copyOf(image, { ...none, shift_pixels: 3 }, Random.from(5));
  const pixel = (y: number, x: number): number => (y < 0 || y >= SIDE || x < 0 || x >= SIDE ? 0 : image[y * SIDE + x]!);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [top, left] = [Math.floor(y + shiftY), Math.floor(x + shiftX)];
      const [below, right] = [y + shiftY - top, x + shiftX - left];
      const upper = (1 - right) * pixel(top, left) + right * pixel(top, left + 1);
      const lower = (1 - right) * pixel(top + 1, left) + right * pixel(top + 1, left + 1);
      expect(copy[y * SIDE + x]).toBeCloseTo((1 - below) * upper + below * lower, 12);
    }
  }
});

test.each<[keyof Augmentation, number]>([
  ['rotation_degrees', 10],
  ['scaling', 0.1],
  ['shear', 0.1],
  ['elastic_pixels', 1],
])('%s changes the image, leaves values from 0 to 1, and depends on the seed alone', (name, size) => {
  const augmentation = { ...none, [name]: size };
  const copy = copyOf(image, augmentation);
  expect(copy).not.toEqual(image);
  expect(copy.every((value) => value >= 0 && value <= 1)).toBe(true);
  expect(copyOf(image, augmentation)).toEqual(copy);
  expect(copyOf(image, augmentation, Random.from(2))).not.toEqual(copy);
});

test('a small turn keeps the middle and moves the rim', () => {
  const turned = copyOf(image, { ...none, rotation_degrees: 10 });
  const middle = (SIDE * SIDE - 1) / 2;
  expect(turned[middle]).toBeCloseTo(image[middle]!, 12);
  expect(turned[0]).not.toBeCloseTo(image[0]!, 3);
});
