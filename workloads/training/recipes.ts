/**
 * The built-in trainings: which data, which algorithm, which polynomial.
 *
 * @module
 */
import { breastCancer } from './data/breast-cancer.ts';
import { seededTable, smallTable } from './data/tabular.ts';
import { threesAndEights } from './data/digits.ts';
import type { TrainingData } from './data/samples.ts';
import type { DescentRule } from './descent.ts';
import type { Course } from './logistic-regression.ts';
import type { Degree } from './sigmoid.ts';

export interface Recipe {
  readonly id: string;
  readonly title: string;
  readonly course: Course;
  /** Of these and the recipe's own, the rehearsal takes what leaves the least loss. */
  readonly alternatives?: readonly (DescentRule & { readonly interval: number })[];
  readonly degree: Degree;
  /** Largest magnitude of scores that the polynomial is fitted for. */
  readonly interval: number;
  readonly data: (seed: number) => TrainingData;
}

/** Rows of a mini-batch, the size of the literature's (Han et al., AAAI 2019). */
const MINI_BATCH = 1024;
/** More than any batch of ours: all rows at once. */
const FULL_BATCH = 2048;
const INTERVAL = 8;

const digits = (id: string, words: string, course: Course, degree: Degree = 3): Recipe => ({
  id: `training-logistic-digits${id}`,
  title: `Logistic regression, MNIST 3 against 8 at 14x14, ${words}`,
  ...{ course, degree, interval: INTERVAL, data: threesAndEights },
});
const table = (id: string, words: string, course: Course, degree: Degree = 3): Recipe => ({
  id: `training-logistic-table${id}`,
  title: `Logistic regression, seeded table 780x9, ${words}`,
  ...{ course, degree, interval: INTERVAL, data: seededTable },
});

const allRows: Course = { rule: { method: 'nesterov', rate: 0.3 }, epochs: 20, batch: FULL_BATCH };
const miniBatches: Course = { rule: { method: 'nesterov', rate: 0.3 }, epochs: 16, batch: MINI_BATCH };

export const recipes: readonly Recipe[] = [
  table('', 'gradient descent', { rule: { method: 'gradient', rate: 0.3 }, epochs: 40, batch: FULL_BATCH }),
  table('-nesterov', 'Nesterov', allRows),
  table('-degree-5', 'Nesterov, sigmoid of degree 5', allRows, 5),
  table('-degree-7', 'Nesterov, sigmoid of degree 7', allRows, 7),
  {
    id: 'training-logistic-small',
    title: 'Logistic regression, seeded table 128x8, gradient descent',
    course: { rule: { method: 'gradient', rate: 1 }, epochs: 3, batch: FULL_BATCH },
    ...{ degree: 3, interval: INTERVAL, data: smallTable },
  },
  {
    id: 'training-logistic-cancer',
    title: 'Logistic regression, Breast Cancer Wisconsin 569x30, Nesterov',
    course: { rule: { method: 'nesterov', rate: 0.03 }, epochs: 20, batch: FULL_BATCH },
    ...{ degree: 3, interval: 2 * INTERVAL, data: breastCancer },
  },
  digits('', 'mini-batches, Nesterov', miniBatches),
  digits('-plain', 'mini-batches, gradient descent', { ...miniBatches, rule: { method: 'gradient', rate: 0.3 } }),
  digits('-full', 'all images at once, Nesterov', { ...miniBatches, epochs: 32, batch: FULL_BATCH }),
  digits('-degree-5', 'mini-batches, Nesterov, sigmoid of degree 5', miniBatches, 5),
  digits('-degree-7', 'mini-batches, Nesterov, sigmoid of degree 7', miniBatches, 7),
];

const OWN_RATES = [1, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001] as const;
/** Momentum that many small batches push goes astray. */
const OWN_METHODS = ['nesterov', 'gradient'] as const;
const OWN_INTERVALS = [INTERVAL, 2 * INTERVAL, 3 * INTERVAL] as const;

/** Of a user's own data, of which nothing is known. */
export function ownRecipe(id: string, data: Recipe['data']): Recipe {
  return {
    id,
    title: `Logistic regression on ${id.replace(/^training-/, '')}`,
    course: { rule: { method: 'nesterov', rate: OWN_RATES[0] }, epochs: 20, batch: MINI_BATCH },
    alternatives: OWN_METHODS.flatMap((method) =>
      OWN_RATES.flatMap((rate) => OWN_INTERVALS.map((interval) => ({ method, rate, interval }))),
    ),
    ...{ degree: 3, interval: INTERVAL, data },
  };
}
