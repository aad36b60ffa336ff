/**
 * Trained convolutional networks on images of handwritten digits: topologies of published systems, and one with ReLU.
 *
 * @module
 */
import { digitRanges, loadDigits, tableRanges } from '../data/digits.ts';
import { loadModel } from '../models/load-model.ts';
import { chosenBits, readQuantisations } from '../models/quantisation.ts';
import { unsignedInput } from '../network/quantisation.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import { LAYOUTS, type Workload } from '../workload.ts';
import { digitQuantisation, INTEGER_DEGREE, integerRanges, digitSource, type QuantisationBits } from './digit-planning.ts';

export interface DigitNetwork {
  /** Also the name of the model's file. */
  readonly id: string;
  readonly group: string;
  readonly title: string;
  /** Of the integer schemes, where no search found them: a network that is refreshed on the way has no range in the end to search for. */
  readonly bits?: QuantisationBits;
}

/** Of polynomials that stand for ReLU in real arithmetic; the square is itself. */
const REAL_DEGREE = 4;

const networks: readonly Omit<DigitNetwork, 'group'>[] = [
  { id: 'cnn-tenseal', title: 'Digits, TenSEAL: convolution 4@7x7, square, 256-64, square, 64-10' },
  { id: 'cnn-cryptonets', title: 'Digits, CryptoNets: convolution 5@5x5, square, 845-100, square, 100-10' },
  { id: 'cnn-lola-small', title: 'Digits, LoLa small: convolution 5@5x5, square, 845-10' },
  { id: 'cnn-relu', title: 'Digits, convolution 4@5x5, ReLU, average pooling, 144-32, ReLU, 32-10' },
];

/** Under tables. Chosen on training images (models/README.md has the table). */
export const DIGIT_TABLES = { input: unsignedInput(8), weightBits: { ofInputs: 8, ofTables: 5 }, entryBits: 8, outputBits: 8 } as const;

/** A committed network over images of digits. */
export function digitWorkload({ id, group, title, bits }: DigitNetwork): Workload {
  return {
    id,
    group,
    title,
    layouts: LAYOUTS,
    async prepare(request) {
      const { network } = loadModel(id);
      const source = digitSource(network, request.dataFolder);
      const task = prepareNetwork(request, {
        ...loadDigits(source, request.seed, network),
        network,
        quantisation: digitQuantisation(bits ?? chosenBits(readQuantisations()[id]!)),
        tables: { quantisation: DIGIT_TABLES, ranges: () => tableRanges(source) },
        ranges: (arithmetic) => (arithmetic === 'integer' ? integerRanges(network, source) : digitRanges(arithmetic, source)),
        degree: request.scheme.arithmetic === 'integer' ? INTEGER_DEGREE : REAL_DEGREE,
      });
      return Promise.resolve(task);
    },
  };
}

/** In the order of the tables. */
export const digitNetworks: readonly Workload[] = networks.map((network) => digitWorkload({ ...network, group: 'cnn' }));

/** For `hybrid` in the packed layout: a ReLU behind layers that are CKKS's. */
export const squareRelu: Workload = digitWorkload({
  ...{ id: 'cnn-square-relu', group: 'cnn', title: "Digits, TenSEAL's layers: convolution 4@7x7, square, 256-64, ReLU, 64-10" },
  bits: { pixelBits: 3, weightBits: [7, 7, 5] },
});
