/**
 * Small networks that others publish figures of, with weights of our own training (models/README.md).
 *
 * @module
 */
import type { Workload } from '../workload.ts';
import type { QuantisationBits } from './digit-planning.ts';
import { type DigitNetwork, digitWorkload } from './digit-networks.ts';

/** Chosen on training images (models/README.md has the table). */
const BITS_OF_RESIDUAL: QuantisationBits = { pixelBits: 4, weightBits: [7, 7, 7, 7] };
const BITS_OF_LENET: QuantisationBits = { pixelBits: 4, weightBits: [7, 7, 7, 7, 7] };

const networks: readonly Omit<DigitNetwork, 'group'>[] = [
  { id: 'mlp-cryptolab', title: 'Digits, CryptoLab in fhe-benchmarking: the middle 22x22, 484-128, square, 128-10' },
  { id: 'mlp-orion', title: 'Digits, Orion and HEIR: 784-128, square, 128-128, square, 128-10' },
  { id: 'cnn-residual', title: 'Digits, convolution 4@5x5, residual block of two 4@3x3, squares, 144-10', bits: BITS_OF_RESIDUAL },
  { id: 'cnn-lenet', title: 'Digits, LeNet-5: 6@5x5, 16@5x5, average pooling, 400-120-84-10, squares', bits: BITS_OF_LENET },
];

/** In the order of the tables. */
export const publishedNetworks: readonly Workload[] = networks.map((network) => digitWorkload({ ...network, group: 'published' }));
