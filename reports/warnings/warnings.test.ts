/** @module */
import { describe, expect, test } from 'vitest';
import { completedRecord, incorrectRecord, primitivesRecord, runInformation } from '../../harness/record/record.examples.ts';
import { latencyTable } from '../latency.ts';
import { toText } from '../formats/cell-text.ts';
import { renderReport } from '../write.ts';
import { marksOfCase, warningsOfCase } from './case-warnings.ts';
import { WARNINGS, type WarningCode } from './list.ts';
import { warningsOfMachine } from './machine-warnings.ts';
import { warningLines, warningsOf } from './warnings.ts';

const { stages } = completedRecord();
const steady = Array.from({ length: 40 }, (_, at) => 48_000_000 + 100_000 * ((at * 17) % 40));
const launchOf = (samples_ns: readonly number[], launch = 1) => {
  const times = { samples_ns: [...samples_ns], warmup_ns: [] };
  return completedRecord({
    launch,
    stages: { ...stages, load: null, store: null, evaluate: times },
    notes: { 'stages.load': '-', 'stages.store': '-' },
  });
};
const codes = (...launches: readonly (readonly number[])[]) =>
  warningsOfCase(launches.map((samples, at) => launchOf(samples, at + 1))).map(({ code }) => code);

describe('the list', () => {
  test.each(Object.entries(WARNINGS))('%s is a short mark and a sentence of advice', (_, { mark, advice }) => {
    expect(mark.split(' ').length).toBeLessThanOrEqual(4);
    expect(advice).toMatch(/^[A-Z].*\.$/);
  });
});

describe('warnings about a case', () => {
  test('a steady launch gives none', () => {
    expect(codes(steady)).toEqual([]);
    expect(marksOfCase([launchOf(steady)])).toBe(null);
  });

  test('few samples: no interval, and why; or one that is wide', () => {
    expect(warningsOfCase([launchOf([1e6, 2e6])])).toEqual([
      { code: 'FEW_SAMPLES', about: completedRecord().id, seen: 'n = 2 in one launch: no interval below n = 11 in one launch' },
    ]);
    const wide = steady.slice(0, 11).map((time, at) => time * (1 + at / 20));
    expect(warningsOfCase([launchOf(wide)])[0]).toMatchObject({
      code: 'FEW_SAMPLES',
      seen: expect.stringMatching(/within \d+% only \(n = 11\)/) as unknown,
    });
    expect(codes([1e6], [1e6], [2e6])).toEqual(['FEW_SAMPLES']);
  });

  test.each<[WarningCode, readonly number[]]>([
    ['DRIFT', steady.map((time, at) => time * (1 + at / 40))],
    ['OUTLIERS', steady.map((time, at) => (at % 8 === 5 ? 3 * time : time))],
    ['SLOW_FIRST_SAMPLE', steady.map((time, at) => (at === 0 ? 2 * time : time))],
  ])('%s', (code, samples) => {
    expect(codes(samples)).toContain(code);
    const [, inSecond] = [steady, samples].map((times, at) => launchOf(times, at + 1));
    const seen = warningsOfCase([launchOf(steady), inSecond!]).find((warning) => warning.code === code);
    expect(seen?.seen).toMatch(/^in launch 2 /);
  });
});

