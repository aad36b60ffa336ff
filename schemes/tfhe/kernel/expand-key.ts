/**
 * A seeded evaluation key to what the kernel reads: masks are generated, the bootstrapping key goes to the Fourier domain
 * as [bit][pair][row][column], the keyswitching key is rounded to 32-bit words in tiles of 16 columns.
 *
 * @module
 */
import type { Kernel } from './kernel.ts';
import type { SeededServerKey, SeededWords } from '../wire/key-wire.ts';
import type { SharedMemory } from './memory.ts';
import { bigDimension, type TfheParameters } from '../parameters.ts';
import { RandomStream } from '../wire/random-stream.ts';
import { twiddlesOf } from './twiddles.ts';
import { makeWorkspace, TILE, tilesOf } from './workspace.ts';

/** A key in the kernel's memory. */
export interface Engine {
  readonly address: number;
  readonly set: TfheParameters;
  free(): void;
}

type Words = BigUint64Array | Uint32Array;

/** Bytes that an expanded key takes. */
export function expandedKey_bytes(set: TfheParameters): number {
  return bootstrap_bytes(set) + keyswitch_bytes(set);
}

function bootstrap_bytes(set: TfheParameters): number {
  return set.lweDimension * (set.glweDimension + 1) ** 2 * set.bootstrapLevels * set.polynomialSize * 8;
}

function keyswitch_bytes(set: TfheParameters): number {
  return bigDimension(set) * set.keyswitchLevels * tilesOf(set) * TILE * 4;
}

export function expandKey(key: SeededServerKey, set: TfheParameters, kernel: Kernel, memory: SharedMemory): Engine {
  const twiddles = twiddlesOf(set.polynomialSize);
  const twiddlesAt = memory.allocate(twiddles.values.byteLength);
  memory.doubles(twiddlesAt, twiddles.values.length).set(twiddles.values);
  const bootstrapKey = memory.allocate(bootstrap_bytes(set));
  const keyswitchKey = memory.allocate(keyswitch_bytes(set));
  const record = [
    set.polynomialSize,
    set.glweDimension,
    set.lweDimension,
    set.bootstrapBase_log2,
    set.bootstrapLevels,
    set.keyswitchBase_log2,
    set.keyswitchLevels,
    twiddlesAt,
    twiddlesAt + twiddles.last * 8,
    bootstrapKey,
    keyswitchKey,
  ];
  const address = memory.allocate(record.length * 4);
  memory.words32(address, record.length).set(record);
  expandBootstrap(key.bootstrap, { address, set, kernel, memory, out: bootstrapKey });
  expandKeyswitch(key.keyswitch, set, memory.words32(keyswitchKey, keyswitch_bytes(set) / 4));
  return {
    address,
    set,
    free() {
      for (const part of [address, twiddlesAt, bootstrapKey, keyswitchKey]) memory.free(part);
    },
  };
}

interface Expansion {
  readonly address: number;
  readonly set: TfheParameters;
  readonly kernel: Kernel;
  readonly memory: SharedMemory;
  readonly out: number;
}

function expandBootstrap(key: SeededWords<Words>, { address, set, kernel, memory, out }: Expansion): void {
  const { polynomialSize: size, glweDimension, bootstrapLevels: levels } = set;
  const columns = glweDimension + 1;
  const rows = columns * levels;
  const workspace = makeWorkspace(memory, set, 1);
  const words = memory.allocate(size * 8);
  const polynomial = upperHalves(memory, words, size);
  const stream = new RandomStream(key.seed);
  let body = 0;
  for (let bit = 0; bit < set.lweDimension; bit++) {
    for (let level = levels - 1; level >= 0; level--) {
      for (let row = 0; row < columns; row++) {
        const at = out + ((bit * rows * columns * size) / 4 + (row * levels + level) * columns) * 32;
        for (let column = 0; column < columns; column++) {
          if (column < glweDimension) polynomial.fromStream(stream, key.bodies);
          else polynomial.fromWords(key.bodies, body);
          kernel.transformKey(address, workspace.address, words, at + column * 32, 32 * rows * columns);
        }
        body += size;
      }
    }
  }
  workspace.free();
  memory.free(words);
}

/** A polynomial of 64-bit words in the kernel's memory; words of 32 bits fill their upper halves. */
function upperHalves(memory: SharedMemory, at: number, size: number) {
  const bytes = memory.bytesAt(at, size * 8);
  const words = memory.words64(at, size);
  const halves = memory.words32(at, size * 2);
  const narrow = new Uint32Array(size);
  const widen = (from: Uint32Array): void => {
    for (let j = 0; j < size; j++) {
      halves[2 * j] = 0;
      halves[2 * j + 1] = from[j]!;
    }
  };
  return {
    fromStream(stream: RandomStream, like: Words): void {
      if (like instanceof BigUint64Array) {
        stream.fill(bytes);
      } else {
        stream.fill(new Uint8Array(narrow.buffer));
        widen(narrow);
      }
    },
    fromWords(from: Words, first: number): void {
      if (from instanceof BigUint64Array) words.set(from.subarray(first, first + size));
      else widen(from.subarray(first, first + size));
    },
  };
}

function expandKeyswitch(key: SeededWords<Words>, set: TfheParameters, out: Uint32Array): void {
  const { lweDimension, keyswitchLevels: levels } = set;
  const tiles = tilesOf(set);
  const rows = bigDimension(set) * levels;
  const stream = new RandomStream(key.seed);
  const wide = key.bodies instanceof BigUint64Array;
  const bodies = new Uint32Array(key.bodies.buffer, key.bodies.byteOffset, key.bodies.byteLength / 4);
  const mask = new Uint32Array(lweDimension * (wide ? 2 : 1));
  const row = new Uint32Array(tiles * TILE);
  let body = 0;
  for (let bit = 0; bit < rows / levels; bit++) {
    for (let level = levels - 1; level >= 0; level--) {
      stream.fill(new Uint8Array(mask.buffer));
      if (wide) {
        for (let j = 0; j < lweDimension; j++) row[j] = mask[2 * j + 1]! + (mask[2 * j]! >>> 31);
        row[lweDimension] = bodies[2 * body + 1]! + (bodies[2 * body]! >>> 31);
      } else {
        row.set(mask);
        row[lweDimension] = bodies[body]!;
      }
      body++;
      for (let tile = 0; tile < tiles; tile++) {
        out.set(row.subarray(tile * TILE, (tile + 1) * TILE), (tile * rows + bit * levels + level) * TILE);
      }
    }
  }
}
