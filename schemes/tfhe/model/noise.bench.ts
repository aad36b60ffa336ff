/**
 * Measured over modelled noise variance of every set, and wrong tables: `node schemes/tfhe/model/noise.bench.ts [bootstraps] [set ...]`.
 *
 * @module
 */
import { bootstrapVariance, keyswitchVariance, modulusSwitchVariance } from './noise.ts';
import { measureNoise } from './noise-measurement.fixture.ts';
import { preferredPath } from '../kernel/kernel.ts';
import { parameterSets } from '../parameters.ts';
import { MAXIMUM_BATCH } from '../kernel/workspace.ts';

/** Whole inputs of the tables: what each set carries exactly. */
const ENTRIES = { n512: 4, n1024: 8, n2048: 16, n4096: 32, 'insecure-n1024': 16 } as const;

const [bootstraps = '5120', ...wanted] = process.argv.slice(2);
const path = preferredPath();
process.stdout.write(`set        bootstraps  keyswitch  modulus switch  bootstrap  wrong   (measured / modelled variance, ${path})\n`);
for (const [id, set] of Object.entries(parameterSets)) {
  if (wanted.length > 0 && !wanted.includes(id)) continue;
  const batches = Math.ceil(Number(bootstraps) / MAXIMUM_BATCH);
  const { keyswitch, modulusSwitch, bootstrap, wrong } = measureNoise(set, { batches, entries: ENTRIES[set.id], path });
  const ratios = [
    keyswitch.variance / keyswitchVariance(set),
    modulusSwitch.variance / modulusSwitchVariance(set),
    bootstrap.variance / bootstrapVariance(set),
  ].map((ratio) => ratio.toFixed(3));
  process.stdout.write(
    `${id.padEnd(14)} ${String(keyswitch.count).padStart(6)}  ${ratios[0]!.padStart(9)}  ${ratios[1]!.padStart(14)}  ${ratios[2]!.padStart(9)}  ${String(wrong).padStart(5)}\n`,
  );
}
