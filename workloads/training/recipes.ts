/**
 * The built-in trainings: which data, which algorithm, which polynomial.
 *
 * @module
 */
import { seededTable } from './data/tabular.ts';
import { threesAndEights } from './data/digits.ts';
import type { TrainingData } from './data/samples.ts';
import type { Course } from './logistic-regression.ts';
import type { Degree } from './sigmoid.ts';

export interface Recipe {
  readonly id: string;
  readonly title: string;
  readonly course: Course;
  readonly degree: Degree;
  /** Largest magnitude of scores that the polynomial is fitted for. */
  readonly interval: number;
  data(seed: number): TrainingData;
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
const table = (id: string, words: string, course: Course): Recipe => ({
  id: `training-logistic-table${id}`,
  title: `Logistic regression, seeded table 780x9, ${words}`,
  ...{ course, degree: 3, interval: INTERVAL, data: seededTable },
});

const miniBatches: Course = { rule: { method: 'nesterov', rate: 0.3 }, epochs: 16, batch: MINI_BATCH };

export const recipes: readonly Recipe[] = [
  table('', 'gradient descent', { rule: { method: 'gradient', rate: 0.3 }, epochs: 40, batch: FULL_BATCH }),
  table('-nesterov', 'Nesterov', { rule: { method: 'nesterov', rate: 0.3 }, epochs: 20, batch: FULL_BATCH }),
  digits('', 'mini-batches, Nesterov', miniBatches),
  digits('-plain', 'mini-batches, gradient descent', { ...miniBatches, rule: { method: 'gradient', rate: 0.3 } }),
  digits('-full', 'all images at once, Nesterov', { ...miniBatches, epochs: 32, batch: FULL_BATCH }),
  digits('-degree-5', 'mini-batches, Nesterov, sigmoid of degree 5', miniBatches, 5),
  digits('-degree-7', 'mini-batches, Nesterov, sigmoid of degree 7', miniBatches, 7),
];
