/**
 * A seeded table as published tutorials have it: 780 samples of 9 features, a label for which two of them count for more than the others.
 *
 * @module
 */
import { Random } from '../../data/random.ts';
import { standardised, standardsOf, type LabelledRows, type TrainingData } from './samples.ts';

const FEATURES = 9;
const TRAINING_SAMPLES = 780;
const HELD_OUT_SAMPLES = 334;
/** Deviation of what no feature explains. */
const UNEXPLAINED = 0.5;

/** The shape of TenSEAL's tutorial on encrypted training (780 training and 334 test patients, 9 features), with numbers of our own. */
export function seededTable(seed: number): TrainingData {
  const random = Random.from(seed, 'training table');
  const truth = Float64Array.from({ length: FEATURES }, () => random.normal(0, 0.5));
  const drawn = (count: number): LabelledRows => {
    const rows = Array.from({ length: count }, () => Float64Array.from({ length: FEATURES }, () => random.normal()));
    const scores = rows.map((row) => row.reduce((sum, value, at) => sum + value * truth[at]!, random.normal(0, UNEXPLAINED)));
    return { rows, labels: Uint8Array.from(scores, (score) => (score > 0 ? 1 : 0)) };
  };
  const [training, heldOut] = [drawn(TRAINING_SAMPLES), drawn(HELD_OUT_SAMPLES)];
  const standards = standardsOf(training.rows);
  return {
    training: standardised(training, standards),
    heldOut: standardised(heldOut, standards),
    description: `a seeded table: ${TRAINING_SAMPLES} training and ${HELD_OUT_SAMPLES} held-out samples of ${FEATURES} normal features`,
    classes: ['0', '1'],
  };
}
