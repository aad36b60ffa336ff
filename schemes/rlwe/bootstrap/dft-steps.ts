/**
 * Diagonals in baby and giant steps: rotations by the baby steps share their digits and are cheap, one by a giant step is a key switch of
 * its own.
 *
 * @module
 */
import type { DftFactor, DftStep } from '../program/program.ts';
import { factorOffsets } from './dft-factor.ts';

/** What a baby step costs beside a giant step, in time and in bytes of keys together. */
const BABY_COST = 0.5;

/**
 * A step for each diagonal: baby + giant is its offset, counted around. Baby steps are below some power of two, and offsets around zero or
 * above it: what makes the fewest steps.
 */
export function dftSteps(factor: DftFactor): readonly DftStep[] {
  const around = factorOffsets(factor);
  const above = around.map((offset) => (offset < 0 ? offset + factor.slots : offset));
  const unit = around.reduce((least, offset) => (offset === 0 ? least : Math.min(least, lowestBit(offset))), factor.slots);
  let best: { readonly steps: readonly DftStep[]; readonly cost: number } | null = null;
  for (const offsets of [around, above]) {
    for (let width = 1; width <= 2 * offsets.length; width *= 2) {
      const steps = offsets.map((offset): DftStep => {
        const baby = unit * ((((offset / unit) % width) + width) % width);
        return { baby, giant: offset - baby };
      });
      const [babies, giants] = [new Set(steps.map(({ baby }) => baby)).size, new Set(steps.map(({ giant }) => giant)).size];
      const cost = BABY_COST * babies + giants;
      if (best === null || cost < best.cost) best = { steps, cost };
    }
  }
  return best!.steps;
}

function lowestBit(offset: number): number {
  return Math.abs(offset) & -Math.abs(offset);
}
