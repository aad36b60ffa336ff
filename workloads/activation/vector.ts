/**
 * An activation function on encrypted vectors: as many random numbers at once as there are slots.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { INPUT, OUTPUT, planActivation } from '../plan/activation.ts';
import { choosePlan } from '../plan/choose.ts';
import { degreeOf, fixedPoint, valueAt } from '../plan/polynomial.ts';
import type { Task, TaskRequest, Workload } from '../workload.ts';
import type { ActivationFunction } from './functions.ts';

const SAMPLES = 16_384;
/** Finer steps would not make degree 3 more exact: the polynomial is further from the function. */
const MOST_FRACTION_BITS = 7;
/** Fixed-point values must stay below 2^53, and polynomials on [-1, 1] pass 1 a little. */
const VALUE_BITS = 52;
/** Points between -1 and 1 at which errors are looked for. */
const ERROR_POINTS = 20_000;

/** Step of fixed-point inputs: a power of two, so that the powers of steps that coefficients take are exact. */
function inputStep({ polynomial }: ActivationFunction): number {
  return 2 ** -Math.min(MOST_FRACTION_BITS, Math.floor(VALUE_BITS / (degreeOf(polynomial) + 1)));
}

/** Greatest distance from the function of what stands for it, over the inputs that are asked for. */
export function greatestError({ exact, gap }: ActivationFunction, approximation: (u: number) => number): number {
  let greatest = 0;
  for (let at = 0; at <= ERROR_POINTS; at++) {
    const magnitude = gap + ((1 - gap) * at) / ERROR_POINTS;
    for (const u of [-magnitude, magnitude]) greatest = Math.max(greatest, Math.abs(exact(u) - approximation(u)));
  }
  return greatest;
}

/** The polynomial as integer schemes compute it: inputs rounded to steps, coefficients as `fixedPoint` rounds them. */
export function fixedPointApproximation({ polynomial }: ActivationFunction, step: number): (u: number) => number {
  const { integers, exponent } = fixedPoint(polynomial, step);
  return (u) => valueAt(integers, Math.round(u / step)) * step ** exponent;
}

function describe(of: ActivationFunction, seed: number, step: number | null): string {
  const { scale, gap, polynomial, source } = of;
  const interval = gap === 0 ? `uniform on [${-scale}, ${scale}]` : `uniform on ${gap} <= |x| <= ${scale}`;
  const parts = [`${SAMPLES} random numbers, ${interval} (seed ${seed})${scale === 1 ? '' : `, sent as x / ${scale}`}`];
  const distance = greatestError(of, (u) => valueAt(polynomial, u));
  if (distance > 0) {
    parts.push(`polynomial of degree ${degreeOf(polynomial)} (${source}), off the function by at most ${distance.toPrecision(3)}`);
  }
  if (step !== null) {
    const rounded = greatestError(of, fixedPointApproximation(of, step));
    parts.push(`in fixed point with ${-Math.log2(step)} fraction bits, off the function by at most ${rounded.toPrecision(3)}`);
  }
  return parts.join('; ');
}

function prepareVector(request: TaskRequest, of: ActivationFunction): Task | Refusal {
  const step = request.scheme.arithmetic === 'real' ? null : inputStep(of);
  const unit = step ?? 1;
  const chosen = choosePlan(request, (shape) => [() => planActivation(of.polynomial, { min: -1 / unit, max: 1 / unit, step }, shape)]);
  if (isRefusal(chosen)) return chosen;
  const { plan, compiled } = chosen;
  const random = Random.from(request.seed, `activation-${of.id} inputs`);
  const samples = Float64Array.from({ length: SAMPLES }, () => {
    const u = random.uniform(-1, 1);
    return Math.sign(u) * (of.gap + (1 - of.gap) * Math.abs(u));
  });
  const counted = step === null ? samples : samples.map((u) => Math.round(u / step) + 0);
  return {
    plan,
    compiled,
    samples: SAMPLES,
    data: describe(of, request.seed, step),
    output: { result: OUTPUT, values: 1, step: plan.circuits[0]!.nodes.at(-1)!.type.step },
    labels: null,
    inputs: (first) => ({ [INPUT]: Float64Array.from({ length: plan.batch }, (_, offset) => counted[(first + offset) % SAMPLES]!) }),
    float: (sample) => Float64Array.of(of.exact(samples[sample]!)),
  };
}

/** The workload `activation-<id>`. One sample is one number. */
export function activationVector(of: ActivationFunction): Workload {
  const degree = degreeOf(of.polynomial);
  return {
    id: `activation-${of.id}`,
    group: 'activation',
    title: of.polynomial.every(Number.isInteger) ? `${of.name} of a vector` : `${of.name} of a vector, polynomial of degree ${degree}`,
    layouts: ['packed'],
    prepare: async (request) => Promise.resolve(prepareVector(request, of)),
  };
}
