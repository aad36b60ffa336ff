/** @module */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadScheme } from '../../schemes/registry.ts';
import { ownNetwork } from '../../workloads/own/own-network.ts';
import type { Layout } from '../../workloads/workload.ts';
import { launchWorkload } from './network-launch.fixture.ts';

/** Networks that once ended wrongly or not at all under these schemes, and complete. */
test.each<[string, string, Layout]>([
  ['ranges/inputs-above-zero', 'ckks', 'packed'],
  ['ranges/inputs-above-zero', 'bfv', 'packed'],
  ['ranges/inputs-above-zero', 'bfv', 'interleaved'],
  ['ranges/inputs-far-from-zero', 'ckks', 'packed'],
  ['ranges/inputs-far-from-zero', 'bfv', 'packed'],
  ['ranges/inputs-far-from-zero', 'tfhe', 'batched'],
  ['ranges/features-of-unlike-units', 'bfv', 'packed'],
  ['ranges/features-of-unlike-units', 'tfhe', 'batched'],
  ['ranges/large-bias', 'ckks', 'packed'],
  ['ranges/large-bias', 'tfhe', 'batched'],
  ['activations/relu-behind-relu', 'tfhe', 'batched'],
  ['labels/one-logit', 'ckks', 'batched'],
  ['labels/regression-targets', 'ckks', 'batched'],
  ['layers/residual', 'ckks', 'batched'],
  ['layers/batch-norm-behind-relu', 'tfhe', 'batched'],
])('%s under %s, %s', async (name, id, layout) => {
  const scheme = await loadScheme(id);
  const path = fileURLToPath(new URL(`../../workloads/own/fixtures/${name}.json`, import.meta.url));
  const record = await launchWorkload(ownNetwork(path), { scheme, kernels: 'own', layout, parameters: null, seed: 1 });
  expect(record).toMatchObject({ state: 'completed' });
});
