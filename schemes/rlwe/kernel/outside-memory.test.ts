/** @module */
import { expect, it } from 'vitest';
import { OutsideMemory } from './outside-memory.ts';

const NUMBERS = 1024;

function numbered(first: number): Float64Array {
  return Float64Array.from({ length: NUMBERS }, (_, at) => first + at);
}

it('gives back what was put, to whoever has the buffers', () => {
  const memory = OutsideMemory.ofSize(8 * 3 * NUMBERS);
  const places = [0, 5, 10].map((first) => memory.put(numbered(first))!);
  expect(memory.used_bytes).toBe(8 * 3 * NUMBERS);
  const target = new Float64Array(NUMBERS);
  const other = new OutsideMemory(structuredClone(memory.buffers));
  for (const [at, first] of [0, 5, 10].entries()) {
    other.copy(places[at]!, target);
    expect(target).toEqual(numbered(first));
  }
});

it('takes no more than it was made for', () => {
  const memory = OutsideMemory.ofSize(8 * NUMBERS + 8);
  expect(memory.put(numbered(0))).toBe(0);
  expect(memory.put(numbered(0))).toBe(null);
  expect(OutsideMemory.ofSize(0).put(numbered(0))).toBe(null);
});

it('has room for whole numbers, whatever the bytes', () => {
  const memory = OutsideMemory.ofSize(8 * NUMBERS - 3);
  expect(memory.put(numbered(0))).toBe(0);
  expect(memory.put(numbered(0))).toBe(null);
});

it('lies in several buffers where one would be too large', () => {
  const memory = OutsideMemory.ofSize(2 ** 31);
  expect(memory.buffers.map(({ byteLength }) => byteLength)).toEqual([2 ** 30, 2 ** 30]);
});
