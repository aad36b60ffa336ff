/**
 * Which images a run is measured on.
 *
 * @module
 */
import { type LabelledImages, selectImages } from './images.ts';
import { loadMnist } from './mnist.ts';
import { readTestImages } from './mnist-folder.ts';
import { Random } from './random.ts';

export interface TestImages {
  readonly images: LabelledImages;
  /** In plain words, for reports. */
  readonly description: string;
}

/**
 * The test images of the user's folder, or else the built-in held-out ones, in an order that depends on `seed`.
 *
 * @throws EnigmarkError as `loadMnist` and `readTestImages` do
 */
export function loadTestImages(dataFolder: string | null, seed: number): TestImages {
  const images = dataFolder === null ? loadMnist().heldOut : readTestImages(dataFolder);
  const description =
    dataFolder === null
      ? `${images.count} held-out images out of the first 10,000 training images of MNIST (mnist package, split 8,000 / 2,000)`
      : `${images.count} images from the t10k files of the folder given`;
  return { images: selectImages(images, Random.from(seed, 'image order').permutation(images.count)), description };
}
