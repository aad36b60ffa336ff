/**
 * A user's own network as a workload: `--network file.json` or `--network model.onnx`.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { chainOf } from '../network/chain.ts';
import { type LoadedNetwork, loadNetwork } from '../network/file/load-network.ts';
import { isModelFile } from '../network/file/read-file.ts';
import type { Network } from '../network/network.ts';
import { loadOnnx } from '../onnx/load-onnx.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { INPUT } from '../network/wiring.ts';
import { networkBaseline } from '../plan/network-baseline.ts';
import type { NetworkOverData } from '../plan/network-over-data.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import { LAYOUTS, type Task, type TaskRequest, type Workload } from '../workload.ts';
import { scaleFeatures } from './feature-scales.ts';
import { networkData } from './network-data.ts';
import { scaleOutputs } from './output-scales.ts';
import { bitsOf, marginsOf, type PlanningOptions, quantisationOf, tableQuantisationOf, USUAL_PLANNING } from './planning-options.ts';

/** Ids stand in records, in file names and between slashes, and commas part them on the command line. */
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
const MOST_LENGTH = 60;
const DIGEST_LENGTH = 8;

/** A file's name as an id: what an id cannot hold becomes a dash, and where anything was changed a digest keeps names apart. */
function idOf(name: string): string {
  if (ID.test(name)) return name;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, DIGEST_LENGTH);
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, MOST_LENGTH - DIGEST_LENGTH - 1);
  return `${plain === '' ? 'network' : plain}-${digest}`;
}

/**
 * The workload that is called as the file is, without its ending.
 *
 * @throws EnigmarkError as `loadNetwork` and `loadOnnx` do, and NETWORK_TOO_LARGE where a layer's matrix has more weights than memory should hold
 */
export function ownNetwork(path: string, options: PlanningOptions = USUAL_PLANNING): Workload {
  const loaded = isModelFile(path) ? loadOnnx(path, options.samples) : loadNetwork(path, options.samples);
  const { id: name, title, network } = loaded;
  // Here, not in every launch: what can never be planned is one refusal.
  chainOf(network);
  return {
    id: idOf(name),
    group: 'network',
    title: title ?? `Network ${name}`,
    layouts: LAYOUTS,
    prepare: async (request) => Promise.resolve(prepare(request, loaded, options)),
  };
}

function prepare(request: TaskRequest, loaded: LoadedNetwork, options: PlanningOptions): Task | Refusal {
  const { network } = loaded;
  const { samples, labels, targets, calibration: others, description } = networkData(loaded, request.seed);
  const data = others ?? samples;
  const margins = marginsOf(options);
  const uniform = quantisationOf(options, network.input);
  // Classes are compared with each other.
  const units = labels === null ? scaleOutputs(network, data) : null;
  const inUnits = (outputs: Float64Array): Float64Array => units?.scaled(outputs) ?? outputs;
  const measured = units?.network ?? network;
  const scaling = scaleFeatures({ network: measured, data, margin: margins.ofRanges, bits: bitsOf(options), uniform: uniform.input });
  const planned = scaling?.network ?? measured;
  const sent = (input: Float64Array): Float64Array => scaling?.scaled(input) ?? input;
  const calibration = data.map(sent);
  const counted = (by: PlanningOptions): Pick<NetworkOverData, 'quantisation' | 'tables'> => ({
    quantisation: quantisationOf(by, planned.input),
    tables: {
      quantisation: tableQuantisationOf(by, planned.input),
      ranges: () => ({ bound: 'calibrated', samples: calibration, margin: margins.ofTables }),
    },
  });
  const task = prepareNetwork(request, {
    network: planned,
    samples: samples.length,
    sample: (index) => sent(samples[index]!),
    labels,
    ...(targets === null ? {} : { targets: (index) => inUnits(targets[index]!) }),
    threshold: thresholdOf(network),
    calibration: others === null ? null : { inputs: calibration, words: `${others.length} calibration inputs` },
    data: [description, ...[scaling, units].flatMap((change) => change?.words ?? [])].join('; '),
    ...counted(options),
    finer: { bits: bitsOf(options), isAllowed: options.bits === null, withBits: (bits) => counted({ ...options, bits }) },
    ranges: () => ({ bound: 'calibrated', samples: calibration, margin: margins.ofRanges }),
    degree: options.degree,
  });
  if (isRefusal(task) || (scaling === null && units === null)) return task;
  const passing = scaling === null ? 0 : samples.filter((input) => scaling.passes(input)).length;
  const passedRanges = [...(passing === 0 ? [] : [{ layer: INPUT, samples: passing }]), ...task.passedRanges];
  const original = { network, samples: samples.length, sample: (index: number) => samples[index]! };
  // What the client does to inputs and outputs is no part of the float network.
  return {
    ...task,
    passedRanges,
    float: (index) => inUnits(evaluateNetwork(network, samples[index]!)),
    baseline: () => networkBaseline(original),
  };
}

/** From where on one output means class 1: a probability from one half, a logit from zero. */
function thresholdOf({ layers }: Network): number {
  const last = layers.findLast(({ kind }) => kind !== 'flatten');
  return last?.kind === 'activation' && last.activation === 'sigmoid' ? 1 / 2 : 0;
}
