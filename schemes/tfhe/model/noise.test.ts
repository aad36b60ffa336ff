/** @module */
import { expect, test } from 'vitest';
import { securityOf } from '../../security.ts';
import { readClientKey } from '../measure/client-key.ts';
import { booleanParameters } from '../primitives/boolean.ts';
import { bootstrapVariance, keyswitchVariance, modulusSwitchVariance } from './noise.ts';
import { measureNoise } from '../measure/noise-measurement.ts';
import { hardnessOf, parameterSets } from '../parameters.ts';
import { makeSecretKey } from '../library/runtime.ts';

const secureSets = Object.values(parameterSets).filter(({ id }) => !id.startsWith('insecure-'));

test.each(['fused', 'fallback'] as const)('keyswitch and modulus switch have the modelled variance; the %s kernel', async (path) => {
  const set = parameterSets['insecure-n1024'];
  const { keyswitch, modulusSwitch, bootstrap, wrong } = await measureNoise(set, { batches: 80, entries: 16, path });
  expect(wrong).toBe(0);
  // A variance of 1,280 samples is off by 4 % (one deviation). Without centring the modulus switch would show twice the model,
  // with the wrong sign of it four times.
  for (const ratio of [keyswitch.variance / keyswitchVariance(set), modulusSwitch.variance / modulusSwitchVariance(set)]) {
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.3);
  }
  // Proportional to the ones among 16 key bits, which chance alone takes from 2 to 14.
  expect(bootstrap.variance / bootstrapVariance(set)).toBeGreaterThan(2 / 8 / 1.5);
  expect(bootstrap.variance / bootstrapVariance(set)).toBeLessThan((14 / 8) * 1.5);
});

test.each(secureSets)('$id has the noise that the library writes into its keys', (set) => {
  const secret = makeSecretKey(set);
  const { lweNoise, glweNoise } = readClientKey(secret.serialize(), set);
  secret.free();
  expect([lweNoise, glweNoise]).toEqual([set.lweNoise, set.glweNoise]);
});

test.each([...secureSets, booleanParameters])('$id reaches 132 bits by the lattice estimator', (set) => {
  expect(securityOf(hardnessOf(set), 128, set.id).bits).toBe(132);
});

test('less noise or a smaller key is refused, unless the set says that it is insecure', () => {
  const hardness = hardnessOf(parameterSets.n2048);
  const weaken = (change: object) => hardness.map((key) => ({ ...key, ...change }));
  expect(() => securityOf(weaken({ error_log2: -60 }), 128, 'n2048')).toThrow(/128 bits/);
  expect(() => securityOf(weaken({ dimension: 400 }), 128, 'n2048')).toThrow(/128 bits/);
  const toy = parameterSets['insecure-n1024'];
  expect(securityOf(hardnessOf(toy), 128, toy.id).bits).toBe(0);
});
