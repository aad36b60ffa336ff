/**
 * Launches of short trainings.
 *
 * @module
 */
import { join } from 'node:path';
import type { HEScheme } from '../../../schemes/scheme.ts';
import { USUAL_PLANNING } from '../../../workloads/own/planning-options.ts';
import { logisticRegression } from '../../../workloads/training/logistic.ts';
import { recipes, type Recipe } from '../../../workloads/training/recipes.ts';
import type { TrainingWorkload } from '../../../workloads/training/training.ts';
import { recordWithoutResult } from '../../record/record.examples.ts';
import { isOfTraining, parseRecord, type TrainingRecord } from '../../record/record.ts';
import type { LaunchMessage, LaunchRequest } from '../messages.ts';
import { measureTraining } from './measure-training.ts';

const [table] = recipes as readonly [Recipe];
/** The table, for so many epochs. */
export const short = (epochs: number): Recipe => ({ ...table, course: { ...table.course, epochs } });

/** Of the first recipe's case; what is kept of it goes into `folder`. */
export function requestOf(folder: string, scheme: HEScheme, { help, updates }: Pick<Trained, 'help' | 'updates'> = {}): LaunchRequest {
  const { schemaVersion, launch, order, schemeName, family, library, threads, encryption, environment, startedAt } =
    recordWithoutResult('failed');
  const facts = { schemaVersion, launch, order, schemeName, family, library, threads, encryption, environment, startedAt };
  const id = `${scheme.id}/${table.id}/auto/diagonals/own/t1`;
  return {
    facts: {
      ...facts,
      id,
      scheme: scheme.id,
      layout: 'diagonals',
      workload: table.id,
      group: 'training-logistic',
      kernels: 'own',
      ...(help === undefined ? {} : { help }),
      ...(updates === undefined ? {} : { updates }),
    },
    ...{
      adapter: null,
      networks: [],
      planning: USUAL_PLANNING,
      bootstrap: false,
      trainings: [],
      connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
      parameters: null,
      seed: 1,
      dataFolder: null,
      keyCache: null,
      planCache: null,
      trainingFolder: join(folder, 'training'),
    },
    ...{ budget_ns: 1e9, stopping: { precision: 0.1, mostSamples: 1 }, warmup: 1, longestCase_ns: 1e12, planOnly: false },
  };
}

export interface Trained {
  readonly tell?: (message: LaunchMessage) => void;
  readonly help?: 'activation';
  readonly updates?: number | 'all';
  readonly parameters?: string;
}

/** One whole launch, and its record as it is read back. */
export async function trainedIn(
  folder: string,
  training: Recipe | TrainingWorkload,
  scheme: HEScheme,
  { tell = () => undefined, parameters, ...how }: Trained = {},
): Promise<TrainingRecord> {
  const request = { ...requestOf(folder, scheme, how), parameters: parameters ?? null };
  const workload = 'prepareTraining' in training ? training : logisticRegression(training);
  const result = await measureTraining(request, { scheme, workload }, tell);
  if (result.kind !== 'record') throw new Error(`no record but ${result.kind}`);
  const record = parseRecord(JSON.parse(JSON.stringify(result.record)));
  if (!isOfTraining(record)) throw new Error(`no figures but ${JSON.stringify(record)}`);
  return record;
}
