/** @module */
import { expect, test } from 'vitest';
import { durationOption, formatDuration, formatRoughly, parseDuration } from './duration.ts';

test.each([
  ['500ms', 5e8],
  ['30s', 3e10],
  ['10m', 6e11],
  ['1.5h', 5.4e12],
  [' 1s ', 1e9],
  ['10', null],
  ['s', null],
  ['-1s', null],
  ['1d', null],
  ['1e3s', null],
])('%j is %j ns', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});

test.each([
  [83_400, '83.4 µs'],
  [4_770_000, '4.77 ms'],
  [855e6, '855 ms'],
  [1e9, '1 s'],
  [1.26e9, '1.3 s'],
  [59.4e9, '59 s'],
  [60e9, '1 min'],
  [250e9, '4 min 10 s'],
  [7500e9, '2 h 5 min'],
])('%d ns reads %j', (time_ns, expected) => {
  expect(formatDuration(time_ns)).toBe(expected);
});

test.each([
  [-5e9, '1 s'],
  [9.4e9, '9 s'],
  [99e9, '99 s'],
  [101e9, '2 min'],
  [704e9, '12 min'],
  [4850e9, '1 h 21 min'],
])('a guess of %d ns reads %j', (time_ns, expected) => {
  expect(formatRoughly(time_ns)).toBe(expected);
});

test.each([
  [1e6, '10s'],
  [20e9, '30s'],
  [48e9, '60s'],
  [80e9, '2m'],
  [2880e9, '60m'],
  [4200e9, '2h'],
])('%d ns keep to --longest %s with room, and the option is read', (time_ns, option) => {
  expect(durationOption(time_ns)).toBe(option);
  expect(parseDuration(option)).toBeGreaterThanOrEqual(1.25 * time_ns);
});
