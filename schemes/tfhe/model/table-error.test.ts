/** @module */
import { describe, expect, test } from 'vitest';
import type { LookupTable, ValueType } from '../../circuit.ts';
import { tableErrorOf } from './table-error.ts';

/** A linear congruential generator (Knuth's MMIX), so that the simulation repeats. */
function generator(): () => number {
  let state = 1n;
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return (Number(state >> 11n) + 0.5) / 2 ** 53;
  };
}

/** Two normal variables at a time would be quicker; one is simpler (Box and Muller, 1958). */
const normal = (draw: () => number): number => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());

/** The table at a place on a torus that its range fills to half, or as a sign does. */
function lookUp({ min, step, outputs, negacyclic }: LookupTable, value: number): number {
  if (negacyclic) return value < -0.5 ? -Number(outputs[0]) : Number(outputs[0]);
  return Number(outputs[Math.min(Math.max(Math.round((value - min) / step), 0), outputs.length - 1)]);
}

const DRAWS = 200_000;

function simulated(table: LookupTable, rms: number, deviation: number): { readonly rate: number; readonly meanSquare: number } {
  const draw = generator();
  let wrong = 0;
  let squares = 0;
  for (let at = 0; at < DRAWS; at++) {
    const sum = Math.round(normal(draw) * rms);
    const difference = lookUp(table, sum + normal(draw) * deviation) - lookUp(table, sum);
    if (difference !== 0) wrong++;
    squares += difference ** 2;
  }
  return { rate: wrong / DRAWS, meanSquare: squares / DRAWS };
}

const entries = Array.from({ length: 129 }, (_, index) => index - 64);
const table = (of: (entry: number) => number): LookupTable => ({
  min: -64 * 16,
  step: 16,
  outputs: Float64Array.from(entries, of),
  negacyclic: false,
});
const sign: LookupTable = { min: 512, step: 1024, outputs: Float64Array.of(1), negacyclic: true };
const type = (rms: number): ValueType => ({ width: 1, min: -1024, max: 1023, bound: 'calibrated', step: 1, rms });

test.each([
  ['sign', sign, 200, 2],
  ['sign, more noise', sign, 200, 12],
  ['ReLU, noise below an entry', table((entry) => Math.max(entry, 0)), 200, 2],
  ['ReLU, noise of several entries', table((entry) => Math.max(entry, 0)), 200, 60],
  ['square, noise below an entry', table((entry) => entry ** 2), 200, 2],
  ['square, noise of two entries', table((entry) => entry ** 2), 200, 30],
] as const)('%s: near what a simulation of normal sums shows, and seldom below it', (_, of, rms, deviation) => {
  const found = simulated(of, rms, deviation);
  const modelled = tableErrorOf(of, type(rms), deviation);
  expect(modelled.meanSquare / found.meanSquare).toBeGreaterThan(0.9);
  expect(modelled.meanSquare / found.meanSquare).toBeLessThan(4);
  if (found.rate > 0.2) return;
  expect(modelled.rate / found.rate).toBeGreaterThan(0.9);
  expect(modelled.rate / found.rate).toBeLessThan(4);
});

test('no table is wrong without an edge, and none by more than its outputs are apart', () => {
  expect(
    tableErrorOf(
      table(() => 0),
      type(200),
      100,
    ),
  ).toEqual({ rate: 0, meanSquare: 0, jump: 0 });
  const zigzag = tableErrorOf(
    table((entry) => (entry % 2 === 0 ? 0 : 5)),
    type(200),
    500,
  );
  expect(zigzag).toMatchObject({ rate: 1, jump: 5 });
  expect(zigzag.meanSquare).toBeLessThanOrEqual(25);
});

describe('past the ends of a table, where the torus goes on with the opposite of its other end', () => {
  const ramp: LookupTable = { min: 0, step: 1, outputs: Float64Array.from({ length: 256 }, (_, index) => index), negacyclic: false };
  const wrapped = (value: number): number => (value < -0.5 ? -1 : 1) * lookUp(ramp, value < -0.5 ? value + 256 : value);
  const simulate = (sum: (draw: () => number) => number, deviation: number): number => {
    const draw = generator();
    let squares = 0;
    for (let at = 0; at < DRAWS; at++) {
      const right = sum(draw);
      squares += (wrapped(right + normal(draw) * deviation) - wrapped(right)) ** 2;
    }
    return squares / DRAWS;
  };

  test('sums that are often zero are far off where zero is an end, and hardly where it is not', () => {
    const often = (draw: () => number): number => Math.max(0, Math.round(normal(draw) * 60));
    const type: ValueType = { width: 1, min: 0, max: 255, bound: 'calibrated', step: 1, rms: 42 };
    const modelled = tableErrorOf(ramp, type, 2).meanSquare;
    const found = simulate(often, 2);
    expect(modelled / found).toBeGreaterThan(0.9);
    expect(modelled / found).toBeLessThan(4);
    const withRoom: ValueType = { ...type, min: -16, max: 271 };
    expect(tableErrorOf(ramp, withRoom, 2).meanSquare).toBeLessThan(found / 1000);
  });

  test('of sums of unknown spread as many cross as of evenly spread ones', () => {
    const evenly: ValueType = { width: 1, min: 0, max: 255, bound: 'proven', step: 1 };
    const found = simulate((draw) => Math.floor(draw() * 256), 4);
    const both = tableErrorOf(ramp, evenly, 4).meanSquare;
    // Past the upper end the simulation's table keeps its last entry: it wraps at one of two ends.
    expect(both / found).toBeGreaterThan(0.9);
    expect(both / found).toBeLessThan(4);
  });
});
