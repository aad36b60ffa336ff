/**
 * An activation function on encrypted vectors: as many random numbers at once as there are slots.
 *
 * @module
 */
import { refuse } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { lookUp } from '../plan/planned-reference.ts';
import { planActivation } from '../plan/polynomial/activation.ts';
import { INPUT, OUTPUT } from '../plan/round-trip.ts';
import { type ChosenPlan, choosePlan, type Choosing } from '../plan/choose.ts';
import { degreeOf, fixedPoint, valueAt } from '../plan/polynomial/polynomial.ts';
import type { FloatBaseline, Task, TaskRequest, Workload } from '../workload.ts';
import { fixedPointApproximation, greatestError } from './approximation.ts';
import type { ActivationFunction } from './functions.ts';
import { chooseTable } from './table.ts';

const SAMPLES = 16_384;
/** Finer steps would not make degree 3 more exact: the polynomial is further from the function. */
const MOST_FRACTION_BITS = 7;
/** Fixed-point values must stay below 2^53, and polynomials on [-1, 1] pass 1 a little. */
const VALUE_BITS = 52;
/** Step of fixed-point inputs: a power of two, so that the powers of steps that coefficients take are exact. */
function inputStep({ polynomial }: ActivationFunction): number {
  return 2 ** -Math.min(MOST_FRACTION_BITS, Math.floor(VALUE_BITS / (degreeOf(polynomial) + 1)));
}

/** An activation that is planned and compiled: its inputs as they are counted, and what to say of it. */
interface PlannedActivation extends ChosenPlan {
  readonly counted: (samples: Float64Array) => Float64Array;
  /** What stands for the function, from counted input to counted output. */
  readonly planned: (count: number) => number;
  readonly words: readonly string[];
}

function byPolynomial(choosing: Choosing, of: ActivationFunction): PlannedActivation | Refusal {
  const { polynomial, source } = of;
  const step = choosing.scheme.arithmetic === 'real' ? null : inputStep(of);
  const unit = step ?? 1;
  const chosen = choosePlan(choosing, (shape) => [() => planActivation(polynomial, { min: -1 / unit, max: 1 / unit, step }, shape)]);
  if (isRefusal(chosen)) return chosen;
  const words: string[] = [];
  const distance = greatestError(of, (u) => valueAt(polynomial, u));
  if (distance > 0) words.push(`polynomial of degree ${degreeOf(polynomial)} (${source}), ${off(distance)}`);
  if (step === null) return { ...chosen, counted: (samples) => samples, planned: (u) => valueAt(polynomial, u), words };
  words.push(`in fixed point with ${-Math.log2(step)} fraction bits, ${off(greatestError(of, fixedPointApproximation(of, step)))}`);
  const { integers } = fixedPoint(polynomial, step);
  const counted = (samples: Float64Array): Float64Array => samples.map((u) => Math.round(u / step) + 0);
  return { ...chosen, counted, planned: (count) => valueAt(integers, count), words };
}

function byTable(choosing: Choosing, of: ActivationFunction): PlannedActivation | Refusal {
  const chosen = chooseTable(choosing, of);
  if (isRefusal(chosen)) return chosen;
  const { bits, input, table, error } = chosen;
  const entries = table.outputs.length;
  const looked = entries === 1 ? 'a table of one entry and its opposite' : `a table of ${entries} entries`;
  const distance = error === 0 ? 'which is the function' : off(error);
  const words = [`inputs of ${bits} bits with sign, looked up in ${looked}, ${distance}`];
  return { ...chosen, counted: (samples) => quantiseInput(samples, input), planned: (count) => lookUp(count, table), words };
}

function off(distance: number): string {
  return `off the function by at most ${distance.toPrecision(3)}`;
}

function describe({ scale, gap }: ActivationFunction, seed: number, words: readonly string[]): string {
  const interval = gap === 0 ? `uniform on [${-scale}, ${scale}]` : `uniform on ${gap} <= |x| <= ${scale}`;
  const numbers = `${SAMPLES} random numbers, ${interval} (seed ${seed})${scale === 1 ? '' : `, sent as x / ${scale}`}`;
  return [numbers, ...words].join('; ');
}

function prepareVector(request: TaskRequest, of: ActivationFunction): Task | Refusal {
  const { arithmetic, operations } = request.scheme;
  if (request.help === 'activation') {
    const reason = 'an activation alone leaves nothing to the server where the client applies it';
    return refuse('NOTHING_LEFT', reason);
  }
  const outputRange = { largest: greatestError(of, () => 0), source: 'the function on its interval' };
  const by = arithmetic === 'integer' && operations.has('table') ? byTable : byPolynomial;
  const chosen = by({ scheme: request.scheme, compile: (circuits) => request.compile(circuits, outputRange) }, of);
  if (isRefusal(chosen)) return chosen;
  const { plan, compiled } = chosen;
  const random = Random.from(request.seed, `activation-${of.id} inputs`);
  const samples = Float64Array.from({ length: SAMPLES }, () => {
    const u = random.uniform(-1, 1);
    return Math.sign(u) * (of.gap + (1 - of.gap) * Math.abs(u));
  });
  const counted = chosen.counted(samples);
  return {
    plan,
    compiled,
    samples: SAMPLES,
    data: describe(of, request.seed, chosen.words),
    output: { result: OUTPUT, values: 1, step: plan.circuits[0]!.nodes.at(-1)!.type.step, threshold: 0 },
    labels: null,
    targets: null,
    inputs: (first) => ({ [INPUT]: Float64Array.from({ length: plan.batch }, (_, offset) => counted[(first + offset) % SAMPLES]!) }),
    float: (sample) => Float64Array.of(of.exact(samples[sample]!)),
    planned: (sample) => Float64Array.of(chosen.planned(counted[sample]!)),
    outputRange,
    passedRanges: [],
    worstCase: null,
    baseline: () => vectorBaseline(of, samples),
  };
}

/** A run is over all numbers: one alone would take no longer than the call. */
function vectorBaseline({ exact }: ActivationFunction, samples: Float64Array): FloatBaseline {
  const values = new Float64Array(samples.length);
  return {
    inferences: samples.length,
    run() {
      for (let at = 0; at < samples.length; at++) values[at] = exact(samples[at]!);
    },
  };
}

/** The workload `activation-<id>`. One sample is one number. */
export function activationVector(of: ActivationFunction): Workload {
  const by = `polynomial of degree ${degreeOf(of.polynomial)}, or a table where the scheme has one`;
  return {
    id: `activation-${of.id}`,
    group: 'activation',
    title: of.polynomial.every(Number.isInteger) ? `${of.name} of a vector` : `${of.name} of a vector, ${by}`,
    layouts: ['packed'],
    prepare: async (request) => Promise.resolve(prepareVector(request, of)),
  };
}
