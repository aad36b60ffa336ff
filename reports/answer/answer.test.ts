/**
 * What a run answers, from records whose figures are known by hand.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { deathOf } from '../../harness/launch/failure.ts';
import { completedRecord, incorrectRecord, recordWithoutResult } from '../../harness/record/record.examples.ts';
import type { LaunchRecord } from '../../harness/record/record.ts';
import { answersOf, isAnswered, type NetworkAnswer } from './answer.ts';
import { answerLines } from './lines.ts';

type Changes = Parameters<typeof completedRecord>[0];

const { stages, accuracy, bytes } = completedRecord();
const notices = 'images held out';
const relu = (degree: number) => `${notices}; relu 1: relu by a polynomial of degree ${degree}, off by at most 0.251 on [-4.02, 4.02]`;
const tables = `${notices}; relu 1: a table of 256 entries of 881 steps, outputs 0 to 255; 0 of 2000 samples pass a calibrated range`;

/** A launch whose server takes `server_ms` for its batch, and its client a tenth of it. */
function launchOf(scheme: string, server_ms: number, changes: Changes = {}): LaunchRecord {
  const times = (time_ms: number) => ({ samples_ns: [time_ms * 1e6, time_ms * 1e6, time_ms * 1e6], warmup_ns: [] });
  const timed = {
    ...stages,
    load: times(0),
    evaluate: times(server_ms),
    store: times(0),
    encrypt: times(server_ms / 10),
    decrypt: times(0),
  };
  return completedRecord({
    ...{ scheme, schemeName: scheme, workload: 'cnn-relu', group: 'cnn', kernels: 'own', path: 'fused', data: relu(4), stages: timed },
    baseline: { inferencesPerSample: 1, samples_ns: [1e5, 1e5, 1e5], warmup_ns: [] },
    ...changes,
  });
}

const heldOut = { samples: 2000, float: 0.978, planned: 0.978, onlyFloat: 0, onlyPlanned: 0, p: 1 };
const rightOf = (planned: number, changes: Partial<NonNullable<typeof accuracy>> = {}) => ({
  accuracy: { ...accuracy!, heldOut: { ...heldOut, planned }, ...changes },
});
const exact = (planned: number): Changes => ({
  ...rightOf(planned, { maxAbsError: 0, precision_bits: null, agreement: 1 }),
  plannedPrecision: null,
});
const noisy = {
  predicted: { draws: 2000, agreement: 0.993, rmsError: 0.2, sampleRmsError: { low: 0.1, median: 0.2, high: 0.3 } },
  measured: { samples: 9, agreement: 1, rmsError: 0.2 },
  chance: { agreement: 1, error: 0.5 },
};

const whole = [
  launchOf('ckks', 42, rightOf(0.978, { samples: 493, agreement: 1 })),
  launchOf('ckks', 420, { ...rightOf(0.978), kernels: 'library', path: null }),
  launchOf('ckks', 1000, { ...rightOf(0.968), layout: 'batched', batch: 4000, data: relu(2) }),
  launchOf('bfv', 412, exact(0.977)),
  launchOf('bgv', 500, exact(0.977)),
  launchOf('tfhe', 6200, {
    ...rightOf(0.977, { samples: 9, agreement: 1 }),
    ...{ layout: 'batched', data: tables, noisy, plannedPrecision: null, bytes: { ...bytes, input: 1000, output: 24 } },
  }),
  recordWithoutResult('unsupported', {
    ...{ scheme: 'tfhe', schemeName: 'tfhe', workload: 'cnn-relu', group: 'cnn', kernels: 'own' },
    error: { code: 'TABLES_UNSUPPORTED', message: "'relu 1' needs single values" },
  }),
];

function only(records: readonly LaunchRecord[], leftOut: Parameters<typeof answersOf>[1] = []): NetworkAnswer {
  const [answer, ...others] = answersOf(records, leftOut);
  expect(others).toEqual([]);
  return answer!;
}

const questions = (records: readonly LaunchRecord[]) => only(records).rows.map(({ question, name }) => `${question}: ${name}`);

