/**
 * Trains the committed networks: `npm run train -- cnn-tenseal` trains one, `npm run train` all of them. Writes `<id>.json` and
 * `<id>.safetensors` to `workloads/models` and prints the accuracy on the held-out images.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { describeError, EnigmarkError } from '../../schemes/errors.ts';
import { nearestNames } from '../../schemes/nearest-names.ts';
import { loadMnist } from '../data/mnist.ts';
import { loadNetwork } from '../network/file/load-network.ts';
import { saveNetwork } from '../network/file/save-network.ts';
import { digitNetworks } from './digit-networks.ts';
import { follow, type Recipe, rightlyClassified } from './recipe.ts';
import { signNetworks } from './sign-networks.ts';
import { trainDenseClassifier } from './train-dense.ts';

const FOLDER = fileURLToPath(new URL('../models/', import.meta.url));
const recipes: readonly Recipe[] = [...digitNetworks, ...signNetworks];
const DENSE = 'dense-784x10';

function train(recipe: Recipe): void {
  const { id, title, settings } = recipe;
  const { training, heldOut } = loadMnist();
  const network = follow(recipe, training, (epoch, loss) => {
    console.error(`${id}: epoch ${epoch + 1} of ${settings.epochs}, loss ${loss.toFixed(4)}`);
  });
  const classes = Array.from({ length: 10 }, (_, digit) => `${digit}`);
  const metadata = { trainedBy: `workloads/model-training/train.ts ${id}`, settings: JSON.stringify(settings) };
  saveNetwork(network, { folder: FOLDER, id, title, classes, metadata });
  const saved = loadNetwork(`${FOLDER}${id}.json`).network;
  const [learned, seen] = [training, heldOut].map((images) => rightlyClassified(saved, images, settings.binarised));
  console.log(`${id}: ${learned} of ${training.count} training images, ${seen} of ${heldOut.count} held-out images`);
}

function trainNamed(id: string): void {
  const recipe = recipes.find((one) => one.id === id);
  if (recipe !== undefined) train(recipe);
  else if (id === DENSE) trainDenseClassifier();
  else {
    const ids = [DENSE, ...recipes.map((one) => one.id)];
    const near = nearestNames(id, ids);
    throw new EnigmarkError('UNKNOWN_MODEL', {
      expected: `one of ${ids.join(', ')}`,
      got: `'${id}'`,
      remedy: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'name one of them, or none to train all',
    });
  }
}

try {
  const named = process.argv.slice(2);
  for (const id of named.length > 0 ? named : [DENSE, ...recipes.map((one) => one.id)]) trainNamed(id);
} catch (error) {
  const { code, message } = describeError(error);
  console.error(`${code}: ${message}`);
  process.exitCode = 2;
}
