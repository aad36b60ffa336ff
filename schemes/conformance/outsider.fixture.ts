/**
 * For tests: all that an outsider writes to prove an adapter, here under node:test.
 *
 * @module
 */
import { describe, test } from 'node:test';
import { describeConformance } from './describe-conformance.ts';
import { masked } from './toy.fixture.ts';

describeConformance({ scheme: masked(), shape: { rows: 1, columns: 8 }, describe, test });
