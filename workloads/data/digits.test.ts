/** @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDenseClassifier } from '../models/dense-classifier.ts';
import type { Network } from '../network/network.ts';
import { vectorShape } from '../network/shape.ts';
import { digitRanges, loadDigits } from './digits.ts';
import { imageBytes, imageValues } from './images.ts';
import { loadMnist } from './mnist.ts';
import { Random } from './random.ts';
import { idxBytes } from './write-mnist.ts';

const SIDE = 28;
const network: Network = { input: { shape: vectorShape(SIDE ** 2), min: 0, max: 1 }, layers: [loadDenseClassifier()] };
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enigmark-digits-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(set: 't10k' | 'train', images: readonly Uint8Array[], labels: readonly number[]): void {
  writeFileSync(join(folder, `${set}-images-idx3-ubyte`), idxBytes([images.length, SIDE, SIDE], Buffer.concat(images)));
  writeFileSync(join(folder, `${set}-labels-idx1-ubyte`), idxBytes([labels.length], Uint8Array.from(labels)));
}

const source = {
  get dataFolder() {
    return folder;
  },
  pixelsOf: imageValues,
};

test('a folder of digits is said to be nothing else, and ranges stand on the built-in training images', () => {
  const { heldOut } = loadMnist();
  const first = Array.from({ length: 50 }, (_, index) => index);
  write(
    't10k',
    first.map((index) => imageBytes(heldOut, index)),
    first.map((index) => heldOut.labels[index]!),
  );
  const digits = loadDigits(source, 1, network);
  expect(digits.data).toBe('50 images from the t10k files of the folder given');
  expect(digits.calibration).toMatchObject({ words: 'the first 1000 training images' });
  expect(digitRanges('real', source)).toEqual(digitRanges('real'));
});

test('images of another kind, as Fashion-MNIST are, are told from digits; ranges stand on their own training images', () => {
  const random = Random.from(1, 'other images');
  const other = (count: number): readonly Uint8Array[] =>
    Array.from({ length: count }, () => new Uint8Array(SIDE ** 2).map(() => random.below(256)));
  const labels = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index % 10);
  write('t10k', other(30), labels(30));
  const own = other(20);
  write('train', own, labels(20));
  const digits = loadDigits(source, 1, network);
  expect(digits.data).toMatch(/^30 images from .*; the network learned MNIST's digits .* right on \d of 30 .* accuracy is meaningless/);
  expect(digits.calibration.words).toBe('the first 20 training images of the folder');
  expect([...digits.calibration.inputs[3]!]).toEqual(Array.from(own[3]!, (byte) => byte / 255));
});
