/** @module */
import { expect, test } from 'vitest';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { chainOf } from '../../workloads/network/chain.ts';
import type { Network } from '../../workloads/network/network.ts';
import { randomClassifier } from '../../workloads/network/network.fixture.ts';
import { launchWorkload, networkWorkload, type NetworkLaunch } from './network-launch.fixture.ts';
import { isMeasured, type LaunchRecord } from '../record/record.ts';

const FULL = process.env['ENIGMARK_FULL'] !== undefined;
const NETWORKS = FULL ? 200 : 20;
const ENCRYPTED = NETWORKS / 10;

/** Slots of the smallest ring that is deep enough for two squares. */
const slots = [{ rows: 1, columns: 4096 }] as const;
const common: Pick<NetworkLaunch, 'layout' | 'parameters' | 'samples'> = { layout: 'packed', parameters: null, samples: 12 };
const inTheClear = { ...common, scheme: { ...clear, shapes: slots }, kernels: 'library' } as const;
const underEncryption = { ...common, scheme: ckks, kernels: 'own' } as const;

/** Values in the widest layer. */
function widthOf(network: Network): number {
  return Math.max(...chainOf(network).map((link) => (link.kind === 'linear' ? link.matrix.rows : 0)));
}

async function launched(seed: number, network: Network, launch: Omit<NetworkLaunch, 'seed'>): Promise<LaunchRecord> {
  return launchWorkload(networkWorkload(network, { ...launch, seed }), { ...launch, seed });
}

/** Off by no more than 2^-bits of what outputs reach. */
function expectPrecision(record: LaunchRecord, bits: number): void {
  if (!isMeasured(record) || record.state !== 'completed') throw new Error(JSON.stringify(record));
  const { maxAbsError, outputRange } = record.accuracy!;
  expect(maxAbsError!).toBeLessThanOrEqual(outputRange * 2 ** -bits);
}

/** The planner's own reasons, not those of a mistake. */
const TRUE_REASONS = ['LAYER_TOO_LARGE', 'OUT_OF_LEVELS', 'PRECISION_TOO_LOW', 'MEMORY_EXCEEDED'];

test(
  `${NETWORKS} networks that nobody tuned are laid out, the widest of them encrypted`,
  async () => {
    const networks = Array.from({ length: NETWORKS }, (_, seed) => ({ seed, network: randomClassifier(seed) }));
    const refused: string[] = [];
    const planned: typeof networks = [];
    for (const { seed, network } of networks) {
      const record = await launched(seed, network, inTheClear);
      if (record.state === 'unsupported') {
        refused.push(record.error.code);
        continue;
      }
      expectPrecision(record, 30);
      planned.push({ seed, network });
    }
    planned.sort((a, b) => widthOf(b.network) - widthOf(a.network));
    const refusedEncrypted: string[] = [];
    let encrypted = 0;
    for (const { seed, network } of planned) {
      if (encrypted === ENCRYPTED) break;
      const record = await launched(seed, network, underEncryption);
      if (record.state === 'unsupported') {
        refusedEncrypted.push(record.error.code);
        continue;
      }
      expectPrecision(record, 6);
      encrypted++;
    }
    console.log(
      `${planned.length} of ${NETWORKS} laid out, refused: ${refused.join()}; ${encrypted} encrypted, refused: ${refusedEncrypted.join()}`,
    );
    for (const code of [...refused, ...refusedEncrypted]) expect(TRUE_REASONS).toContain(code);
    expect(refused.length).toBeLessThanOrEqual(NETWORKS / 10);
    expect(encrypted).toBe(ENCRYPTED);
    expect(refusedEncrypted.length).toBeLessThanOrEqual(ENCRYPTED / 2);
  },
  FULL ? 3_600_000 : 600_000,
);
