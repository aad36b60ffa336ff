/**
 * How far noise takes gradients off, drawn in the clear before the run. A plan's own bound takes the tables of one product for independent,
 * although a wrong error goes into two of them and nearly cancels: (e + x)^2 - e^2 is moved by x alone.
 *
 * @module
 */
import type { HEScheme } from '../../../schemes/scheme.ts';
import { Random } from '../../../workloads/data/random.ts';
import { batchesOf } from '../../../workloads/training/descent.ts';
import type { TrainingTask } from '../../../workloads/training/training.ts';

/** Standard deviations that no entry of a gradient is farther off than. */
const DEVIATIONS = 8;
/** Updates that are drawn at each of the weights of the rehearsal: entries of one share their errors. */
const DRAWS = 12;
/** Entries that have to be off before their spread is known to a fifth. */
const LEAST_OFF = 30;

/** Farthest that noise takes an entry of a gradient; null where the plan is not noisy, or too seldom off for a spread to be seen. */
export async function drawnBound(
  { update, algorithm, data, course, rehearsal, model }: TrainingTask,
  scheme: Pick<HEScheme, 'createSimulator'>,
  seed: number,
): Promise<number | null> {
  const { compiled, circuits, trips } = update;
  const [trip] = trips;
  const isNoisy = Object.values(compiled.estimate.correctness).some(({ kind }) => kind === 'noisy');
  if (!isNoisy || scheme.createSimulator === undefined || trip === undefined) return null;
  const random = Random.from(seed, 'noise of gradients');
  const simulator = await scheme.createSimulator(compiled, circuits, { normal: () => random.normal() });
  const batch = batchesOf(data.training.rows.length, course.batch)[0]!;
  const samples = Object.entries(update.samples(batch));
  const errors: number[] = [];
  for (const weights of [model.start, ...rehearsal.polynomial.epochs.map((epoch) => epoch.weights)]) {
    const expected = algorithm.gradient(weights, batch);
    for (let draw = 0; draw < DRAWS; draw++) {
      const ports = [...samples, ...Object.entries(trip.send(weights, batch, [], weights))];
      const loaded = Object.fromEntries(ports.map(([port, values]) => [port, simulator.load(port, values)]));
      const results = await simulator.run(trip.circuit, loaded);
      const read = trip.outputs.map((output) => simulator.read(`${trip.circuit}.${output}`, results[output]!));
      errors.push(...update.gradient(read).map((value, at) => value - expected[at]!));
    }
  }
  if (errors.filter((error) => error !== 0).length < LEAST_OFF) return null;
  return DEVIATIONS * Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
}
