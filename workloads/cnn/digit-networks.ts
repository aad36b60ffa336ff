/**
 * Trained convolutional networks on images of handwritten digits: topologies of published systems, and one with ReLU.
 *
 * @module
 */
import { digitRanges, loadDigits, tableRanges } from '../data/digits.ts';
import { loadModel } from '../models/load-model.ts';
import { unsignedInput } from '../network/quantisation.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import { LAYOUTS, type Workload } from '../workload.ts';

interface DigitNetwork {
  /** Also the name of the model's file. */
  readonly id: string;
  readonly title: string;
  /** For integer schemes. */
  readonly pixelBits: number;
  readonly weightBits: number;
  /** Of the polynomials that stand for activations; the square is itself. */
  readonly degree: number;
}

const networks: readonly DigitNetwork[] = [
  { id: 'cnn-tenseal', title: 'Digits, TenSEAL: convolution 4@7x7, square, 256-64, square, 64-10', pixelBits: 4, weightBits: 6, degree: 2 },
  {
    id: 'cnn-cryptonets',
    title: 'Digits, CryptoNets: convolution 5@5x5, square, 845-100, square, 100-10',
    pixelBits: 4,
    weightBits: 6,
    degree: 2,
  },
  { id: 'cnn-lola-small', title: 'Digits, LoLa small: convolution 5@5x5, square, 845-10', pixelBits: 4, weightBits: 6, degree: 2 },
  {
    id: 'cnn-relu',
    title: 'Digits, convolution 4@5x5, ReLU, average pooling, 144-32, ReLU, 32-10',
    pixelBits: 4,
    weightBits: 6,
    degree: 4,
  },
];

/** Under tables. Chosen on training images (models/README.md has the table). */
export const DIGIT_TABLES = { input: unsignedInput(8), weightBits: { ofInputs: 8, ofTables: 5 }, entryBits: 8, outputBits: 8 } as const;

function workload({ id, title, pixelBits, weightBits, degree }: DigitNetwork): Workload {
  return {
    id,
    group: 'cnn',
    title,
    layouts: LAYOUTS,
    async prepare(request) {
      const { network } = loadModel(id);
      const quantisation = { input: unsignedInput(pixelBits), weightBits };
      const task = prepareNetwork(request, {
        ...loadDigits(request.dataFolder, request.seed),
        network,
        quantisation,
        tables: { quantisation: DIGIT_TABLES, ranges: tableRanges },
        ranges: digitRanges,
        degree,
      });
      return Promise.resolve(task);
    },
  };
}

/** In the order of the tables. */
export const digitNetworks: readonly Workload[] = networks.map(workload);
