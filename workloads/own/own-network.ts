/**
 * A user's own network as a workload: `--network file.json`.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { chainOf } from '../network/chain.ts';
import { loadNetwork } from '../network/file/load-network.ts';
import type { Network } from '../network/network.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import { LAYOUTS, type Workload } from '../workload.ts';
import { networkData } from './network-data.ts';
import { degreeOf, marginsOf, type PlanningOptions, quantisationOf, tableQuantisationOf, USUAL_PLANNING } from './planning-options.ts';

/** Ids stand in records, in file names and between slashes, and commas part them on the command line. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
const MOST_LENGTH = 60;
const DIGEST_LENGTH = 8;

/** A file's name as an id: what an id cannot hold becomes a dash, and where anything was changed a digest keeps names apart. */
function idOf(name: string): string {
  if (ID.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MOST_LENGTH - DIGEST_LENGTH - 1);
  return `${plain === '' ? 'network' : plain}-${digest}`;
}

/**
 * The workload that is called as the file is, without '.json'.
 *
 * @throws EnigmarkError as `loadNetwork` does, and NETWORK_TOO_LARGE where a layer's matrix has more weights than memory should hold
 */
export function ownNetwork(path: string, options: PlanningOptions = USUAL_PLANNING): Workload {
  const loaded = loadNetwork(path);
  const { id: name, title, network } = loaded;
  // Here, not in every launch: what can never be planned is one refusal.
  chainOf(network);
  const { min, max } = network.input;
  const margins = marginsOf(options);
  return {
    id: idOf(name),
    group: 'network',
    title: title ?? `Network ${name}`,
    layouts: LAYOUTS,
    async prepare(request) {
      const { samples, labels, targets, calibration: others, description } = networkData(loaded, request.seed);
      const calibration = others ?? samples;
      return Promise.resolve(
        prepareNetwork(request, {
          network,
          samples: samples.length,
          sample: (index) => samples[index]!,
          labels,
          ...(targets === null ? {} : { targets: (index) => targets[index]! }),
          threshold: thresholdOf(network),
          calibration: others === null ? null : { inputs: others, words: `${others.length} calibration inputs` },
          data: description,
          quantisation: quantisationOf(options, { min, max }),
          tables: {
            quantisation: tableQuantisationOf(options, { min, max }),
            ranges: () => ({ bound: 'calibrated', samples: calibration, margin: margins.ofTables }),
          },
          ranges: () => ({ bound: 'calibrated', samples: calibration, margin: margins.ofRanges }),
          degree: degreeOf(options, request.scheme.arithmetic),
        }),
      );
    },
  };
}

/** From where on one output means class 1: a probability from one half, a logit from zero. */
function thresholdOf({ layers }: Network): number {
  const last = layers.findLast(({ kind }) => kind !== 'flatten');
  return last?.kind === 'activation' && last.activation === 'sigmoid' ? 1 / 2 : 0;
}
