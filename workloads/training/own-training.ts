/**
 * A user's own data as a workload: `--training data.csv`.
 *
 * @module
 */
import { basename } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { readTrainingData } from './data/own-data.ts';
import { logisticRegression } from './logistic.ts';
import { ownRecipe } from './recipes.ts';
import type { TrainingWorkload } from './training.ts';

/** Ids stand in records, in file names and between slashes. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,49}$/;
const GROUP = 'training-own';

/**
 * The workload `training-` and the name of the file without its ending.
 *
 * @throws EnigmarkError TRAINING_ID (a name that cannot stand in a record), and as `readTrainingData` does
 */
export function ownTraining(path: string): TrainingWorkload {
  const id = basename(path).replace(/\.(csv|safetensors)$/, '');
  if (!ID.test(id)) {
    throw new EnigmarkError('TRAINING_ID', {
      expected: "a file name of letters, digits, dots, dashes and underscores, which becomes the workload's name",
      got: `'${id}'`,
      remedy: 'rename the file',
    });
  }
  // Read once at the start, so that what is wrong with it is said before anything runs.
  readTrainingData(path, 0);
  return logisticRegression(
    ownRecipe(`training-${id}`, (seed) => readTrainingData(path, seed)),
    GROUP,
  );
}
