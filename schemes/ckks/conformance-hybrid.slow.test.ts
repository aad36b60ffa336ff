/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

describeConformance({
  scheme,
  kernels: 'own',
  parameters: 'insecure-hybrid',
  shape: { rows: 1, columns: 512 },
  without: ['bootstrap'],
  describe,
  test,
});
