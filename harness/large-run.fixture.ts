/**
 * An invented run of many records, to see how heavy its report is.
 *
 * @module
 */
import type { LaunchRecord } from './record/record.ts';
import { completedRecord, recordWithoutResult, runInformation, samplesAround } from './record/record.examples.ts';
import type { ReportInput } from '../reports/report-input.ts';

const SCHEMES = ['ckks', 'bfv', 'bgv', 'tfhe', 'paillier'];
const LAYOUTS = ['packed', 'batched'] as const;
const KERNELS = ['own', 'library'] as const;
const CASES_OF_NETWORK = SCHEMES.length * LAYOUTS.length * KERNELS.length;
/** Every so many cases one is unsupported, as in the committed runs. */
const UNSUPPORTED_EVERY = 15;

/** So many cases of one launch each, 20 for a network, every stage with so many samples. */
export function largeRun(records: number, samples: number): ReportInput {
  return { records: Array.from({ length: records }, (_, index) => recordAt(index, samples)), information: runInformation(), warnings: [] };
}

function recordAt(index: number, samples: number): LaunchRecord {
  const at = <T>(choices: readonly T[], position: number): T => choices[position % choices.length]!;
  const scheme = at(SCHEMES, index);
  const layout = at(LAYOUTS, Math.floor(index / SCHEMES.length));
  const kernels = at(KERNELS, Math.floor(index / (SCHEMES.length * LAYOUTS.length)));
  const workload = `network-${Math.floor(index / CASES_OF_NETWORK) + 1}`;
  const named = { scheme, schemeName: scheme, workload, group: workload, layout, kernels, order: index };
  if (index % UNSUPPORTED_EVERY === 0) return recordWithoutResult('unsupported', named);
  const { stages } = completedRecord();
  const timed = (stage: keyof typeof stages) => {
    const centre_ns = stages[stage]!.samples_ns[0]! * (1 + (index % CASES_OF_NETWORK));
    return { samples_ns: samplesAround(centre_ns, samples, Math.round(centre_ns / 1000)), warmup_ns: [2 * centre_ns] };
  };
  const [encrypt, load, evaluate] = [timed('encrypt'), timed('load'), timed('evaluate')];
  return completedRecord({
    ...named,
    stages: { ...stages, encrypt, load, evaluate, store: timed('store'), decrypt: timed('decrypt') },
  });
}
