/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

for (const kernels of scheme.library.kernels) {
  describeConformance({
    ...{ scheme, kernels, describe, test },
    ...{ parameters: 'insecure-tiny', shape: { rows: 1, columns: 512 }, without: ['bootstrap'], effort: 'thorough' },
  });
  describeConformance({ scheme, kernels, parameters: 'default-50', without: ['bootstrap'], describe, test });
}

describeConformance({ scheme, kernels: 'own', parameters: 'insecure-bootstrap', describe, test });
