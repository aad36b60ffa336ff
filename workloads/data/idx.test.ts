/** @module */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EnigmarkError } from '../../schemes/errors.ts';
import { readIdxImages, readIdxLabels } from './idx.ts';
import { readTestImages, imageFiles } from './mnist-folder.ts';
import { loadTestImages } from './test-images.ts';

function bigEndian(...words: number[]): number[] {
  return words.flatMap((word) => [word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255]);
}

const pixels = Array.from({ length: 2 * 28 * 28 }, (_, index) => index % 256);
const images = [...bigEndian(0x803, 2, 28, 28), ...pixels];
const labels = [...bigEndian(0x801, 2), 7, 2];

test('reads images and labels', () => {
  expect(readIdxImages(Uint8Array.from(images), 'i')).toEqual({ count: 2, height: 28, width: 28, pixels: Uint8Array.from(pixels) });
  expect([...readIdxLabels(Uint8Array.from(labels), 'l', 10)]).toEqual([7, 2]);
});

describe('damage', () => {
  test.each<[string, string, number[]]>([
    ['an empty file', 'IDX_TRUNCATED', []],
    ['a cut header', 'IDX_TRUNCATED', images.slice(0, 15)],
    ['labels where images belong', 'IDX_MAGIC', [...bigEndian(0x801, 2, 28, 28), ...pixels]],
    ['a little-endian magic number', 'IDX_MAGIC', [3, 8, 0, 0, ...images.slice(4)]],
    ['no images', 'IDX_SIZE', bigEndian(0x803, 0, 28, 28)],
    ['no width', 'IDX_SIZE', bigEndian(0x803, 2, 28, 0)],
    ['an absurd count', 'IDX_SIZE', bigEndian(0x803, 0xffffffff, 28, 28)],
    ['absurd sides', 'IDX_SIZE', bigEndian(0x803, 1, 0xffffffff, 0xffffffff)],
    ['the largest sizes allowed', 'IDX_TRUNCATED', bigEndian(0x803, 10_000_000, 4096, 4096)],
    ['a missing byte', 'IDX_TRUNCATED', images.slice(0, -1)],
    ['a byte too many', 'IDX_TRAILING', [...images, 0]],
  ])('images: %s', (_, code, bytes) => {
    expect(() => readIdxImages(Uint8Array.from(bytes), 'i')).toThrow(expect.objectContaining({ code }));
  });

  test.each<[string, string, number[]]>([
    ['an empty file', 'IDX_TRUNCATED', []],
    ['images where labels belong', 'IDX_MAGIC', images],
    ['no labels', 'IDX_SIZE', bigEndian(0x801, 0)],
    ['an absurd count', 'IDX_SIZE', bigEndian(0x801, 0xffffffff)],
    ['a missing byte', 'IDX_TRUNCATED', labels.slice(0, -1)],
    ['a byte too many', 'IDX_TRAILING', [...labels, 0]],
    ['a label past the last class', 'IDX_LABEL', [...labels.slice(0, -1), 10]],
  ])('labels: %s', (_, code, bytes) => {
    expect(() => readIdxLabels(Uint8Array.from(bytes), 'l', 10)).toThrow(expect.objectContaining({ code }));
  });

  test('any bytes are read or refused with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        for (const read of [() => readIdxImages(bytes, 'i'), () => readIdxLabels(bytes, 'l', 10)]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(EnigmarkError);
          }
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('a folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'enigmark-idx-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (name: string, bytes: number[] | Uint8Array): void => writeFileSync(join(folder, name), Uint8Array.from(bytes));

  test('gives the same images plain and gzipped', () => {
    write('t10k-images-idx3-ubyte', images);
    write('t10k-labels-idx1-ubyte.gz', gzipSync(Uint8Array.from(labels)));
    const read = readTestImages(folder);
    expect(read.count).toBe(2);
    expect([...read.labels]).toEqual([7, 2]);
    expect([...read.pixels]).toEqual(pixels);
    expect(loadTestImages(folder, 1).description).toContain('2 images');
  });

  test.each<[string, string, Record<string, number[] | Uint8Array>]>([
    ['nothing in it', 'IDX_MISSING', {}],
    ['no labels', 'IDX_MISSING', { 't10k-images-idx3-ubyte': images }],
    ['other sizes', 'IDX_SIZE', { 't10k-images-idx3-ubyte': [...bigEndian(0x803, 1, 2, 2), 0, 0, 0, 0], 't10k-labels-idx1-ubyte': labels }],
    ['another count', 'IDX_COUNT', { 't10k-images-idx3-ubyte': images, 't10k-labels-idx1-ubyte': [...bigEndian(0x801, 1), 7] }],
    ['no gzip file', 'IDX_GZIP', { 't10k-images-idx3-ubyte.gz': images }],
    ['a cut gzip file', 'IDX_GZIP', { 't10k-images-idx3-ubyte.gz': gzipSync(Uint8Array.from(images)).subarray(0, -9) }],
    [
      'a gzip file that unpacks past the limit',
      'IDX_GZIP',
      { 't10k-images-idx3-ubyte.gz': gzipSync(new Uint8Array(2 ** 28 + 1), { level: 1 }) },
    ],
  ])('with %s is refused', (_, code, files) => {
    for (const [name, bytes] of Object.entries(files)) write(name, bytes);
    expect(() => readTestImages(folder)).toThrow(expect.objectContaining({ code }));
  });

  test.each<[string, (path: string) => void]>([
    ['a folder in the place of a file', (path) => mkdirSync(path)],
    ['a link to itself', (path) => symlinkSync(path, path)],
    ['a link to nothing', (path) => symlinkSync(join(folder, 'nothing'), path)],
    ['a pipe that nobody writes to', (path) => execFileSync('mkfifo', [path])],
  ])('with %s is refused, and read by nobody', (_, make) => {
    for (const name of ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte']) make(join(folder, name));
    expect(() => readTestImages(folder)).toThrow(expect.objectContaining({ code: 'IDX_MISSING' }));
    expect(imageFiles(folder)).toEqual([]);
  });

  test('that does not exist is refused', () => {
    expect(() => loadTestImages(join(folder, 'none'), 1)).toThrow(expect.objectContaining({ code: 'IDX_MISSING' }));
  });
});

test('the seed alone steers the order of the built-in test images', () => {
  const [first, again, other] = [1, 1, 2].map((seed) => loadTestImages(null, seed).images);
  expect(first!.labels).toEqual(again!.labels);
  expect(first!.labels).not.toEqual(other!.labels);
  expect(first!.labels.toSorted()).toEqual(other!.labels.toSorted());
});
