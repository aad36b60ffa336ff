/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

describeConformance({ scheme, parameters: 'insecure-tiny', shape: { rows: 1, columns: 512 }, describe, test });
