/** @module */
import { describe, test } from 'vitest';
import { describeConformance } from '../conformance/describe-conformance.ts';
import { withOwnKernels } from './own-kernels.fixture.ts';

const TINY = { parameters: 'insecure-tiny', describe, test } as const;

describeConformance({ scheme: withOwnKernels('ckks'), shape: { rows: 1, columns: 512 }, ...TINY });
describeConformance({ scheme: withOwnKernels('bgv'), shape: { rows: 2, columns: 512 }, ...TINY });
describeConformance({ scheme: withOwnKernels('bfv'), shape: { rows: 2, columns: 512 }, ...TINY });
