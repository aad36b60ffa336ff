/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

// The library's kernels know no fused arithmetic: they are the same as ever.
describeConformance({
  scheme,
  kernels: 'own',
  parameters: 'insecure-tiny',
  shape: { rows: 1, columns: 512 },
  without: ['bootstrap'],
  describe,
  test,
});
