/**
 * The prediction of a noisy plan before it runs: its noise, drawn in the clear over every sample of the task.
 *
 * @module
 */
import type { Circuit, Values } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import type { HEScheme, Refusal } from '../../../schemes/scheme.ts';
import { Random } from '../../../workloads/data/random.ts';
import type { Task } from '../../../workloads/workload.ts';
import { outputPort } from '../plan-facts.ts';
import { countOtherClass, rootMean, sampleErrors, type SampleErrors } from './sample-errors.ts';
import { simulateBatch } from './simulated-batch.ts';

/** Samples of small tasks are drawn again until there are so many: with fewer, an event of one in a thousand could be missed. */
const LEAST_DRAWS = 2000;

/** A plan that lets noise change more of the classes is refused. */
const LEAST_AGREEMENT = 0.9;

export interface NoisePrediction {
  /** Samples of the task, each with noise of its own. */
  readonly draws: number;
  /** Those whose class is another than the planned network's; null where there are no classes. */
  readonly otherClass: number | null;
  /** Root mean square error of outputs, in real units. */
  readonly rmsError: number;
  /** Of every draw the mean over its outputs of the squared error, ascending. */
  readonly meanSquares: Float64Array;
}

/**
 * The prediction of a noisy plan, null for any other; or why the plan is not run. This is the rule for plans near the edge, as far as it
 * is seen over data: noise may change one class in ten. Schemes refuse from `compile` what errs by too much of an output's range.
 */
export async function predictNoise(task: Task, scheme: HEScheme, seed: number): Promise<NoisePrediction | Refusal | null> {
  if (task.compiled.estimate.correctness[outputPort(task)]?.kind !== 'noisy') return null;
  if (scheme.createSimulator === undefined) return refuse('NOISE_UNPREDICTED', `${scheme.id} has no simulator to predict its noise with`);
  const prediction = predictionOf(await drawErrors(task, scheme, plainDrawing(task, seed)));
  const agreement = 1 - (prediction.otherClass ?? 0) / prediction.draws;
  if (agreement >= LEAST_AGREEMENT) return prediction;
  const left = `noise would leave ${(100 * agreement).toFixed(1)}% of the classes as they are`;
  return refuse('NOISE_BUDGET_EXCEEDED', `${left}; at least ${100 * LEAST_AGREEMENT}% are asked for`);
}

/** The plan as it is: every sample once, and over again where these are few. The same seed draws the same noise. */
function plainDrawing({ plan: { circuits }, samples }: Task, seed: number): Drawing {
  const random = Random.from(seed, 'noise');
  return { circuits, normal: () => random.normal(), draws: Math.ceil(LEAST_DRAWS / samples) };
}

export function predictionOf(errors: SampleErrors): NoisePrediction {
  return {
    draws: errors.meanSquares.length,
    otherClass: countOtherClass(errors),
    rmsError: rootMean(errors.meanSquares),
    meanSquares: Float64Array.from(errors.meanSquares).sort(),
  };
}

export interface Drawing {
  /** The plan's circuits, or circuits with a fault in them. Errors are counted against the planned network either way. */
  readonly circuits: readonly Circuit[];
  /** From the standard normal distribution. */
  readonly normal: () => number;
  /** Times that every sample is taken. */
  readonly draws: number;
  /** Changes the outputs; default: they stay as they are. */
  readonly changed?: (outputs: Values) => Values;
}

/** Errors of every sample with noise drawn. */
export async function drawErrors(task: Task, scheme: HEScheme, drawing: Drawing): Promise<SampleErrors> {
  const { plan, compiled, samples, output } = task;
  const { circuits, normal, draws, changed = (outputs: Values) => outputs } = drawing;
  if (scheme.createSimulator === undefined) throw new Error(`${scheme.id} has noisy plans and no simulator`);
  const simulator = await scheme.createSimulator(compiled, circuits, { normal });
  const batches: { readonly first: number; readonly outputs: Values }[] = [];
  for (let first = 0; first < draws * samples; first += plan.batch) {
    const results = await simulateBatch(plan, compiled.client, simulator, task.inputs(first % samples));
    batches.push({ first, outputs: changed(results[output.result]!) });
  }
  return sampleErrors(task, batches);
}
