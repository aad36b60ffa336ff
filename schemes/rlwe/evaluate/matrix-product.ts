/**
 * Affine maps of bundles: a matrix of whole numbers times ciphertexts, and a constant for each result.
 *
 * @module
 */
import { centred } from '../numbers/modular-integers.ts';
import { isWorthPacking } from '../program/strip-runs.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { allocatePolynomials, limbsOf } from '../ring/ciphertext.ts';
import { multiplyResidues, ResidueMatrix, type MatrixRow } from '../ring/matrix.ts';
import type { Residues } from '../ring/residues.ts';
import { combine } from '../ring/sums.ts';

export interface PreparedMatrix {
  readonly rows: readonly MatrixRow[];
  /** Null where rows are too short for it. */
  readonly packed: ResidueMatrix | null;
  /** What is added to each result at a correction factor, as the scheme encodes a number that fills all slots; null where all are zero. */
  readonly addends: ((correction: bigint) => readonly bigint[]) | null;
}

export function prepareMatrix(
  chain: Chain,
  rows: readonly MatrixRow[],
  columns: number,
  addends: PreparedMatrix['addends'],
): PreparedMatrix {
  const entries = rows.reduce((sum, row) => sum + row.weights.length, 0);
  const packed = isWorthPacking(rows.length, entries) ? new ResidueMatrix(rows, columns, chain.arena) : null;
  return { rows, packed, addends };
}

/** One ciphertext per row. In either form; a missing third polynomial is zero. */
export function multiplyMatrix(
  chain: Chain,
  { rows, packed, addends }: PreparedMatrix,
  inputs: readonly Ciphertext[],
  scale: number,
): Ciphertext[] {
  const { correction } = inputs[0]!;
  if (inputs.some((input) => input.correction !== correction)) throw new Error('summands of different correction factors');
  const limbs = limbsOf(inputs[0]!);
  const count = Math.max(...inputs.map(({ polynomials }) => polynomials.length));
  const alike = inputs.every(({ polynomials }) => polynomials.length === count);
  const added = addends?.(correction) ?? null;
  const results = rows.map(() => ({ polynomials: allocatePolynomials(chain, limbs, count), scale, correction }));
  const parts = Array.from({ length: count }, (_, index) => Array.from({ length: limbs }, (_unused, j) => ({ index, j }))).flat();
  chain.parallelMap(parts, ({ index, j }) => {
    const targets = results.map(({ polynomials }) => polynomials[index]![j]!);
    const sources = inputs.flatMap(({ polynomials }) => polynomials[index]?.[j] ?? []);
    const constants = index === 0 && added !== null ? constantsOf(added, chain.data[j]!.value) : null;
    if (alike && packed !== null && multiplyResidues(chain.ring, packed, sources, targets, constants)) return;
    for (const [row, target] of targets.entries()) {
      combineRow(chain, rows[row]!, inputs, index, j, target);
      if (constants !== null) chain.ring.addConstant(target, constants[row]!);
    }
  });
  return results;
}

/** Modulo a prime, centred. */
export function constantsOf(addends: readonly bigint[], prime: bigint): Float64Array {
  return Float64Array.from(addends, (addend) => Number(centred(addend, prime)));
}

function combineRow(
  chain: Chain,
  { columns, weights }: MatrixRow,
  inputs: readonly Ciphertext[],
  index: number,
  j: number,
  target: Residues,
): void {
  const present = [...weights.keys()].filter((i) => weights[i] !== 0n && index < inputs[columns[i]!]!.polynomials.length);
  if (present.length === 0) {
    chain.ring.clear(target, inputs[0]!.polynomials[0]![0]!.form);
    return;
  }
  const sources = present.map((i) => inputs[columns[i]!]!.polynomials[index]![j]!);
  combine(
    chain.ring,
    sources,
    present.map((i) => target.modulus.constant(weights[i]!)),
    target,
  );
}
