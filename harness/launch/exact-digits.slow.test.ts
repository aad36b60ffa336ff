/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { digitNetworks } from '../../workloads/cnn/digit-networks.ts';
import { forecastWorkload, launchWorkload } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

/** `npm run test:full` runs all of them. */
const networks = process.env['ENIGMARK_FULL'] === undefined ? digitNetworks.filter(({ id }) => id === 'cnn-lola-small') : digitNetworks;

const cases = [bfv, bgv].flatMap((scheme) =>
  networks.map((workload) => ({ scheme: scheme.id, workload: workload.id, run: { scheme, workload } })),
);

describe.each(cases)('$scheme, $workload', ({ run: { scheme, workload } }) => {
  test('all held-out images encrypted: equal to the planned network in every number, memory as estimated', async () => {
    const launch = { scheme, kernels: 'own', layout: 'batched', parameters: null, seed: 1 } as const;
    const { operations, peak_bytes } = await forecastWorkload(workload, launch);
    const record = await launchWorkload(workload, launch);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { heldOut, samples, encrypted, agreement, maxAbsError } = record.accuracy!;
    const evaluate_ns = record.stages.evaluate.samples_ns[0]!;
    console.log(
      `${scheme.id} ${workload.id}: ${record.parameters.id}, ${record.plaintextPrimes} primes; float ${heldOut!.float}, planned ${heldOut!.planned}; ` +
        `${(evaluate_ns / 1e9).toFixed(1)} s; ${record.memory.evaluator.reserved_bytes} of ${Math.round(peak_bytes)} bytes; ` +
        `margins ${record.noise.map(({ layer, margin_bits }) => `${layer} ${margin_bits}`).join(', ')}; ${record.data}`,
    );
    expect([samples, maxAbsError, agreement, encrypted]).toEqual([2000, 0, 1, heldOut!.planned]);
    expect(Math.abs(heldOut!.planned - heldOut!.float)).toBeLessThanOrEqual(0.015);
    expect(record.operations).toEqual(operations);
    expect(record.memory.evaluator.reserved_bytes).toBeLessThanOrEqual(peak_bytes);
    expect(record.memory.evaluator.reserved_bytes).toBeGreaterThanOrEqual(peak_bytes / 1.2);
    for (const { margin_bits } of record.noise) expect(margin_bits).toBeGreaterThan(0);
  });
});
