/**
 * A user's own network as a workload: `--network file.json`.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { loadNetwork } from '../network/file/load-network.ts';
import type { InputQuantisation } from '../network/quantisation.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import { LAYOUTS, type Workload } from '../workload.ts';
import { networkData } from './network-data.ts';

/** Ranges are this many times what the calibration samples reach: of unknown networks few are known. */
const CALIBRATION_MARGIN = 2;
/** Coarser ones make another network of many; finer ones leave no room for a square. */
const INPUT_BITS = 6;
const WEIGHT_BITS = 6;
/** Where activations are tables: weights of inputs cost nothing, those of table outputs multiply noise. */
const TABLES = { weightBits: { ofInputs: 8, ofTables: 5 }, entryBits: 8, outputBits: 8 } as const;
/** Of sums before tables, which tell fewer values apart the wider the range is. */
const TABLE_MARGIN = 1.5;
/** Of polynomials that stand for ReLU and sigmoid; whole numbers grow with every power. */
const DEGREE = { real: 4, integer: 2 };

/** Counts of which the farther end of the interval takes the most that `INPUT_BITS` bits hold. */
function inputQuantisation(min: number, max: number): InputQuantisation {
  const step = Math.max(Math.abs(min), Math.abs(max)) / (2 ** (min < 0 ? INPUT_BITS - 1 : INPUT_BITS) - 1);
  return { step, min: Math.round(min / step), max: Math.round(max / step) };
}

/** Ids stand in records, in file names and between slashes. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;

/**
 * The workload that is called as the file is, without '.json'.
 *
 * @throws EnigmarkError NETWORK_ID (a name that cannot stand in a record), and as `loadNetwork` does
 */
export function ownNetwork(path: string): Workload {
  const loaded = loadNetwork(path);
  const { id, title, network } = loaded;
  if (!ID.test(id)) {
    throw new EnigmarkError('NETWORK_ID', {
      expected: "a file name of letters, digits, dots, dashes and underscores, which becomes the workload's name",
      got: `'${id}'`,
      remedy: 'rename the file',
    });
  }
  return {
    id,
    group: 'network',
    title: title ?? `Network ${id}`,
    layouts: LAYOUTS,
    async prepare(request) {
      const { samples, labels, calibration: others, description } = networkData(loaded, request.seed);
      const calibration = others ?? samples;
      const input = inputQuantisation(network.input.min, network.input.max);
      return Promise.resolve(
        prepareNetwork(request, {
          network,
          samples: samples.length,
          sample: (index) => samples[index]!,
          labels,
          calibration: others === null ? null : { inputs: others, words: `${others.length} calibration inputs` },
          data: description,
          quantisation: { input, weightBits: WEIGHT_BITS },
          tables: {
            quantisation: { input, ...TABLES },
            ranges: () => ({ bound: 'calibrated', samples: calibration, margin: TABLE_MARGIN }),
          },
          ranges: () => ({ bound: 'calibrated', samples: calibration, margin: CALIBRATION_MARGIN }),
          degree: DEGREE[request.scheme.arithmetic],
        }),
      );
    },
  };
}
