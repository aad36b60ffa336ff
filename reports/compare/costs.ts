/**
 * Costs that a plan fixes: the same in every launch and on every machine, so that any change of them is one of the code.
 *
 * @module
 */
import type { MeasuredRecord } from '../../harness/record/record.ts';

export interface CostChange {
  /** `operations.rotate@3`, `bytes.keys.galois`, `depth` */
  readonly cost: string;
  readonly base: number;
  readonly next: number;
}

/** Those that differ, in the order of their names. What one side does not have counts as 0. */
export function costChanges(base: readonly MeasuredRecord[], next: readonly MeasuredRecord[]): readonly CostChange[] {
  const [before, after] = [costsOf(base), costsOf(next)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((cost) => {
    const change = { cost, base: before.get(cost) ?? 0, next: after.get(cost) ?? 0 };
    return change.base === change.next ? [] : [change];
  });
}

/** Those on which all launches agree: one that varies is not fixed by the plan. */
function costsOf(launches: readonly MeasuredRecord[]): ReadonlyMap<string, number> {
  const [first, ...others] = launches.map(costsOfLaunch);
  return new Map([...(first ?? [])].filter(([cost, value]) => others.every((other) => other.get(cost) === value)));
}

function costsOfLaunch({ operations, depth, bytes, batch, plaintextPrimes }: MeasuredRecord): ReadonlyMap<string, number> {
  return new Map([
    ...Object.entries(operations).map(([name, count]) => [`operations.${name}`, count] as const),
    ...Object.entries(bytes.keys).map(([kind, size]) => [`bytes.keys.${kind}`, size] as const),
    ['bytes.input per sample', bytes.input / batch],
    ['bytes.output per sample', bytes.output / batch],
    ['rounds', bytes.rounds],
    ['depth', depth],
    ...(plaintextPrimes == null ? [] : [['plaintext primes', plaintextPrimes] as const]),
  ]);
}
