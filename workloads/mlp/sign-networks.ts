/**
 * Networks of one hidden layer and signs over black and white images of digits, as Bourse, Minelli, Minihold and Paillier evaluate
 * them ("Fast homomorphic evaluation of deep discretized neural networks", CRYPTO 2018). Weights are whole numbers, so that nothing is
 * lost in planning; they need a scheme with tables.
 *
 * @module
 */
import { loadDigits, tableRanges } from '../data/digits.ts';
import { binaryImageValues } from '../data/images.ts';
import { loadModel } from '../models/load-model.ts';
import { unsignedInput } from '../network/quantisation.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import type { TableQuantisation } from '../plan/tables/table-network.ts';
import type { Workload } from '../workload.ts';

/** Pixels are 0 or 1; weights from -7 to 7 take 4 bits with their sign. */
const INPUT = unsignedInput(1);
const WEIGHT_BITS = 4;
/** Signs have a table of one entry, whatever the resolution. */
const TABLES: TableQuantisation = {
  input: INPUT,
  weightBits: { ofInputs: WEIGHT_BITS, ofTables: WEIGHT_BITS },
  entryBits: 8,
  outputBits: 1,
};

function workload(hidden: number): Workload {
  const id = `mlp-dinn-${hidden}`;
  return {
    id,
    group: 'mlp',
    title: `Digits in black and white, 784-${hidden}, sign, ${hidden}-10`,
    layouts: ['batched'],
    async prepare(request) {
      const { network } = loadModel(id);
      const source = { dataFolder: request.dataFolder, pixelsOf: binaryImageValues };
      const digits = loadDigits(source, request.seed, network);
      const task = prepareNetwork(request, {
        ...digits,
        data: `${digits.data}, black and white: 1 from 128 of 255 on`,
        network,
        quantisation: { input: INPUT, weightBits: WEIGHT_BITS },
        tables: { quantisation: TABLES, ranges: () => tableRanges(source) },
        // No polynomial stands for a sign: a scheme without tables refuses before it asks for any range.
        ranges: () => ({ bound: 'proven' }),
        degree: 2,
      });
      return Promise.resolve(task);
    },
  };
}

/** In the order of the tables. */
export const signNetworks: readonly Workload[] = [30, 100].map(workload);
