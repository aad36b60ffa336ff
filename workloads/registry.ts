/**
 * Every workload, and how one is named on the command line.
 *
 * @module
 */
import { EnigmarkError } from '../schemes/errors.ts';
import { nearestNames } from '../schemes/nearest-names.ts';
import { activationFunctions } from './activation/functions.ts';
import { activationVector } from './activation/vector.ts';
import { denseClassifier } from './dense/classifier.ts';
import { squareLayer } from './dense/square.ts';
import { primitives } from './primitives/primitives.ts';
import type { RegisteredWorkload } from './workload.ts';

/** In the order of the tables. */
export const workloads: readonly RegisteredWorkload[] = [
  denseClassifier,
  ...[64, 128, 256, 512, 1024].map(squareLayer),
  ...activationFunctions.map(activationVector),
  primitives,
];

/**
 * The workload of that id, or all of that group.
 *
 * @throws EnigmarkError UNKNOWN_WORKLOAD with the nearest valid names
 */
export function findWorkloads(selector: string): readonly RegisteredWorkload[] {
  const found = workloads.filter(({ id, group }) => id === selector || group === selector);
  if (found.length > 0) return found;
  const names = [...new Set(workloads.flatMap(({ id, group }) => [group, id]))];
  const nearest = nearestNames(selector, names);
  throw new EnigmarkError('UNKNOWN_WORKLOAD', {
    expected: 'a workload or a group of workloads',
    got: `'${selector}'`,
    remedy: `${nearest.length > 0 ? `did you mean ${nearest.join(' or ')}? ` : ''}npm run list names them all`,
  });
}
