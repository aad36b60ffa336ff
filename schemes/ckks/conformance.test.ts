/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

for (const kernels of scheme.library.kernels) {
  describeConformance({
    scheme,
    kernels,
    parameters: 'insecure-tiny',
    shape: { rows: 1, columns: 512 },
    without: ['bootstrap'],
    describe,
    test,
  });
}
