/**
 * The proof that the scheme keeps the contract: `npm test` here, or the same two functions of another runner.
 *
 * @module
 */
import { describe, test } from 'node:test';
import { describeConformance } from 'enigmark/conformance';
import { scheme } from './additive.ts';

describeConformance({ scheme, describe, test });
