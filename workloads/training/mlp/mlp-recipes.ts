/**
 * The built-in trainings of networks: which images, how wide, which descent.
 *
 * @module
 */
import { allDigits, type Side } from '../data/all-digits.ts';
import type { Course } from '../logistic-regression.ts';
import type { MlpRecipe } from './mlp.ts';

/** Images of an update: whole blocks of every layout hold about as many. */
const BATCH = 1120;
const BATCHES = 2;
const course = (rate: number): Course => ({ rule: { method: 'nesterov', rate }, epochs: 30, batch: BATCH });
/** Four times as many pixels make gradients as much larger. */
const RATES: Readonly<Record<Side, number>> = { 14: 0.3, 28: 0.1 };

/** With the constant feature whole groups of every layout. */
const KEPT: Readonly<Record<Side, number>> = { 14: 191, 28: 639 };

const digits = (id: string, side: Side, hidden: number): MlpRecipe => ({
  id: `training-mlp-${id}`,
  title: `Network ${KEPT[side]}-${hidden}-10 with square activation, MNIST at ${side}x${side}, Nesterov`,
  ...{ hidden, course: course(RATES[side]), data: () => allDigits(side, BATCHES * BATCH, KEPT[side]) },
});

export const mlpRecipes: readonly MlpRecipe[] = [digits('digits', 14, 32), digits('digits-wide', 14, 64), digits('digits-large', 28, 32)];
