/**
 * What a user's network is run on: the samples that come with it, or random inputs; and what its ranges are measured on.
 *
 * @module
 */
import { Random } from '../data/random.ts';
import type { LoadedNetwork } from '../network/file/load-network.ts';
import type { Network } from '../network/network.ts';
import { sizeOf } from '../network/shape.ts';

export interface NetworkData {
  readonly samples: readonly Float64Array[];
  readonly labels: Uint32Array | null;
  /** Right outputs of every sample as numbers; null: there are none. */
  readonly targets: readonly Float64Array[] | null;
  /** Other inputs, for ranges; null: there are only the samples. */
  readonly calibration: readonly Float64Array[] | null;
  /** In plain words. */
  readonly description: string;
}

const RANDOM_SAMPLES = 256;
const RANDOM_CALIBRATION = 256;
/** More inputs hardly widen a range, and planning goes through all of them. */
const MOST_CALIBRATION = 2_000;

function randomInputs({ input }: Network, count: number, random: Random): readonly Float64Array[] {
  const values = sizeOf(input.shape);
  return Array.from({ length: count }, () => new Float64Array(values).map(() => random.uniform(input.min, input.max)));
}

/** Random numbers depend on `seed` alone. */
export function networkData({ id, network, samples, leftToClient, remark }: LoadedNetwork, seed: number): NetworkData {
  const left = [...(leftToClient === null ? [] : [`${leftToClient} is left to the client`]), remark ?? []]
    .flat()
    .map((words) => `; ${words}`)
    .join('');
  const random = (what: string): Random => Random.from(seed, `${id} ${what}`);
  if (samples === null) {
    const { min, max } = network.input;
    return {
      samples: randomInputs(network, RANDOM_SAMPLES, random('inputs')),
      labels: null,
      targets: null,
      calibration: randomInputs(network, RANDOM_CALIBRATION, random('calibration')),
      description: `${RANDOM_SAMPLES} random inputs, uniform from ${min} to ${max} (seed ${seed}), because the network's file names no samples; ranges measured on ${RANDOM_CALIBRATION} others${left}`,
    };
  }
  const { inputs, labels, targets, calibration } = samples;
  const named = labels !== null ? 'labelled samples' : targets !== null ? 'samples with right outputs' : 'samples without labels';
  const others = calibration?.slice(0, MOST_CALIBRATION) ?? null;
  const few = (calibration?.length ?? 0) > MOST_CALIBRATION ? `the first ${MOST_CALIBRATION} of ` : '';
  const measured = calibration === null ? 'ranges measured on the same' : `ranges measured on ${few}${calibration.length} others`;
  return {
    samples: inputs,
    labels,
    targets,
    calibration: others,
    description: `${inputs.length} ${named} that come with the network; ${measured}${left}`,
  };
}
