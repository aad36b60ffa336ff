/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

for (const kernels of scheme.library.kernels) {
  describeConformance({
    ...{ scheme, kernels, describe, test },
    ...{ parameters: 'insecure-n512', shape: { rows: 1, columns: 15 }, effort: 'thorough' },
  });
}
