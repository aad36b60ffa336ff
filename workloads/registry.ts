/**
 * Every workload, and how one is named on the command line.
 *
 * @module
 */
import { EnigmarkError } from '../schemes/errors.ts';
import { didYouMean } from '../schemes/nearest-names.ts';
import { activationFunctions } from './activation/functions.ts';
import { activationVector } from './activation/vector.ts';
import { classesAlone } from './cnn/class-alone.ts';
import { digitNetworks, squareRelu } from './cnn/digit-networks.ts';
import { attentionBlock } from './attention/attention-block.ts';
import { publishedNetworks } from './cnn/published-networks.ts';
import { transferDigits } from './cnn/transfer-digits.ts';
import { denseClassifier } from './dense/classifier.ts';
import { squareLayer, sweptWorkload } from './dense/swept.ts';
import { ownNetwork } from './own/own-network.ts';
import { USUAL_PLANNING } from './own/planning-options.ts';
import { logisticRegression } from './training/logistic.ts';
import { mlpTraining } from './training/mlp/mlp.ts';
import { mlpRecipes } from './training/mlp/mlp-recipes.ts';
import { ownTraining } from './training/own-training.ts';
import { recipes } from './training/recipes.ts';
import { signNetworks } from './mlp/sign-networks.ts';
import { primitives } from './primitives/primitives.ts';
import { isNetworkWorkload, type RegisteredWorkload } from './workload.ts';

const builtInTrainings = [...recipes.map((recipe) => logisticRegression(recipe)), ...mlpRecipes.map(mlpTraining), transferDigits];
const sizeSweep = [64, 128, 256, 512, 1024].map(squareLayer);
const activations = activationFunctions.map(activationVector);
/** The one function in several degrees, which no network above has. */
const degreeSweep = activations.filter(({ id }) => id.startsWith('activation-sigmoid'));

/** In the order of the tables. */
export const workloads: readonly RegisteredWorkload[] = [
  denseClassifier,
  ...sizeSweep,
  ...digitNetworks,
  squareRelu,
  ...classesAlone,
  ...signNetworks,
  ...publishedNetworks,
  attentionBlock,
  ...activations,
  ...builtInTrainings,
  primitives,
];

/** Of networks, what a first run leaves out: layers of growing size, degrees, one network twice, and more networks of the same kinds. */
const askedFor: readonly RegisteredWorkload[] = [
  squareRelu,
  ...classesAlone,
  ...sizeSweep,
  ...degreeSweep,
  ...publishedNetworks,
  attentionBlock,
];

/** What a first run is about: a few trained networks and their activations, and no single operations. */
export const headlineWorkloads: readonly RegisteredWorkload[] = workloads.filter(
  (workload) => isNetworkWorkload(workload) && !askedFor.includes(workload),
);

/**
 * The built-in workloads, and behind them the user's networks and data to train on, in these files.
 *
 * @throws EnigmarkError WORKLOAD_TWICE where two would have one name, and as `ownNetwork` and `ownTraining` do
 */
export function loadWorkloads(
  networks: readonly string[],
  planning = USUAL_PLANNING,
  trainings: readonly string[] = [],
): readonly RegisteredWorkload[] {
  const all: RegisteredWorkload[] = [...workloads];
  for (const own of [...networks.map((path) => ownNetwork(path, planning)), ...trainings.map(ownTraining)]) {
    if (all.some(({ id, group }) => id === own.id || group === own.id)) {
      throw new EnigmarkError('WORKLOAD_TWICE', {
        expected: 'files with names of their own',
        got: `'${own.id}', which names something else already`,
        remedy: 'rename the file',
      });
    }
    all.push(own);
  }
  return all;
}

/**
 * The workload of that id, or all of that group; also random networks of any size, by their ids.
 *
 * @throws EnigmarkError UNKNOWN_WORKLOAD with the nearest valid names
 */
export function findWorkloads(selector: string, among: readonly RegisteredWorkload[] = workloads): readonly RegisteredWorkload[] {
  const found = among.filter(({ id, group }) => id === selector || group === selector);
  if (found.length > 0) return found;
  const swept = sweptWorkload(selector);
  if (swept !== null) return [swept];
  const names = [...new Set(among.flatMap(({ id, group }) => [group, id]))];
  throw new EnigmarkError('UNKNOWN_WORKLOAD', {
    expected: 'a workload or a group of workloads',
    got: `'${selector}'`,
    remedy: `${didYouMean(selector, names)}the command list names them all`,
  });
}
