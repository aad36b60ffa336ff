/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { scheme } from './scheme.ts';

describeConformance({ scheme, parameters: 'insecure-n1024', describe, test });
