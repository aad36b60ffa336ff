/**
 * The number of updates between refreshes, by a scheme whose costs are simple to follow.
 *
 * @module
 */
import { describe, expect, it } from 'vitest';
import { portsOf } from '../../../schemes/analysis.ts';
import type { Circuit } from '../../../schemes/circuit.ts';
import { isRefusal, type Compiled, type Refusal } from '../../../schemes/scheme.ts';
import { fitSigmoid } from '../sigmoid.ts';
import type { TrainingRequest } from '../training.ts';
import { planPolynomial, stretchLengths, type PolynomialTraining } from './choose-stretch.ts';
import { diagonalLayouts } from './layout.ts';

const [FEATURES, SAMPLES] = [3, 16];
const size = { largest: 1, rms: 1 };
const training: PolynomialTraining = {
  layouts: diagonalLayouts(64, SAMPLES, FEATURES).slice(0, 1),
  rows: { rows: Array.from({ length: SAMPLES }, () => new Float64Array(FEATURES)), labels: new Uint8Array(SAMPLES) },
  course: { rule: { method: 'gradient', rate: 0.1 }, epochs: 12, batch: SAMPLES },
  sizes: { features: size, weights: size, scores: size, errors: size, gradients: size },
  polynomial: fitSigmoid(3, 4),
};

const UPDATE_NS = 10e6;
const targets = ({ nodes }: Circuit): number => nodes.filter((node) => node.op === 'input' && node.port.startsWith('y')).length;

/** Updates take time by their number and the depth beneath them; more than five in a row are refused. Every port takes a megabyte. */
function compile(circuits: readonly Circuit[]): Compiled | Refusal {
  const updates = Math.max(...circuits.map(targets));
  if (updates > 5) return { code: 'OUT_OF_LEVELS', reason: 'a chain that is used up', circuit: 'updates-0', node: 3 };
  const ports = portsOf(circuits, 1);
  const bytes = Object.fromEntries(Object.keys(ports).map((port) => [port, 1e6]));
  return {
    ...{ id: '', evaluator: null, hardness: [] },
    client: { id: '', scheme: 'simple', parameters: { id: 'only' }, encryption: 'symmetric', ports, keys: [], details: null },
    estimate: {
      ...{ counts: {}, depth: 0, correctness: {}, prepare_ns: null, peak_bytes: 0 },
      evaluate_ns: circuits.length * UPDATE_NS * updates ** 2,
      bytes: { keys: {}, input: 0, output: 0, ports: bytes },
    },
  };
}

const asked = (updates: TrainingRequest['updates'], roundTrip_ms = 1, bits_per_s = 1e9) => ({
  ...{ updates, compile },
  connection: { bits_per_s, roundTrip_ns: roundTrip_ms * 1e6 },
});

function lengthOf(request: ReturnType<typeof asked>): number {
  const plan = planPolynomial(training, request);
  if (isRefusal(plan)) throw new Error(plan.reason);
  return plan.stretch?.updates ?? 1;
}

describe('updates between two refreshes', () => {
  it('are as many as take the least time over the connection', () => {
    // 10 ms an update and 17 ms for two megabytes; a second takes 20 ms more.
    expect(lengthOf(asked(null))).toBe(1);
    // (10 n^2 + 300 + 24) / n: 4 of those that divide twelve.
    expect(lengthOf(asked(null, 300))).toBe(4);
    // Messages are as long for one update as for four, but for the weights that come back.
    expect(lengthOf(asked(null, 1, 2e7))).toBe(4);
  });

  it('are as many as are asked for, where they fit the training', () => {
    expect(lengthOf(asked(3))).toBe(3);
    expect(planPolynomial(training, asked(5))).toMatchObject({
      code: 'UPDATES_UNEVEN',
      reason: expect.stringMatching(/12 updates is not cut into stretches of 5.*; 1, 2, 3, 4, 6, 12 do/) as string,
    });
    expect(planPolynomial(training, asked(6))).toMatchObject({ code: 'OUT_OF_LEVELS' });
  });

  it('are all of them where none is refreshed; too many are refused with the number that would fit', () => {
    expect(planPolynomial(training, asked('all'))).toMatchObject({
      code: 'OUT_OF_LEVELS',
      reason: expect.stringMatching(
        /12 updates without a refresh are too many, 5 would fit; refreshed after every 4 it runs \(--updates 4\)/,
      ) as string,
    });
    const short = { ...training, course: { ...training.course, epochs: 5 } };
    expect(planPolynomial(short, asked('all'))).toMatchObject({ stretch: { updates: 5 } });
  });

  it('keep every batch in one place of the stretch', () => {
    const threeBatches = { ...training, course: { ...training.course, batch: 6, epochs: 4 } };
    expect(stretchLengths(threeBatches)).toEqual([1, 3, 6, 12]);
    const fourBatches = { ...training, course: { ...training.course, batch: 4, epochs: 2 } };
    expect(stretchLengths(fourBatches)).toEqual([1, 2, 4, 8]);
  });
});
