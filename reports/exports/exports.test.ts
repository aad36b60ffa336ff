/** @module */
import { describe, expect, it } from 'vitest';
import { completedRecord, incorrectRecord } from '../../harness/record/record.examples.ts';
import { renderBencher } from './bencher.ts';
import { fheBenchmarkingFiles } from './fhe-benchmarking.ts';
import { renderGithubActionBenchmark } from './github-action-benchmark.ts';

const records = [1, 2, 3].map((launch) => completedRecord({ launch }));
const id = 'ckks/dense-784x10/auto/packed/library/t1';
/** Load, evaluate and store of the examples. */
const SERVER_NS = 48_400_000 + 812_000 + 301_000;

describe('what other services read', () => {
  it('github-action-benchmark: a list of name, unit and value', () => {
    const entries = JSON.parse(renderGithubActionBenchmark(records)) as { name: string; unit: string; value: number }[];
    expect(entries).toContainEqual(expect.objectContaining({ name: `${id} server`, unit: 'ms', value: SERVER_NS / 1e6 }));
    expect(entries).toContainEqual({ name: `${id} operations`, unit: 'operations', value: 36 });
  });

  it('bencher: measures of each benchmark, in its own unit', () => {
    const entries = JSON.parse(renderBencher(records)) as Record<string, { latency: Record<string, number> }>;
    expect(entries[id]).toMatchObject({ latency: { value: SERVER_NS }, operations: { value: 36 }, keys_bytes: { value: 7_078_320 } });
    expect(entries[id]!.latency['lower_value']).toBeLessThanOrEqual(SERVER_NS);
  });

  it('fhe-benchmarking: a file for each launch, whose total is the sum of its steps', () => {
    const files = fheBenchmarkingFiles(records);
    expect(files.map(([name]) => name)).toEqual(
      [1, 2, 3].map((n) => `fhe-benchmarking-ckks-dense-784x10-auto-packed-library-t1-results-${n}.json`),
    );
    const result = JSON.parse(files[0]![1]) as { Timing: Record<string, string> };
    expect(result).toMatchObject({
      model_name: 'dense-784x10',
      Timing: { 'Encrypted computation': '0.0495s', 'Input encryption': '0.0042s' },
      Bandwidth: { 'Public and evaluation keys': '6.8M', 'Encrypted input': '128.2K' },
      Quality: { 'Encrypted model quality': { correct_predictions: 91, total_samples: 100 } },
    });
    const { Total, ...steps } = result.Timing;
    const sum = Object.values(steps).reduce((total, time) => total + parseFloat(time), 0);
    expect(parseFloat(Total!)).toBeCloseTo(sum, 3);
  });

  it('none of them is told of a case that is wrong', () => {
    expect(renderBencher([incorrectRecord()])).toBe('{}\n');
    expect(fheBenchmarkingFiles([incorrectRecord()])).toEqual([]);
  });
});
