/** @module */
import { assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatQuantity } from './quantity.ts';

describe('formatQuantity', () => {
  it.each([
    [0, 'nanoseconds', '0 ns'],
    [522, 'nanoseconds', '522 ns'],
    [90.5, 'nanoseconds', '90.5 ns'],
    [999, 'nanoseconds', '999 ns'],
    [1000, 'nanoseconds', '1.00 µs'],
    [8_424_999, 'nanoseconds', '8.42 ms'],
    [999_700_000, 'nanoseconds', '1.00 s'],
    [119.4e9, 'nanoseconds', '119 s'],
    [120e9, 'nanoseconds', '2.00 min'],
    [7200e9, 'nanoseconds', '2.00 h'],
    [80, 'bytes', '80 B'],
    [1023, 'bytes', '1,023 B'],
    [1024, 'bytes', '1.00 KiB'],
    [131_289, 'bytes', '128 KiB'],
    [1_048_000, 'bytes', '1,023 KiB'],
    [2 ** 31, 'bytes', '2.00 GiB'],
    [0.978, 'share', '97.8%'],
    [1, 'share', '100.0%'],
    [16.2877, 'bits', '16.3'],
    [Infinity, 'bits', 'exact'],
    [-40.23, 'log2', '2^-40.2'],
    [0, 'error', '0'],
    [0.0003, 'error', '3.0e-4'],
    [0.0314, 'error', '0.031'],
    [24, 'error', '24'],
    [34_264.4, 'rate', '34,264'],
    [0.01234, 'rate', '0.0123'],
    [4096, 'count', '4,096'],
    [4.712, 'factor', '4.71x'],
    [470.3, 'factor', '470x'],
    [1_663_251, 'factor', '1,660,000x'],
  ] as const)('%d %s is %s', (value, unit, expected) => {
    expect(formatQuantity(value, unit)).toBe(expected);
  });

  it('gives the interval in the unit of the median', () => {
    expect(formatQuantity(1_002_000, 'nanoseconds', { low: 998_000, high: 1_010_000 })).toBe('1.00 ms [1.00, 1.01]');
    expect(formatQuantity(0.91, 'share', { low: 0.8378, high: 0.9519 })).toBe('91.0% [83.8, 95.2]');
  });

  it('is within half a percent of every time it prints', () => {
    const units = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3600e9 };
    assert(
      property(double({ min: 1, max: 1e15, noNaN: true }), (time_ns) => {
        const [figure, unit] = formatQuantity(time_ns, 'nanoseconds').split(' ') as [string, keyof typeof units];
        const read = Number(figure.replaceAll(',', '')) * units[unit];
        expect(Math.abs(read / time_ns - 1)).toBeLessThanOrEqual(0.0051);
      }),
      { seed: 20260102, numRuns: 300 },
    );
  });
});
