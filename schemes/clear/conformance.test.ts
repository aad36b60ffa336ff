/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

describeConformance({ scheme, shape: { rows: 1, columns: 32 }, describe, test });
describeConformance({ scheme, shape: { rows: 2, columns: 16 }, describe, test });
describeConformance({ scheme, shape: { rows: 1, columns: 1 }, describe, test });
