/**
 * For tests: one launch of a network over random inputs, from plan to record, without a process of its own.
 *
 * @module
 */
import type { HEScheme, Kernels } from '../../schemes/scheme.ts';
import { Random } from '../../workloads/data/random.ts';
import type { Network } from '../../workloads/network/network.ts';
import { signedInput } from '../../workloads/network/quantisation.ts';
import { sizeOf } from '../../workloads/network/shape.ts';
import { prepareNetwork } from '../../workloads/plan/network-task.ts';
import type { ClientHelp, Layout, Workload } from '../../workloads/workload.ts';
import type { Forecast, LaunchRequest } from './messages.ts';
import { measure } from './measure.ts';
import { PROFILES } from '../run/profile.ts';
import { completedRecord } from '../record/record.examples.ts';
import { parseRecord, type LaunchRecord } from '../record/record.ts';
import { USUAL_PLANNING } from '../../workloads/own/planning-options.ts';

export interface NetworkLaunch {
  readonly scheme: HEScheme;
  readonly kernels: Kernels;
  readonly layout: Layout;
  readonly parameters: string | null;
  readonly seed: number;
  readonly samples: number;
  readonly help?: ClientHelp;
  readonly bootstrap?: boolean;
  readonly cut?: string;
  /** Default: one batch. */
  readonly budget_ns?: number;
}

/** Inputs from -1 to 1. Integer schemes count inputs and weights in so many bits. */
export function networkWorkload(
  network: Network,
  { seed, samples, layout }: Pick<NetworkLaunch, 'seed' | 'samples' | 'layout'>,
  bits = 4,
): Workload {
  const random = Random.from(seed, 'network inputs');
  const inputs = Array.from({ length: samples }, () => new Float64Array(sizeOf(network.input.shape)).map(() => random.uniform(-1, 1)));
  return {
    id: 'random-network',
    group: 'random-network',
    title: 'A network that nobody tuned',
    layouts: [layout],
    prepare: (request) =>
      Promise.resolve(
        prepareNetwork(request, {
          network,
          samples,
          sample: (index) => inputs[index]!,
          labels: null,
          calibration: null,
          data: 'random inputs',
          quantisation: { input: signedInput(bits), weightBits: bits },
          tables: {
            quantisation: { input: signedInput(4), weightBits: { ofInputs: 5, ofTables: 5 }, entryBits: 8, outputBits: 8 },
            ranges: () => ({ bound: 'calibrated', samples: inputs, margin: 1.2 }),
          },
          ranges: () => ({ bound: 'calibrated', samples: inputs, margin: 2 }),
          degree: 2,
        }),
      ),
  };
}

/** The record of a launch, read back as a run would. */
export async function launchWorkload(workload: Workload, launch: Omit<NetworkLaunch, 'samples'>): Promise<LaunchRecord> {
  const result = await measure(requestOf(workload, launch, false), { scheme: launch.scheme, workload }, () => undefined);
  if (result.kind !== 'record') throw new Error(`no record but ${result.kind}`);
  return parseRecord(JSON.parse(JSON.stringify(result.record)));
}

/** What a dry run says of the launch. */
export async function forecastWorkload(workload: Workload, launch: Omit<NetworkLaunch, 'samples'>): Promise<Forecast> {
  const result = await measure(requestOf(workload, launch, true), { scheme: launch.scheme, workload }, () => undefined);
  if (result.kind !== 'forecast') throw new Error(`no forecast but ${JSON.stringify(result)}`);
  return result.forecast;
}

function requestOf(workload: Workload, launch: Omit<NetworkLaunch, 'samples'>, planOnly: boolean): LaunchRequest {
  const { scheme, kernels, layout, parameters, seed, help, bootstrap = false, cut, budget_ns = 1 } = launch;
  const { schemaVersion, id, library, encryption, environment, startedAt } = completedRecord();
  const facts = {
    ...{ schemaVersion, id, launch: 1, order: 0, scheme: scheme.id, schemeName: scheme.scheme, family: scheme.family, library },
    ...{ workload: workload.id, group: workload.group, layout, kernels, threads: 1, encryption, environment, startedAt },
    ...(help === undefined ? {} : { help }),
  };
  return {
    ...{
      facts,
      adapter: null,
      networks: [],
      planning: USUAL_PLANNING,
      bootstrap,
      trainings: [],
      connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
      parameters,
      seed,
      dataFolder: null,
      ...(cut === undefined ? {} : { cut }),
      keyCache: null,
      planCache: null,
      trainingFolder: null,
    },
    ...{ budget_ns, stopping: PROFILES.quick.stopping, warmup: 0, longestCase_ns: 600e9, planOnly },
  };
}
