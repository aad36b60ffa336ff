/**
 * Results in the form of the FHE benchmarking suite (fhe-benchmarking/ml-inference, harness/utils.py): one file a launch, times in
 * seconds and sizes as its harness prints them, so that rows of ours can be read beside those of the suite. No submission to it: the
 * network and the data are those of the case.
 *
 * @module
 */
import { printableJson } from '../../harness/record/printable.ts';
import { STAGES, type LaunchRecord, type MeasuredRecord, type Stage } from '../../harness/record/record.ts';
import { median } from '../../harness/record/statistics.ts';
import { poolCases } from '../case.ts';
import { fileNameOf } from '../file-name.ts';

/** The suite's names of what we time as stages. */
const STEPS: readonly (readonly [step: string, stages: readonly Stage[]])[] = [
  ['Key Generation', ['setup', 'keygen']],
  ['Encrypted model preprocessing', ['encodeModel']],
  ['Input encryption', ['encrypt']],
  ['Encrypted computation', ['load', 'evaluate', 'store']],
  ['Result decryption', ['decrypt']],
];

/** `fhe-benchmarking-<case>-results-<launch>.json` for every completed launch of a network. */
export function fheBenchmarkingFiles(records: readonly LaunchRecord[]): readonly (readonly [name: string, content: string])[] {
  return poolCases(records).flatMap(({ id, comparable }) =>
    comparable.map((launch, at) => [
      `fhe-benchmarking-${fileNameOf(id)}-results-${at + 1}.json`,
      `${printableJson(resultOf(launch), 2)}\n`,
    ]),
  );
}

function resultOf(launch: MeasuredRecord): object {
  const { workload, data, bytes, accuracy, stages } = launch;
  const times = STEPS.map(([step, of]) => [step, of.reduce((sum, stage) => sum + seconds(launch, stage), 0)] as const);
  const total = times.reduce((sum, [, time]) => sum + time, 0);
  const keys = Object.values(bytes.keys).reduce((sum, size) => sum + size, 0);
  const reported = STAGES.flatMap((stage) => (stages[stage] == null ? [] : [[stage, `${rounded(seconds(launch, stage))}s`] as const]));
  return {
    model_name: workload,
    dataset_name: data,
    Timing: Object.fromEntries([...times, ['Total', total] as const].map(([step, time]) => [step, `${rounded(time)}s`])),
    Bandwidth: {
      'Public and evaluation keys': readable(keys),
      'Encrypted input': readable(bytes.input),
      'Encrypted results': readable(bytes.output),
    },
    ...(accuracy?.encrypted == null ? {} : { Quality: { 'Encrypted model quality': qualityOf(accuracy.encrypted, accuracy.samples) } }),
    'Server Reported': Object.fromEntries(reported),
  };
}

function qualityOf(share: number, samples: number): object {
  return { correct_predictions: Math.round(share * samples), total_samples: samples, accuracy: share };
}

/** Of one batch; of a stage that was not timed, 0 as the suite has it. */
function seconds({ stages }: MeasuredRecord, stage: Stage): number {
  const timed = stages[stage];
  return timed == null ? 0 : median(timed.samples_ns) / 1e9;
}

/** As the suite rounds. */
function rounded(time: number): number {
  return Math.round(time * 1e4) / 1e4;
}

/** `31.8G`: steps of 1024. */
function readable(size: number): string {
  let [rest, unit] = [size, 0];
  for (; rest >= 1024 && unit < UNITS.length - 1; unit++) rest /= 1024;
  return `${rest.toFixed(1)}${UNITS[unit]!}`;
}

const UNITS = ['B', 'K', 'M', 'G', 'T', 'P'];
