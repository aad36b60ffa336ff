/**
 * Seeded tables as published tutorials have them: normal features, and a label for which some of them count for more than others.
 *
 * @module
 */
import { Random } from '../../data/random.ts';
import { standardised, standardsOf, type LabelledRows, type TrainingData } from './samples.ts';

/** Deviation of what no feature explains. */
const UNEXPLAINED = 0.5;

interface TableSize {
  readonly features: number;
  readonly training: number;
  readonly heldOut: number;
}

/** The shape of TenSEAL's tutorial on encrypted training (780 training and 334 test patients, 9 features), with numbers of our own. */
export function seededTable(seed: number): TrainingData {
  return drawTable('training table', seed, { features: 9, training: 780, heldOut: 334 });
}

/** Of a size for schemes that work on one number at a time: one mini-batch to train on. */
export function smallTable(seed: number): TrainingData {
  return drawTable('small training table', seed, { features: 8, training: 128, heldOut: 128 });
}

function drawTable(name: string, seed: number, { features, training: samples, heldOut: judged }: TableSize): TrainingData {
  const random = Random.from(seed, name);
  const truth = Float64Array.from({ length: features }, () => random.normal(0, 0.5));
  const drawn = (count: number): LabelledRows => {
    const rows = Array.from({ length: count }, () => Float64Array.from({ length: features }, () => random.normal()));
    const scores = rows.map((row) => row.reduce((sum, value, at) => sum + value * truth[at]!, random.normal(0, UNEXPLAINED)));
    return { rows, labels: Uint8Array.from(scores, (score) => (score > 0 ? 1 : 0)) };
  };
  const [training, heldOut] = [drawn(samples), drawn(judged)];
  const standards = standardsOf(training.rows);
  return {
    training: standardised(training, standards),
    heldOut: standardised(heldOut, standards),
    description: `a seeded table: ${samples} training and ${judged} held-out samples of ${features} normal features`,
    classes: ['0', '1'],
  };
}
