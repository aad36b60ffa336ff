/** @module */
import { describe, expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomConv2d, randomDense, randomNetwork } from '../../workloads/network/network.fixture.ts';
import { LAYOUTS } from '../../workloads/workload.ts';
import { isMeasured } from '../record/record.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';

/** Small and quick, and not secure. */
const SCHEMES = [
  { ...ckks, shapes: [{ rows: 1, columns: 512 }] },
  { ...bfv, shapes: [{ rows: 2, columns: 512 }] },
  { ...bgv, shapes: [{ rows: 2, columns: 512 }] },
] as const;
const launch = { kernels: 'own', parameters: 'insecure-tiny', seed: 1, samples: 40, help: 'activation' } as const;
const cases = SCHEMES.flatMap((scheme) => LAYOUTS.map((layout) => ({ id: scheme.id, layout, scheme })));

const random = Random.from(7, 'client activations');
const network: Network = {
  input: { shape: { channels: 1, height: 9, width: 9 }, min: -1, max: 1 },
  layers: [
    randomConv2d(random, 'conv', 1, 3, { height: 3, width: 3, stride: 1, padding: 0 }),
    { kind: 'activation', name: 'relu', activation: 'relu' },
    { kind: 'averagePool', name: 'pool', height: 2, width: 2, stride: 2 },
    { kind: 'flatten', name: 'flatten' },
    randomDense(random, 'hidden', 27, 12),
    { kind: 'activation', name: 'sigmoid', activation: 'sigmoid' },
    randomDense(random, 'output', 12, 5),
  ],
};

describe.each(cases)('$id $layout', ({ scheme, layout }) => {
  test('a network of ReLU, pool and sigmoid is right, and its record tells the rounds', async () => {
    const of: NetworkLaunch = { ...launch, scheme, layout };
    const record = await launchWorkload(networkWorkload(network, of), of);
    if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
    const { interactive, clientRounds = [], bytes, depth, accuracy, help } = record;
    expect([interactive, help, bytes.rounds, depth]).toEqual([true, 'activation', 3, 0]);
    expect(clientRounds.map(({ name, learns }) => [name, learns])).toEqual([
      ['relu + pool', "the 147 values behind 'conv'"],
      ['sigmoid', "the 12 values behind 'hidden'"],
    ]);
    for (const { input_bytes, output_bytes, samples_ns } of clientRounds) {
      expect(Math.min(input_bytes, output_bytes, ...samples_ns)).toBeGreaterThan(0);
    }
    // The first upload and the last download belong to no round.
    expect(clientRounds.reduce((sum, { input_bytes }) => sum + input_bytes, 0)).toBeLessThan(bytes.input);
    expect(clientRounds.reduce((sum, { output_bytes }) => sum + output_bytes, 0)).toBeLessThan(bytes.output);
    if (scheme.arithmetic === 'integer') expect(accuracy!.maxAbsError).toBe(0);
    else expect(accuracy!.maxAbsError!).toBeLessThanOrEqual(accuracy!.outputRange * 2 ** -6);
  });

  test('networks that nobody tuned are right or refused with a reason', async () => {
    let completed = 0;
    for (let seed = 0; seed < 4; seed++) {
      const of: NetworkLaunch = { ...launch, scheme, layout, seed };
      const record = await launchWorkload(networkWorkload(randomNetwork(seed), of), of);
      if (record.state === 'completed') completed++;
      else if (record.state === 'unsupported') {
        const codes = ['NO_ACTIVATION', 'ACTIVATION_PLACE', 'SIGN_UNCERTAIN', 'RANGE_ZERO', 'PRECISION_TOO_LOW'];
        expect(codes, record.error.message).toContain(record.error.code);
      } else throw new Error(JSON.stringify(record));
    }
    expect(completed).toBeGreaterThan(0);
  });
});
