/**
 * The committed networks by name.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { type LoadedNetwork, loadNetwork } from '../network/file/load-network.ts';

/** @throws EnigmarkError as `loadNetwork` does */
export function loadModel(id: string): LoadedNetwork {
  return loadNetwork(fileURLToPath(new URL(`${id}.json`, import.meta.url)));
}
