/**
 * `--sweep`: one size after the other, to see how the cost grows with it.
 *
 * @module
 */
import { activationFunctions } from '../../workloads/activation/functions.ts';
import { SWEPT_SIZES, sweptId, type SweptSize } from '../../workloads/dense/swept.ts';
import { oneOf, usageError } from './usage.ts';

const SIZES = [...(Object.keys(SWEPT_SIZES) as SweptSize[]), 'degree', 'threads', 'ring'] as const;
const MOST_THREADS = 256;
const RING_DIMENSIONS = { least: 256, most: 65_536 };
/** Of the sigmoid's published polynomials. */
const DEGREES = activationFunctions.flatMap(({ id }) => Number(/^sigmoid-(\d+)$/.exec(id)?.[1] ?? NaN)).filter(Number.isFinite);

/** What a sweep adds to a selection. */
export interface Sweep {
  /** Ids of workloads; null: those that are selected otherwise. */
  readonly workloads: readonly string[] | null;
  /** null: as asked for otherwise. */
  readonly threads: readonly number[] | null;
  /** Of the parameter sets that are taken; null: as asked for otherwise. */
  readonly ringDimensions: readonly number[] | null;
}

/**
 * `width=64..1024` doubles from 64 to 1024, as `batch=1..64`, `threads=1..8` and `ring=4096..16384` do; `depth=1..4` and `bits=4..8` count; `degree=3..7` has the published
 * degrees between. `width=64,96,128` has these.
 *
 * @throws EnigmarkError USAGE
 */
export function parseSweep(words: string): Sweep {
  const [, name, from, to, listed] = /^([a-z]+)=(?:(\d+)\.\.(\d+)|(\d+(?:,\d+)*))$/.exec(words) ?? [];
  if (name === undefined)
    throw usageError('a size and its range for --sweep, such as width=64..1024', `'${words}'`, `sizes: ${SIZES.join(', ')}`);
  const size = oneOf('--sweep', name, SIZES);
  const { least, most } = boundsOf(size);
  const values = listed === undefined ? between(size, Number(from), Number(to)) : listed.split(',').map(Number);
  const outside = values.find((value) => value < least || value > most || !isPossible(size, value));
  if (values.length < 2 || outside !== undefined) {
    const range = size === 'degree' ? DEGREES.join(', ') : `${size === 'ring' ? 'powers of two ' : ''}from ${least} to ${most}`;
    throw usageError(`two sizes or more for --sweep ${size}, ${range}`, `'${words}'`, 'name a wider range within these bounds');
  }
  const nothing: Sweep = { workloads: null, threads: null, ringDimensions: null };
  if (size === 'threads') return { ...nothing, threads: values };
  if (size === 'ring') return { ...nothing, ringDimensions: values };
  if (size === 'degree') return { ...nothing, workloads: values.map((degree) => `activation-sigmoid-${degree}`) };
  return { ...nothing, workloads: values.map((value) => sweptId(size, value)) };
}

type Size = (typeof SIZES)[number];

function boundsOf(size: Size): { readonly least: number; readonly most: number } {
  if (size === 'threads') return { least: 1, most: MOST_THREADS };
  if (size === 'ring') return RING_DIMENSIONS;
  return size === 'degree' ? { least: Math.min(...DEGREES), most: Math.max(...DEGREES) } : SWEPT_SIZES[size];
}

function isPossible(size: Size, value: number): boolean {
  if (size === 'degree') return DEGREES.includes(value);
  return size !== 'ring' || Number.isInteger(Math.log2(value));
}

function between(size: Size, from: number, to: number): readonly number[] {
  if (size === 'degree') return DEGREES.filter((degree) => degree >= from && degree <= to);
  const doubles = size !== 'depth' && size !== 'bits';
  const values: number[] = [];
  for (let value = from; value > 0 && value <= Math.min(to, boundsOf(size).most); value = doubles ? 2 * value : value + 1)
    values.push(value);
  return to > boundsOf(size).most ? [...values, to] : values;
}
