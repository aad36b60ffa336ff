/**
 * Values that went through two squares under CKKS and were switched: none is wrong behind a table, and the noise before it is the model's.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { preferredPath } from '../../tfhe/kernel/kernel.ts';
import { measureNoise } from '../../tfhe/measure/noise-measurement.ts';
import { keyswitchVariance, modulusSwitchVariance } from '../../tfhe/model/noise.ts';
import { tableOf } from '../../tfhe/session.fixture.ts';
import type { TrunkParameters, TrunkProgram } from './plan.ts';
import { switchedInputs } from './switched-inputs.fixture.ts';
import { compiledTrunk, slotRows, trunkCircuits } from './trunk-circuits.fixture.ts';

/** With ENIGMARK_FULL, 10,000 values; a deviation is then off by 0.7%, which is one deviation. */
const FULL = process.env['ENIGMARK_FULL'] !== undefined;
const { batches, tolerance } = FULL ? { batches: 625, tolerance: 0.05 } : { batches: 20, tolerance: 0.2 };
const LEVELS = 16;

test(`${16 * batches} switched values of ${LEVELS} levels, wrong 0`, { timeout: 3_600_000 }, async () => {
  const shape = { rows: 1, columns: 4096 } as const;
  const levels = Array.from({ length: LEVELS }, (_, level) => level);
  const circuits = trunkCircuits({
    ...{ shape, rows: slotRows(16, shape.columns), step: 1 / (LEVELS - 1), table: tableOf(0, 1, levels) },
    ...{ sums: { min: 0, max: LEVELS - 1 }, outputs: { min: 0, max: LEVELS - 1 } },
  });
  const compiled = compiledTrunk(circuits, { parameters: 'n2048' });
  const set = compiled.client.parameters as TrunkParameters;
  const { arrivalVariance } = compiled.evaluator as TrunkProgram;
  const { keyswitch, modulusSwitch, wrong } = await measureNoise(set, {
    ...{ batches, entries: LEVELS, path: preferredPath() },
    encrypt: switchedInputs(compiled, circuits),
  });
  const modelled = arrivalVariance + keyswitchVariance(set) + modulusSwitchVariance(set);
  const before = Math.sqrt((keyswitch.variance + modulusSwitch.variance) / modelled);
  const bits = (variance: number): string => (Math.log2(variance) / 2).toFixed(2);
  console.log(
    `trunk ${set.trunk.id}: wrong ${wrong} of ${16 * batches}; deviation before tables ${before.toFixed(3)} of the model's 2^${bits(modelled)}, of which 2^${bits(arrivalVariance)} arrives`,
  );
  expect(wrong).toBe(0);
  expect(Math.abs(before - 1)).toBeLessThan(tolerance);
});
