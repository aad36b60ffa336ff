/** @module */
import { expect, test } from 'vitest';
import { preferredPath } from '../kernel/kernel.ts';
import { bootstrapVariance, keyswitchVariance, modulusSwitchVariance } from './noise.ts';
import { measureNoise } from '../measure/noise-measurement.ts';
import { parameterSets } from '../parameters.ts';

/** Whole inputs that each set carries exactly. */
const sets = [
  [parameterSets.n512, 4],
  [parameterSets.n1024, 8],
  [parameterSets.n2048, 16],
  [parameterSets.n4096, 32],
] as const;

test.each(sets)(
  '$id: every stage has the modelled variance, and no table is wrong',
  async (set, entries) => {
    const { keyswitch, modulusSwitch, bootstrap, wrong } = await measureNoise(set, { batches: 40, entries, path: preferredPath() });
    expect(wrong).toBe(0);
    // 640 samples: one deviation is 5.6 %.
    for (const [measured, modelled] of [
      [keyswitch, keyswitchVariance(set)],
      [modulusSwitch, modulusSwitchVariance(set)],
      [bootstrap, bootstrapVariance(set)],
    ] as const) {
      expect(measured.variance / modelled).toBeGreaterThan(0.7);
      expect(measured.variance / modelled).toBeLessThan(1.3);
    }
  },
  300_000,
);