describe('warnings about a plan', () => {
  const { accuracy } = completedRecord();
  const heldOut = { samples: 2000, float: 0.926, planned: 0.472, onlyFloat: 908, onlyPlanned: 0, p: 0 };
  const polynomial = 'relu 1: relu by a polynomial of degree 2, off by at most 0.251 on [-4.02, 4.02]';
  const seenIn = (changes: Parameters<typeof completedRecord>[0]) => {
    const times = launchOf(steady);
    return warningsOfCase([{ ...times, ...changes }]).map(({ code, seen }) => `${code}: ${seen}`);
  };
  const noisyOf = (agreement: number | null, rmsError = 0.21) => ({
    predicted: { draws: 2000, agreement, rmsError, sampleRmsError: { low: 0.1, median: 0.2, high: 0.3 } },
    measured: { samples: 9, agreement: 1, rmsError: 0.2 },
    chance: { agreement: 1, error: 0.5 },
  });

  test('accuracy lost: which activation, by which polynomial, off by how much', () => {
    const data = `2000 images; ${polynomial}; 0 of 2000 samples pass a calibrated range`;
    expect(seenIn({ accuracy: { ...accuracy!, heldOut }, data })).toEqual([
      `ACCURACY_LOST: float 92.6%, converted 47.2%: 45.4 points lost (${polynomial})`,
    ]);
    expect(seenIn({ accuracy: { ...accuracy!, heldOut } })).toEqual([expect.stringContaining('no activation was replaced') as string]);
  });

  test('a point lost, one won, and shares of a part of the samples give none', () => {
    for (const changed of [{ planned: 0.916 }, { planned: 0.99 }, { samples: 100 }]) {
      expect(seenIn({ accuracy: { ...accuracy!, heldOut: { ...heldOut, ...changed } } })).toEqual([]);
    }
    expect(seenIn({ accuracy: { ...accuracy!, heldOut: { ...heldOut, planned: 0.915 } } })).toHaveLength(1);
  });

  test('images that the network has not learned', () => {
    const words = "the network learned MNIST's digits and these images are of another kind: in the clear it is right on 6 of 200 of them";
    expect(seenIn({ data: `10000 images; ${words}` })).toEqual(['OTHER_IMAGES: the float network is right on 6 of 200']);
  });

  test('insecure parameters, fallback kernels', () => {
    expect(seenIn({ security: { bits: 100, source: 'x' } })).toEqual(['INSECURE_PARAMETERS: parameters n8192-200, 100 bits']);
    expect(seenIn({ kernels: 'own', path: 'fallback' })).toEqual([expect.stringMatching(/^FALLBACK_KERNELS/) as string]);
    expect(seenIn({ kernels: 'own', path: 'fused' })).toEqual([]);
  });

  test('work that a client does ahead, which no other figure has', () => {
    const offline = { samples_ns: [4e8, 3.96e8, 3.9e8], warmup_ns: [] };
    expect(seenIn({ stages: { ...launchOf(steady).stages, offline } })).toEqual([
      'MADE_AHEAD: before it has data the client takes 396 ms for each batch',
    ]);
  });

  test('probable table errors, as they were predicted', () => {
    expect(seenIn({ noisy: noisyOf(0.993) })).toEqual([
      'TABLE_ERRORS: the class changes in 14 of 2,000 draws, outputs are off by 0.21 (root mean square), as predicted',
    ]);
    expect(seenIn({ noisy: noisyOf(null) })).toEqual(['TABLE_ERRORS: outputs are off by 0.21 (root mean square), as predicted']);
    expect(seenIn({ noisy: noisyOf(1, 0) })).toEqual([]);
  });

  test('are said once for all launches', () => {
    const launches = [1, 2, 3].map((launch) => ({ ...launchOf(steady, launch), security: { bits: 100, source: 'x' } }));
    expect(warningsOfCase(launches).filter(({ code }) => code === 'INSECURE_PARAMETERS')).toHaveLength(1);
  });
});

describe('warnings about the machine', () => {
  test('an idle, steady one gives none', () => {
    expect(warningsOfMachine(runInformation())).toEqual([]);
    expect(
      warningsOfMachine(runInformation({ load: { before: [0, 0, 0], after: null }, calibration: { before_ns: [5], after_ns: null } })),
    ).toEqual([]);
  });

  test('load before, or well beyond the cores after', () => {
    const seen = (before: number, after: number) =>
      warningsOfMachine(runInformation({ load: { before: [before, 0, 0], after: [after, 0, 0] } })).map((warning) => warning.seen);
    expect(seen(1.5, 9)).toEqual(['load 1.5 on 2 cores before the run']);
    expect(seen(0.1, 3.5)).toEqual(['load 3.5 on 2 cores after the run']);
    expect(seen(0.1, 2.5)).toEqual([]);
  });

  test('a calibration loop that takes another time than before', () => {
    const slower = runInformation({ calibration: { before_ns: [50, 50, 50], after_ns: [60, 60, 60] } });
    expect(warningsOfMachine(slower)).toEqual([
      { code: 'MACHINE_CHANGED', about: null, seen: 'the calibration loop took 20.0% more time after the run than before it' },
    ]);
  });
});

describe('warnings about a run', () => {
  test('of cases that have figures, the machine first; without run.json of cases alone', () => {
    const records = [launchOf([1e6]), incorrectRecord({ workload: 'wrong' }), primitivesRecord()];
    const busy = runInformation({ load: { before: [9, 9, 9], after: null } });
    expect(warningsOf(records, busy).map(({ code }) => code)).toEqual(['MACHINE_BUSY', 'FEW_SAMPLES']);
    expect(warningsOf(records, null).map(({ code }) => code)).toEqual(['FEW_SAMPLES']);
    expect(warningsOf([], null)).toEqual([]);
  });

  test('one line a kind: three cases by name, the others by number, and the advice', () => {
    const about = (id: string) => ({ code: 'DRIFT', about: id, seen: 'times rose by 9.0%' }) as const;
    expect(warningLines(['a', 'b', 'c', 'd', 'e'].map(about))).toEqual([
      `drift (5 cases): a: times rose by 9.0%; b: times rose by 9.0%; c: times rose by 9.0%; and 2 more. ${WARNINGS.DRIFT.advice}`,
    ]);
    expect(warningLines([about('a')])).toEqual([`drift: a: times rose by 9.0%. ${WARNINGS.DRIFT.advice}`]);
  });

  test('the mark stands in the notes beside the row, the sentence on top of the report', () => {
    const records = [launchOf(steady.map((time, at) => time * (1 + at / 40)))];
    expect(toText(latencyTable(records)).notes).toContain('few samples, drift');
    const report = renderReport({ information: runInformation(), records, warnings: [] }).get('README.md')!;
    expect(report).toContain('## Take care');
    expect(report).toContain(WARNINGS.DRIFT.advice);
  });
});
