/**
 * Values that come out of a ring ciphertext, through tables: none is wrong, and the noise before the table is that of the model.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { preferredPath } from '../tfhe/kernel/kernel.ts';
import { measureNoise } from '../tfhe/measure/noise-measurement.ts';
import { bootstrapVariance, keyswitchVariance, modulusSwitchVariance } from '../tfhe/model/noise.ts';
import { inputRing, inputVariance, parameterSets } from './parameters.ts';
import { ringInputs } from './ring-inputs.fixture.ts';

/** With ENIGMARK_FULL, 10,000 values at the greatest set of one polynomial; a deviation is then off by 0.7%, which is one deviation. */
const FULL = process.env['ENIGMARK_FULL'] !== undefined;
const { id, entries, batches, tolerance } = FULL
  ? { id: 'n2048', entries: 16, batches: 625, tolerance: 0.05 }
  : { id: 'n512', entries: 4, batches: 20, tolerance: 0.25 };

test(`${id}: ${16 * batches} values of ${entries} levels, wrong 0`, { timeout: 3_600_000 }, async () => {
  const set = parameterSets[id]!;
  const { keyswitch, modulusSwitch, bootstrap, wrong } = await measureNoise(set, {
    ...{ batches, entries, path: preferredPath() },
    encrypt: await ringInputs(set),
  });
  const modelled = inputVariance(inputRing(set)) + keyswitchVariance(set) + modulusSwitchVariance(set);
  const before = Math.sqrt((keyswitch.variance + modulusSwitch.variance) / modelled);
  const behind = Math.sqrt(bootstrap.variance / bootstrapVariance(set));
  console.log(`${id}: wrong ${wrong}; deviation before tables ${before.toFixed(3)}, behind them ${behind.toFixed(3)} of the model's`);
  expect(wrong).toBe(0);
  expect(Math.abs(before - 1)).toBeLessThan(tolerance);
});
