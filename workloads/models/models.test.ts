/** @module */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadMnist } from '../data/mnist.ts';
import { chainOf } from '../network/chain.ts';
import { digitNetworks } from '../model-training/digit-networks.ts';
import { loadModel } from './load-model.ts';
import { rightlyClassified } from '../model-training/recipe.ts';
import { signNetworks } from '../model-training/sign-networks.ts';
import { finished } from '../model-training/network/train-network.ts';
import { Stack } from '../model-training/network/stack.ts';
import { Random } from '../data/random.ts';

const recipes = [...digitNetworks, ...signNetworks];
const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');

/** Images of 2,000 that the README's table gives for a network. */
function stated(id: string): number {
  const [, right] = new RegExp(`^\\| \`${id}\`.* ([\\d,]+) of 2,000`, 'm').exec(readme) ?? [];
  return Number(right?.replace(',', ''));
}

test.each(recipes.map((recipe) => [recipe.id, recipe] as const))(
  '%s: the committed weights classify as many held-out images as the README states, and are those of the recipe',
  (id, { build, settings, title }) => {
    const { network, classes, ...rest } = loadModel(id);
    expect(rightlyClassified(network, loadMnist().heldOut, settings.binarised)).toBe(stated(id));
    expect(rest).toMatchObject({ id, title });
    expect(classes).toHaveLength(10);
    const untrained = finished(build(new Stack(network.input.shape, Random.from(1))).layers);
    const outline = (layers: typeof untrained): unknown[] =>
      layers.map((layer) => ({ ...layer, ...('weights' in layer ? { weights: layer.weights.length, bias: layer.bias.length } : {}) }));
    expect(outline(network.layers)).toEqual(outline(untrained));
  },
);

test.each(signNetworks)('$id: weights and biases are whole numbers', ({ id, largestWeight }) => {
  for (const link of chainOf(loadModel(id).network)) {
    if (link.kind !== 'linear') continue;
    expect(link.matrix.values.every((weight) => Number.isInteger(weight) && Math.abs(weight) <= largestWeight!)).toBe(true);
    expect(link.matrix.values.some((weight) => Math.abs(weight) === largestWeight)).toBe(true);
    expect(link.bias.every(Number.isInteger)).toBe(true);
  }
});