describe('the answer for a network', () => {
  it('ranks by the server time of one sample, and takes each row once', () => {
    expect(questions(whole)).toEqual([
      'one image: CKKS packed',
      '4,000 at once: CKKS batched',
      'exact: BFV packed',
      'true relu: TFHE batched',
    ]);
    expect(only(whole).rows).toMatchObject([
      { server_ns: 42e6, factor: 420, client_ns: 4.2e6, keys_bytes: 7_078_320, conversion: '97.8% kept', encryption: '493 of 493' },
      { server_ns: 250e3, factor: 2.5, client_ns: 25e3, conversion: '96.8%: 1.0 lost', encryption: '99 of 100' },
      { server_ns: 412e6, factor: 4120, conversion: '97.7%: 0.1 lost', encryption: '100 exact' },
      { server_ns: 6200e6, factor: 62_000, encryption: '9 of 9' },
    ]);
    expect(only(whole)).toMatchObject({ float: 0.978, float_ns: 1e5, leastTraffic: { name: 'TFHE batched', bytes: 1024 } });
  });

  it('is the same in whatever order the records stand', () => {
    expect(answersOf(whole.toReversed(), [])).toEqual(answersOf(whole, []));
  });

  it('does not repeat a row that answers two questions', () => {
    expect(questions([launchOf('bfv', 5, exact(0.978))])).toEqual(['one image: BFV packed']);
  });

  it('names no batch that takes longer for a sample than one alone', () => {
    const slow = launchOf('ckks', 90_000, { ...rightOf(0.968), layout: 'batched', batch: 1000 });
    expect(questions([whole[0]!, slow])).toEqual(['one image: CKKS packed']);
    expect(questions([slow])).toEqual(['1,000 at once: CKKS batched']);
  });

  it('takes tables for the true activation only where something else stands in its place', () => {
    const square = { data: `${notices}; square 1: a table of 256 entries of 8 steps, outputs 0 to 255` };
    expect(questions([launchOf('ckks', 5, { data: notices }), launchOf('tfhe', 9, { ...square, noisy, layout: 'batched' })])).toEqual([
      'one image: CKKS packed',
    ]);
  });

  it('calls no noisy or approximate row exact, however small its error was', () => {
    const lucky = { ...exact(0.978), noisy };
    expect(questions([launchOf('ckks', 5), launchOf('tfhe', 9, lucky)])).toEqual(['one image: CKKS packed']);
    const approximate = { ...exact(0.978), plannedPrecision: { required_bits: 6, modelled_bits: null } };
    expect(only([launchOf('ckks', 5, approximate)]).rows[0]!.encryption).toBe('100 of 100');
  });

  it.each<[string, Changes, string]>([
    ['insecure parameters', { parameters: { id: 'insecure-tiny' } }, 'insecure parameters (leave --parameters out)'],
    ['fewer than 128 bits', { security: { bits: 100, source: 'x' } }, 'insecure parameters (leave --parameters out)'],
    ['several threads', { threads: 2 }, '2 threads (--threads 1)'],
    ['stages apart', { stages: { ...stages, load: null }, notes: { 'stages.load': '-' } }, 'its stages were not timed with every batch'],
  ])('does not rank %s, and says so', (_, changes, words) => {
    const fast = launchOf('bfv', 0.001, changes);
    const answer = only([whole[0]!, fast]);
    expect(answer.rows.map(({ name }) => name)).toEqual(['CKKS packed']);
    expect(answer.notShown).toEqual([`BFV packed: ${words}`]);
  });

  it('names what a row rests on beside 128 bits', () => {
    const security = { bits: 128, source: 'x', assumption: 'a sparse ephemeral key outside them' };
    const [row] = only([launchOf('ckks', 5, { security })]).rows;
    expect(row!.name).toBe('CKKS packed (128 by the guidelines, and a sparse ephemeral key outside them)');
  });

  it('ranks rows in which the client takes part by themselves, however fast they are', () => {
    const bytes = { ...completedRecord().bytes, rounds: 3 };
    const changes: Changes = { interactive: true, help: 'activation', bytes };
    const answer = only([whole[0]!, launchOf('bfv', 0.001, changes), launchOf('bgv', 0.002, changes)]);
    expect(answer.rows.map(({ name }) => name)).toEqual(['CKKS packed']);
    expect(answer.interactive.map(({ question, name }) => `${question}: ${name}`)).toEqual(['one image, 3 rounds: BFV packed +activation']);
    expect(answer.leastTraffic).toMatchObject({ name: 'CKKS packed' });
    const lines = answerLines([answer]).join('\n');
    expect(lines).toMatch(/CKKS packed[^]*not compared with the rows above[^]*BFV packed \+activation/);
  });

  it('ranks what loses just as much as the accuracy floor allows', () => {
    const lost = (points: number) => rightOf(0.978 - points / 100);
    expect(questions([launchOf('bfv', 2, lost(5))])).toEqual(['one image: BFV packed']);
    expect(only([launchOf('bfv', 2, lost(5.1)), launchOf('ckks', 3, rightOf(0.468))])).toMatchObject({
      rows: [],
      notShown: ['BFV packed 92.7%, CKKS packed 46.8%: right once converted; over 5 points lost, so not ranked'],
    });
  });

  it('never ranks the oracle or a wrong result', () => {
    const oracle = launchOf('clear', 0.001);
    const wrong = incorrectRecord({ scheme: 'bgv', schemeName: 'bgv', workload: 'cnn-relu', group: 'cnn', kernels: 'own' });
    const answer = only([whole[0]!, oracle, wrong]);
    expect(answer.rows.map(({ name }) => name)).toEqual(['CKKS packed']);
    expect(answer.notShown).toEqual([expect.stringMatching(/^BGV packed: incorrect, expected an error/) as string]);
    expect(answersOf([oracle], [])).toEqual([]);
  });

  it('says what was refused, left out and slower, why, and the option that brings it back', () => {
    const tooLong = (time: string) => `skipped: about ${time}, limit 10 s; add \`--longest 60s\``;
    const leftOut = [
      { id: 'bgv/cnn-relu/auto/batched/own/t1', reason: tooLong('21 s') },
      { id: 'bfv/cnn-relu/auto/batched/library/t1', reason: tooLong('40 s') },
      { id: 'ckks/cnn-relu/auto/batched/library/t1', reason: 'measured elsewhere only; add `--kernels library,own`' },
      { id: 'bfv/cnn-relu/auto/packed/library/t1', reason: 'measured elsewhere only; add `--kernels library,own`' },
      { id: 'bfv/cnn-other/auto/batched/own/t1', reason: 'of another network' },
      { id: 'my-scheme', reason: 'cannot be loaded' },
    ];
    const answers = answersOf(whole, leftOut);
    expect(answers[0]!.notShown).toEqual([
      'BGV batched 21 s, BFV batched (library kernels) 40 s: to the first sample, over the limit of 10 s (a longer --longest)',
      "TFHE packed: 'relu 1' needs single values (--layout batched)",
      'library kernels: measured elsewhere only; add `--kernels library,own`',
      'library kernels, slower: CKKS packed 10.0x',
    ]);
    expect(leftOut.map((one) => isAnswered(one, answers))).toEqual([true, true, true, true, false, false]);
  });

  it.each([
    ['killed', deathOf(null, 'SIGKILL', ''), '--resume --retry failed'],
    ['out of memory', deathOf(134, null, 'JavaScript heap out of memory'), '--resume --retry failed'],
    ['crashed', deathOf(null, 'SIGSEGV', ''), null],
  ])('names what may bring back a launch that %s', (_, error, option) => {
    const died = recordWithoutResult('failed', {
      scheme: 'bfv',
      schemeName: 'bfv',
      workload: 'cnn-relu',
      group: 'cnn',
      kernels: 'own',
      error,
    });
    const [words] = only([whole[0]!, died]).notShown;
    expect(words).toMatch(/^BFV packed: failed, the process/);
    expect(words!.endsWith(` (${option ?? ''})`)).toBe(option !== null);
  });

  it('leaves out what an earlier version did not measure', () => {
    const early = {
      ...rightOf(0.99),
      baseline: null,
      notes: {
        baseline: 'an earlier version',
        'accuracy.heldOut.onlyFloat': 'x',
        'accuracy.heldOut.onlyPlanned': 'x',
        'accuracy.heldOut.p': 'x',
      },
    };
    const few = { ...early.accuracy, heldOut: { ...heldOut, samples: 100, onlyFloat: null, onlyPlanned: null, p: null } };
    expect(only([launchOf('ckks', 42, { ...early, accuracy: few })])).toMatchObject({
      ...{ float: null, float_ns: null },
      rows: [{ factor: null, conversion: null, encryption: '99 of 100' }],
    });
  });

  it('has vectors of activations for no network, and a network of which nothing can be compared for one', () => {
    expect(answersOf([launchOf('ckks', 1, { group: 'activation', workload: 'activation-relu' })], [])).toEqual([]);
    expect(only(whole.slice(-1))).toMatchObject({ rows: [], leastTraffic: null });
  });
});

