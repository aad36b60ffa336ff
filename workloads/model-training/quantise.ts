/**
 * Finds how few bits the integer schemes may count pixels and weights in: `npm run quantise -- cnn-tenseal` searches for one network,
 * `npm run quantise` for all. Writes `workloads/models/quantisation.json` and prints what was tried.
 *
 * @module
 */
import { writeFileSync } from 'node:fs';
import { describeError } from '../../schemes/errors.ts';
import { loadMnist } from '../data/mnist.ts';
import { loadModel } from '../models/load-model.ts';
import { chosenBits, readQuantisations, QUANTISATION_FILE, quantisedNetworks, type RecordedQuantisation } from '../models/quantisation.ts';
import { searchBits } from './quantisation-search.ts';

try {
  const named = process.argv.slice(2);
  const ids = named.length > 0 ? named : quantisedNetworks;
  const recorded: Record<string, RecordedQuantisation> = named.length > 0 ? { ...readQuantisations() } : {};
  const { training } = loadMnist();
  for (const id of ids) {
    const found = searchBits(loadModel(id).network, training, (tried) => {
      const { pixelBits, weightBits, right, range_log2 } = tried;
      console.error(
        `${id}: ${pixelBits} and ${weightBits.join(', ')} bits, ${right} of ${training.count}, range 2^${range_log2.toFixed(1)}`,
      );
    });
    recorded[id] = found;
    const { pixelBits, weightBits, right, range_log2 } = chosenBits(found);
    console.log(
      `${id}: pixels of ${pixelBits} and weights of ${weightBits.join(', ')} bits, ${right} of ${found.images} right (float ${found.float}), range 2^${range_log2.toFixed(1)}`,
    );
    writeFileSync(QUANTISATION_FILE, `${JSON.stringify(recorded, null, 2)}\n`);
  }
} catch (error) {
  const { code, message } = describeError(error);
  console.error(`${code}: ${message}`);
  process.exitCode = 2;
}
