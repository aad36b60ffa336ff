/**
 * The example that `new:scheme` copies keeps the contract that it is an example of.
 *
 * @module
 */
import { describe, test } from 'vitest';
import { scheme } from '../../docs/example-scheme/additive.ts';
import { describeConformance } from './describe-conformance.ts';

describeConformance({ scheme, describe, test });
