/** @module */
import { expect, it } from 'vitest';
import { flipBytes, Layer } from './damage.fixture.ts';

it('10,000 changed bytes give codes or numbers', async () => {
  await using layer = await Layer.open('own');
  const { refused, numbers } = await flipBytes(layer, 10_000, 2);
  console.log(`${refused} refused, ${numbers} numbers`);
  expect(refused + numbers).toBe(10_000);
  expect(await layer.run('affine', await layer.encrypt())).toEqual(layer.right);
});
