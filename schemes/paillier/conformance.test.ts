/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

for (const kernels of scheme.library.kernels) {
  describeConformance({ scheme, kernels, parameters: 'insecure-n512', shape: { rows: 1, columns: 15 }, describe, test });
}
describeConformance({ scheme, kernels: 'own', parameters: 'insecure-n512', shape: { rows: 1, columns: 1 }, describe, test });
