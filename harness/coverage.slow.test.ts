/** @module */
import { expect, test } from 'vitest';
import { coverageOfStopping, firstOrder } from './coverage.fixture.ts';

test.each(
  [0, 0.3, 0.67].flatMap((correlation) => [
    { correlation, precision: 0.02, noise: 0.05 },
    { correlation, precision: 0.01, noise: 0.02 },
    { correlation, precision: 0.01, noise: 0.05 },
  ]),
)('a launch that stops within $precision, at noise $noise, holds where neighbours correlate by $correlation', (settings) => {
  const { correlation, precision, noise } = settings;
  const { covered } = coverageOfStopping({ precision, mostSamples: 1000 }, firstOrder(correlation, noise), 300);
  expect(covered).toBeGreaterThanOrEqual(0.9);
});
