/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

for (const kernels of scheme.library.kernels) {
  describeConformance({ scheme, kernels, parameters: 'small', effort: 'thorough', describe, test });
}
