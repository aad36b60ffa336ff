/**
 * Figures for people: a unit that suits the size, three significant digits, the interval in the same unit.
 *
 * @module
 */
import type { Interval } from '../harness/record/statistics.ts';
import type { Unit } from './table.ts';

interface Scale {
  readonly symbol: string;
  readonly factor: number;
  /** Smallest value, in this unit, that is printed in it. */
  readonly from: number;
}

const TIME: readonly Scale[] = [
  { symbol: ' h', factor: 3600e9, from: 2 },
  { symbol: ' min', factor: 60e9, from: 2 },
  { symbol: ' s', factor: 1e9, from: 1 },
  { symbol: ' ms', factor: 1e6, from: 1 },
  { symbol: ' µs', factor: 1e3, from: 1 },
  { symbol: ' ns', factor: 1, from: 0 },
];

const SIZE: readonly Scale[] = [
  { symbol: ' GiB', factor: 2 ** 30, from: 1 },
  { symbol: ' MiB', factor: 2 ** 20, from: 1 },
  { symbol: ' KiB', factor: 2 ** 10, from: 1 },
  { symbol: ' B', factor: 1, from: 0 },
];

/** `48.4 ms [48.2, 48.7]`; without the bracket where there is no interval. */
export function formatQuantity(value: number, unit: Unit, interval: Interval | null = null): string {
  const { print, symbol } = formatFor(value, unit);
  const figure = `${print(value)}${symbol}`;
  return interval === null ? figure : `${figure} [${print(interval.low)}, ${print(interval.high)}]`;
}

/** A share of n as `1,980 of 2,000 [98.5, 99.4]%`. */
export function formatTally(share: number, n: number, interval: Interval | null): string {
  const { print, symbol } = formatFor(share, 'tally');
  const count = fixed(0);
  const tally = `${count(Math.round(share * n))} of ${count(n)}`;
  return interval === null ? tally : `${tally} [${print(interval.low)}, ${print(interval.high)}]${symbol}`;
}

/** The median fixes unit and decimals; its interval follows. */
function formatFor(value: number, unit: Unit): { readonly print: (value: number) => string; readonly symbol: string } {
  switch (unit) {
    case 'nanoseconds':
      return scaled(value, TIME);
    case 'bytes':
      return scaled(value, SIZE);
    case 'rate':
      return { print: fixed(decimalsOf(value, 3)), symbol: '' };
    case 'share':
    case 'tally':
      return { print: (share) => (share * 100).toFixed(1), symbol: '%' };
    case 'bits':
      // No error at all leaves infinitely many bits.
      return { print: (bits) => (bits === Infinity ? 'exact' : bits.toFixed(1)), symbol: '' };
    case 'log2':
      return { print: (exponent) => `2^${exponent.toFixed(1)}`, symbol: '' };
    case 'error':
    case 'probability':
      return {
        print: (error) => (error === 0 ? '0' : error < 1e-3 ? error.toExponential(1) : fixed(decimalsOf(error, 2))(error)),
        symbol: '',
      };
    case 'factor':
      // Three digits also of millions: no more are known of a ratio.
      return { print: (factor) => fixed(decimalsOf(factor, 3))(Number(factor.toPrecision(3))), symbol: 'x' };
    case 'exponent':
      return { print: (exponent) => exponent.toFixed(2), symbol: '' };
    case 'count':
      return { print: fixed(0), symbol: '' };
  }
}

function scaled(value: number, scales: readonly Scale[]): { readonly print: (value: number) => string; readonly symbol: string } {
  // Rounded first: 999.7 ms is 1.00 s, not 1000 ms.
  const scale = scales.find(({ factor, from }) => Number((value / factor).toPrecision(3)) >= from)!;
  // A base unit is whole, unless it was divided over samples.
  const decimals = scale.factor === 1 && Number.isInteger(value) ? 0 : decimalsOf(value / scale.factor, 3);
  const print = fixed(decimals);
  return { print: (other) => print(other / scale.factor), symbol: scale.symbol };
}

/** Decimals that leave so many significant digits; whole numbers keep all of theirs. */
function decimalsOf(value: number, significant: number): number {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(value.toPrecision(significant)))));
  return Math.min(20, Math.max(0, significant - 1 - exponent));
}

/** Thousands apart by commas. */
function fixed(decimals: number): (value: number) => string {
  const format = new Intl.NumberFormat('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return (value) => format.format(value);
}
