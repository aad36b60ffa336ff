/** @module */
import { expect, test } from 'vitest';
import { Random } from '../../data/random.ts';
import type { Layer } from '../../network/network.ts';
import { evaluateLayers, predictedClass } from '../../network/reference.ts';
import { vectorShape } from '../../network/shape.ts';
import { Stack } from './stack.ts';
import { forward } from './train-network.ts';
import { integerWeights } from './weight-rule.ts';
import { inWholeNumbers } from './whole-numbers.ts';

const INPUTS = 24;
const LARGEST = 3;
const SAMPLES = 200;

test('a sign network in whole numbers has the signs and the classes of the one that was trained', () => {
  const random = Random.from(1, 'whole numbers');
  const weights = integerWeights(LARGEST);
  const { layers } = new Stack(vectorShape(INPUTS), random)
    .dense('hidden', 12, weights)
    .normalise(true)
    .activate('sign', 'sign')
    .dense('output', 4, weights);
  for (const { values } of layers.flatMap(({ parameters }) => parameters)) values.set(values.map(() => random.normal()));
  const pixels = Float64Array.from({ length: SAMPLES * INPUTS }, () => random.below(2));
  const pass = (training: boolean): Float64Array => forward(layers, pixels, SAMPLES, training);
  for (let step = 0; step < 20; step++) pass(true);
  const outputs = pass(false);

  const finished: Layer[] = [];
  for (const layer of layers) layer.finish(finished);
  const whole = inWholeNumbers(finished, LARGEST);
  for (const layer of whole) {
    if (layer.kind !== 'dense') continue;
    expect(layer.weights.every((weight) => Number.isInteger(weight) && Math.abs(weight) <= LARGEST)).toBe(true);
    expect(layer.bias.every(Number.isInteger)).toBe(true);
  }
  const input = { shape: vectorShape(INPUTS), min: 0, max: 1 };
  const signs = forward(layers.slice(0, 3), pixels, SAMPLES, false);
  for (let sample = 0; sample < SAMPLES; sample++) {
    const [, sign, last] = evaluateLayers({ input, layers: whole }, pixels.slice(sample * INPUTS, (sample + 1) * INPUTS));
    expect(sign).toEqual(signs.slice(sample * 12, (sample + 1) * 12));
    const trained = outputs.slice(sample * 4, (sample + 1) * 4);
    // Rounding of the last biases is worth half a step at most.
    const best = Math.max(...trained);
    if (trained.filter((value) => value > best - 1 / LARGEST).length === 1) expect(predictedClass(last!)).toBe(predictedClass(trained));
  }
});