describe('its lines', () => {
  it('are a head, a line for each question, and what is not shown', () => {
    const lines = answerLines(answersOf(whole, []));
    const network = lines.slice(lines.findIndex((line) => line.startsWith('cnn-relu')));
    expect(network).toEqual([
      'cnn-relu: 97.8% in float, 100 µs an image; least traffic of one image: TFHE batched, 1.00 KiB',
      '  one image     CKKS packed  42.0 ms    420x float 4.20 ms 6.75 MiB 493 of 493 97.8% kept',
      '  4,000 at once CKKS batched  250 µs   2.50x float 25.0 µs 6.75 MiB  99 of 100 96.8%: 1.0 lost',
      '  exact         BFV packed    412 ms  4,120x float 41.2 ms 6.75 MiB  100 exact 97.7%: 0.1 lost',
      '  true relu     TFHE batched  6.20 s 62,000x float  620 ms 6.75 MiB     9 of 9 97.7%: 0.1 lost',
      "  not shown: TFHE packed: 'relu 1' needs single values (--layout batched); library kernels, slower:",
      '    CKKS packed 10.0x',
    ]);
  });

  it.each([60, 80, 100, 120, 200])('fit %d columns; what has no room is named', (width) => {
    const lines = answerLines(answersOf(whole, []), width);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(Math.min(width, 100));
    expect(lines.join(' ').includes('Hidden, terminal too narrow: Keys')).toBe(width <= 80);
    for (const server of ['42.0 ms', '250 µs', '412 ms', '6.20 s']) expect(lines.join('\n')).toContain(server);
  });

  it('have no column of factors where the float network was not timed', () => {
    const untimed = launchOf('ckks', 5, { baseline: null, notes: { baseline: 'x' } });
    expect(answerLines(answersOf([untimed], [])).at(-1)).not.toContain('float');
  });

  it('give two lines to what is not shown, and count the rest', () => {
    const leftOut = Array.from({ length: 9 }, (_, at) => ({
      id: `bfv/cnn-relu/set-${at}/packed/own/t1`,
      reason: `reason ${'x'.repeat(at + 20)}`,
    }));
    const lines = answerLines(answersOf(whole.slice(0, 1), leftOut)).slice(-2);
    expect(lines[0]).toMatch(/^ {2}not shown: BFV packed set-0: reason/);
    expect(lines[1]).toMatch(/^ {4}.*and \d more in the report$/);
    const long = answerLines(answersOf(whole.slice(0, 1), [{ id: leftOut[0]!.id, reason: 'word '.repeat(90) }])).slice(-2);
    expect(long[1]).toMatch(/\(whole in the report\)$/);
    expect(long[1]!.length).toBeLessThanOrEqual(100);
  });

  it('let no text of a record move the cursor', () => {
    const hostile = launchOf('ckks', 5, { workload: 'a\u001b[2Jb\rc' });
    expect(answerLines(answersOf([hostile], [])).join('\n')).not.toMatch(/[^\P{Cc}\n]/u);
  });
});
