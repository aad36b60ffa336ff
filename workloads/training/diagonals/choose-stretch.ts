/**
 * How many updates the evaluator takes before the client is asked for fresh weights: as many as are wanted, or as many as are fastest.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { LabelledRows } from '../data/samples.ts';
import { batchesOf } from '../descent.ts';
import type { Course } from '../logistic-regression.ts';
import type { Rehearsal } from '../rehearsal.ts';
import type { SigmoidPolynomial } from '../sigmoid.ts';
import type { Connection, TrainingRequest, UpdatePlan } from '../training.ts';
import { fastest } from './fastest.ts';
import type { DiagonalLayout } from './layout.ts';
import { planOneTrip, updateCircuit } from './one-trip.ts';
import { planStretch } from './plan-stretch.ts';

/** A training by a polynomial on real numbers. */
export interface PolynomialTraining {
  readonly layouts: readonly DiagonalLayout[];
  readonly rows: LabelledRows;
  readonly course: Course;
  readonly sizes: Rehearsal['sizes'];
  readonly polynomial: SigmoidPolynomial;
}

type Asked = Pick<TrainingRequest, 'updates' | 'connection' | 'compile'>;

/** A refusal names the updates that would do. */
export function planPolynomial(training: PolynomialTraining, { updates, connection, compile }: Asked): UpdatePlan | Refusal {
  const { layouts, rows, sizes, polynomial } = training;
  let cuts: readonly DiagonalLayout[] | null = null;
  const after = (count: number): UpdatePlan | Refusal => {
    if (count === 1) return planOneTrip(layouts, rows, sizes, polynomial, compile);
    cuts ??= fastestOfEachRing(training, compile);
    return planStretch(cuts, rows, { ...training, updates: count }, compile);
  };
  const numbers = stretchLengths(training);
  if (updates === 'all') return withoutRefresh(numbers, after);
  if (updates === null) return fastestOf(numbers, after, connection);
  if (numbers.includes(updates)) return after(updates);
  const reason = `a training of ${numbers.at(-1)!} updates is not cut into stretches of ${updates} that all read batches alike; ${numbers.join(', ')} do`;
  return { code: 'UPDATES_UNEVEN', reason, circuit: 'update', node: null };
}

/** Of the layouts of a ring the one whose single update is fastest: several updates are of the same parts. */
function fastestOfEachRing(
  { layouts, sizes, polynomial }: PolynomialTraining,
  compile: TrainingRequest['compile'],
): readonly DiagonalLayout[] {
  const rings = Map.groupBy(layouts, ({ slots }) => slots);
  return [...rings.values()].flatMap((ofRing) => {
    const best = fastest(ofRing, (layout) => [updateCircuit(layout, sizes, polynomial)], compile);
    return isRefusal(best) ? [] : [best.candidate];
  });
}

/** Updates between refreshes, ascending, that divide all updates, and that begin with the same batch each time or keep each in one place. */
export function stretchLengths({ rows, course }: Pick<PolynomialTraining, 'rows' | 'course'>): readonly number[] {
  const batches = batchesOf(rows.rows.length, course.batch).length;
  const total = course.epochs * batches;
  const all = Array.from({ length: total }, (_, index) => index + 1);
  return all.filter((count) => total % count === 0 && (count % batches === 0 || batches % count === 0));
}

function withoutRefresh(numbers: readonly number[], after: (count: number) => UpdatePlan | Refusal): UpdatePlan | Refusal {
  const total = numbers.at(-1)!;
  const whole = after(total);
  if (!isRefusal(whole)) return whole;
  let [most, refusal] = [0, whole];
  for (let count = 1; count < total; count++) {
    const plan = after(count);
    if (isRefusal(plan)) {
      refusal = plan;
      break;
    }
    most = count;
  }
  const longest = numbers.findLast((count) => count <= most);
  const instead = longest === undefined ? '' : `; refreshed after every ${longest} it runs (--updates ${longest})`;
  const reason = `${total} updates without a refresh are too many, ${most} would fit${instead}. Of ${most + 1}: ${refusal.reason}`;
  return { ...refusal, reason };
}

/** An update whose modulus has room for a second takes so many times as long, at the least: primes and ring are larger. */
const DEEPER = 2;

/** The least time of an update over the connection, by compiled cost. Longer stretches are tried only where a refresh takes time to save. */
function fastestOf(
  numbers: readonly number[],
  after: (count: number) => UpdatePlan | Refusal,
  connection: Connection,
): UpdatePlan | Refusal {
  const single = after(1);
  if (isRefusal(single)) return single;
  const evaluate_ns = single.compiled.estimate.evaluate_ns ?? Infinity;
  let best = { plan: single, time_ns: timeOfUpdate_ns(single, connection) };
  if (best.time_ns < DEEPER * evaluate_ns) return single;
  for (const count of numbers.slice(1)) {
    const plan = after(count);
    if (isRefusal(plan)) break;
    const time_ns = timeOfUpdate_ns(plan, connection);
    if (time_ns < best.time_ns) best = { plan, time_ns };
  }
  return best.plan;
}

/** Of one update, its share of the refresh included: the circuit, and what is sent both ways. The client's own time is left out. */
function timeOfUpdate_ns({ compiled, circuits, trips, stretch }: UpdatePlan, { bits_per_s, roundTrip_ns }: Connection): number {
  const { evaluate_ns, bytes } = compiled.estimate;
  const [trip] = trips;
  const sent = Object.entries(bytes.ports ?? {}).filter(([port]) => {
    const [circuit, output] = port.split('.');
    return output === undefined ? !trip!.held.includes(port) : circuit === trip!.circuit;
  });
  const sent_bytes = sent.reduce((sum, [, size]) => sum + size, 0);
  const together_ns = (evaluate_ns ?? Infinity) / circuits.length + (8e9 * sent_bytes) / bits_per_s + roundTrip_ns;
  return together_ns / (stretch?.updates ?? 1);
}
