/** @module */
import { expect, test } from 'vitest';
import { scheme as paillier } from '../../schemes/paillier/scheme.ts';
import { denseClassifier } from '../../workloads/dense/classifier.ts';
import { isMeasured } from '../record/record.ts';
import { forecastWorkload, launchWorkload } from './network-launch.fixture.ts';

test.each(['batched', 'packed'] as const)(
  'dense-784x10 under 3,072 bits, %s: equal to the planned network in every number',
  async (layout) => {
    const launch = { scheme: paillier, kernels: 'own', layout, parameters: null, seed: 1 } as const;
    const { peak_bytes, operations } = await forecastWorkload(denseClassifier, launch);
    const record = await launchWorkload(denseClassifier, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { samples, agreement, maxAbsError } = record.accuracy!;
    console.log(`${layout}: ${samples} images, ${JSON.stringify(record.operations)}, floor ${(record.floor_ns! / 1e6).toFixed(1)} ms`);
    expect([agreement, maxAbsError]).toEqual([1, 0]);
    expect(record.operations).toEqual(operations);
    expect(record.memory.evaluator.reserved_bytes).toBeLessThanOrEqual(peak_bytes);
    expect(record.security.bits).toBe(128);
  },
);
