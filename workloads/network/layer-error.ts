/**
 * Refusal of a layer that does not fit its network.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';

/** @throws EnigmarkError NETWORK_SHAPE naming the layer */
export function refuseLayer(layer: string, expected: string, got: string): never {
  throw new EnigmarkError('NETWORK_SHAPE', {
    expected: `${expected} in layer "${layer}"`,
    got,
    remedy: 'change the layer, or the one before it',
  });
}

/** @throws EnigmarkError NETWORK_SHAPE where a layer does not hold as many numbers as it must */
export function expectCount(layer: string, what: string, numbers: Float64Array, count: number): void {
  if (numbers.length !== count) refuseLayer(layer, `${count} ${what}`, `${numbers.length}`);
}
