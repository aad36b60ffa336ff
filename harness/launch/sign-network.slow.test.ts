/** @module */
import { expect, test } from 'vitest';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { signNetworks } from '../../workloads/mlp/sign-networks.ts';
import { launchWorkload } from './network-launch.fixture.ts';
import { isMeasured } from '../record/record.ts';

test('a handwritten digit through mlp-dinn-30 under real keys', async () => {
  const launch = { scheme: tfhe, kernels: 'own', layout: 'batched', parameters: null, seed: 1 } as const;
  const record = await launchWorkload(signNetworks[0]!, launch);
  if (!isMeasured(record)) throw new Error(JSON.stringify(record));
  expect(record.state).toBe('completed');
  expect(record.parameters.id).toBe('n2048');
  expect(record.security.bits).toBeGreaterThanOrEqual(128);
  expect(record.layers.map(({ name }) => name)).toEqual(['input', 'hidden', 'sign', 'output']);
  expect(record.operations['bootstrap']).toBe(30);
  // One wrong sign in six images, and one sign moves a logit by at most 2 * 7.
  expect(record.accuracy!.maxAbsError!).toBeLessThanOrEqual(3 * 14);
  expect(2 ** record.failureProbability_log2!).toBeLessThan(0.25);
});
