/**
 * Logarithmic axes with round ends and few, round marks.
 *
 * @module
 */

export interface LogAxis {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
  /** Vega expression for a label of `datum.value`. */
  readonly labels: string;
}

/** Pixels between an axis and the drawing: points at its ends do not lie on it. */
export const AXIS_OFFSET = 8;

const MOST_TICKS = 4;

/** Nanoseconds: marks at powers of 10. `values` are positive. */
export function timeAxis(values: readonly number[], mostTicks = MOST_TICKS): LogAxis {
  return { ...roundAxis(values, 10, mostTicks), labels: TIME_LABELS };
}

/** Bytes: marks at powers of 32, of which every other one is that of a unit. `values` are positive. */
export function sizeAxis(values: readonly number[]): LogAxis {
  return { ...roundAxis(values, 32, MOST_TICKS), labels: SIZE_LABELS };
}

function roundAxis(values: readonly number[], base: number, mostTicks: number): Omit<LogAxis, 'labels'> {
  const exponents = values.map((value) => Math.log(value) / Math.log(base));
  const low = Math.floor(Math.min(...exponents) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.max(...exponents) - 1e-9));
  const step = Math.ceil((high - low) / (mostTicks - 1));
  const ticks = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, at) => base ** (low + at * step));
  return { domain: [base ** low, base ** high], ticks };
}

const units = (scales: readonly (readonly [number, string])[], base: string): string =>
  scales.reduceRight(
    (rest, [factor, unit]) => `datum.value >= ${factor} ? format(datum.value / ${factor}, '~r') + ' ${unit}' : ${rest}`,
    base,
  );

/** A power of ten is not written exactly where it is less than one. */
const ROUNDED = "format(datum.value, '~r')";
const TIME_LABELS = units(
  [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ],
  `${ROUNDED} + ' ns'`,
);
const SIZE_LABELS = units(
  [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [2 ** 10, 'KiB'],
  ],
  `${ROUNDED} + ' B'`,
);
