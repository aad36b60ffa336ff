/** @module */
import { describe, expect, it } from 'vitest';
import { adviceOf } from './advice.ts';
import { answerLines } from './lines.ts';
import { predictedAnswers, type PredictedCase } from './predicted.ts';

type Network = NonNullable<PredictedCase['network']>;

const kept = { samples: 256, float: 0.97, planned: 0.97 };

function planned(scheme: string, layout: string, server_ms: number, changes: Partial<Network> = {}, batch = 1): PredictedCase {
  return {
    ...{ id: `${scheme}/net/auto/${layout}/own/t1`, batch, evaluate_ns: server_ms * 1e6, peak_bytes: 2 ** 27 },
    bytes: { keys: { relinearisation: 2 ** 20, rotation: 2 ** 20 }, input: 2 ** 17, output: 2 ** 16 },
    network: {
      ...{ data: '256 samples', rounds: 1, isInteractive: false, isExact: false, security_bits: 128, heldOut: kept, planning: null },
      ...changes,
    },
  };
}

const cases = [
  planned('clear', 'batched', 0.001),
  planned('ckks', 'packed', 40),
  planned('ckks', 'batched', 1000, { heldOut: { ...kept, planned: 0.96 } }, 4096),
  planned('bfv', 'packed', 400, { isExact: true }),
  planned('bgv', 'packed', 1, { isInteractive: true, rounds: 3, isExact: true }),
];

describe('the answer of plans', () => {
  it('ranks latency, throughput and exactness as a run does, and the oracle never', () => {
    const [answer, ...others] = predictedAnswers(cases, []);
    expect(others).toEqual([]);
    expect(answer).toMatchObject({
      workload: 'net',
      isPredicted: true,
      float: 0.97,
      leastTraffic: { name: 'CKKS packed', bytes: 196_608 },
    });
    expect(
      answer!.rows.map(({ question, name, server_ns, keys_bytes, conversion, encryption }) => [
        question,
        name,
        server_ns,
        keys_bytes,
        conversion,
        encryption,
      ]),
    ).toEqual([
      ['one sample', 'CKKS packed', 40e6, 2 ** 21, '97.0% kept', 'approx.'],
      ['4,096 at once', 'CKKS batched', 1e9 / 4096, 2 ** 21, '96.0%: 1.0 lost', 'approx.'],
      ['exact', 'BFV packed', 400e6, 2 ** 21, '97.0% kept', 'exact'],
    ]);
    expect(answer!.interactive.map(({ question, name }) => `${question}: ${name}`)).toEqual(['one sample, 3 rounds: BGV packed']);
  });

  it('names what a plan rests on beside 128 bits', () => {
    const security_assumption = 'a sparse ephemeral key outside them';
    const [answer] = predictedAnswers([planned('ckks', 'packed', 40, { security_assumption })], []);
    expect(answer!.rows[0]!.name).toBe('CKKS packed (128 by the guidelines, and a sparse ephemeral key outside them)');
  });

  it('says why others are not ranked', () => {
    const lost = planned('tfhe', 'batched', 1, { heldOut: { ...kept, planned: 0.5 } });
    const weak = planned('bgv', 'batched', 1, { security_bits: 90 });
    const leftOut = [
      { id: 'paillier/net/auto/packed/own/t1', reason: 'it adds only; `--activation client` lets the client apply them' },
      { id: 'clear/net/auto/packed/library/t1', reason: 'no answer is made of it' },
      { id: 'bfv/other/auto/packed/own/t1', reason: 'of another network' },
    ];
    const [answer] = predictedAnswers([cases[1]!, lost, weak], leftOut);
    expect(answer!.notShown.join('; ')).toBe(
      'TFHE batched 50.0%: right once converted; over 5 points lost, so not ranked; BGV batched: insecure parameters (leave --parameters out); ' +
        'Paillier packed: it adds only; `--activation client` lets the client apply them',
    );
  });

  it('has what planning leaves of numbers, in lines that say that they are predicted', () => {
    const numbers = { heldOut: null, planning: { largest: 0.1264, rms: 0.0491, r2: 0.9934 } };
    const lines = answerLines(predictedAnswers([planned('ckks', 'packed', 40, numbers)], []));
    expect(lines[0]).toMatch(/^Predicted from plans/);
    expect(lines.at(-2)).toBe('net, predicted: least traffic of one sample: CKKS packed, 192 KiB');
    expect(lines.at(-1)).toMatch(
      /^ {2}one sample +CKKS packed +40\.0 ms +2\.00 MiB +192 KiB +128 MiB +approx\. +R2 0\.993, off 0\.13, RMS 0\.049$/,
    );
  });

  it('is said in sentences: what to take for what, and what each scheme costs', () => {
    expect(adviceOf(predictedAnswers(cases, [])[0]!)).toBe(
      'To answer one sample soonest take CKKS packed: 40.0 ms at the server, 192 KiB up and down, 2.00 MiB of keys, sent once (97.0% kept in conversion; results with a small error). ' +
        'For many samples at once take CKKS batched: 244 µs for each at the server where 4,096 go together, 192 KiB up and down for all of them, 2.00 MiB of keys, sent once (96.0%: 1.0 lost in conversion; results with a small error). ' +
        "For results that equal the converted network's to the last digit take BFV packed: 400 ms at the server, 192 KiB up and down, 2.00 MiB of keys, sent once (97.0% kept in conversion; results without any error). " +
        'The least traffic has CKKS packed: 192 KiB for one sample. ' +
        'One sample at the server by scheme: CKKS packed 40.0 ms, BFV packed 400 ms. ' +
        'Without encryption the network is right on 97.0%. ' +
        'Rows marked interactive need the client between layers, who then sees intermediate values; they are no replacement for the others.',
    );
    const [none] = predictedAnswers([planned('ckks', 'packed', 1, { security_bits: 90 })], []);
    expect(adviceOf(none!)).toContain('below stands why');
  });

  it('ranks no plan that loses the outputs, and says what would keep them', () => {
    const numbers = (r2: number): Partial<Network> => ({ heldOut: null, planning: { largest: 90, rms: 40, r2 } });
    const lost = 'counted in 6 bits planning keeps none of it; 10 bits would keep 99.1%';
    const of = [
      planned('ckks', 'packed', 40, numbers(0.99)),
      planned('tfhe', 'batched', 1, { ...numbers(-17), lost }),
      planned('bfv', 'packed', 1, numbers(0.5)),
    ];
    const [answer] = predictedAnswers(of, []);
    expect(answer!.rows.map(({ name }) => name)).toEqual(['CKKS packed']);
    expect(answer!.notShown).toEqual([
      `TFHE batched: ${lost}; not ranked`,
      'BFV packed R2 0.50: once converted; under 0.95 outputs are others than yours, so not ranked',
    ]);
  });

  it('is none for trainings, which have no network', () => {
    const { id, batch, evaluate_ns, peak_bytes, bytes } = cases[1]!;
    expect(predictedAnswers([{ id, batch, evaluate_ns, peak_bytes, bytes }], [])).toEqual([]);
  });
});
