/** @module */
import { describe, expect, test } from 'vitest';
import { References } from './references.ts';
import { findLastUses, runSchedule, type Schedule } from './registers.ts';

interface Value {
  readonly name: string;
}

/** x, a = f(x), b = f(a), c = f(a, b); x and c are outputs, c under two names. */
const reads = [[], [0], [1], [1, 2]];
const outputs = { first: 0, last: 3, again: 3 };
const schedule: Schedule = { layers: ['in', 'in', 'mid', 'out'], lastUses: findLastUses(reads, Object.values(outputs)), outputs };
const names = ['x', 'a', 'b', 'c'];

function createReferences(): { readonly references: References<Value>; readonly freed: string[] } {
  const freed: string[] = [];
  return { references: new References<Value>(({ name }) => freed.push(name)), freed };
}

describe('runSchedule', () => {
  test('keeps what is read later, frees the rest, and retains outputs for the caller', async () => {
    const { references, freed } = createReferences();
    const seen: string[] = [];
    const compute = (step: number, bundles: readonly (readonly Value[])[]): Value[] => {
      seen.push(bundles.map((bundle) => bundle.map(({ name }) => name).join() || '-').join(' '));
      return [{ name: names[step]! }];
    };
    const results = await runSchedule(schedule, references, compute, { onLayer: undefined, signal: undefined });
    expect(seen).toEqual(['', 'x', 'x a', 'x a b']);
    expect(freed.toSorted()).toEqual(['a', 'b']);
    expect(Object.entries(results).map(([name, bundle]) => [name, bundle[0]!.name])).toEqual([
      ['first', 'x'],
      ['last', 'c'],
      ['again', 'c'],
    ]);
    for (const bundle of Object.values(results)) for (const value of bundle) references.release(value);
    expect([freed.toSorted(), references.size]).toEqual([['a', 'b', 'c', 'x'], 0]);
  });

  test('tells of each layer behind its last step', async () => {
    const layers: unknown[] = [];
    const onLayer = (layer: string, bundle: readonly Value[] | null): void => void layers.push([layer, bundle?.[0]?.name]);
    await runSchedule(schedule, createReferences().references, (at) => [{ name: names[at]! }], { onLayer, signal: undefined });
    expect(layers).toEqual([
      ['in', 'a'],
      ['mid', 'b'],
      ['out', 'c'],
    ]);
  });

  test.each([0, 1, 2, 3])('a failure at step %i leaves nothing behind', async (failing) => {
    const { references, freed } = createReferences();
    const compute = (step: number): Value[] => {
      if (step === failing) throw new Error('cannot');
      return [{ name: names[step]! }];
    };
    await expect(runSchedule(schedule, references, compute, { onLayer: undefined, signal: undefined })).rejects.toThrow('cannot');
    expect([freed.toSorted(), references.size]).toEqual([names.slice(0, failing).toSorted(), 0]);
  });

  test('stops where the signal aborts', async () => {
    const { references } = createReferences();
    const abort = new AbortController();
    const compute = (step: number): Value[] => {
      if (step === 1) abort.abort(new Error('enough'));
      return [{ name: names[step]! }];
    };
    await expect(runSchedule(schedule, references, compute, { onLayer: undefined, signal: abort.signal })).rejects.toThrow('enough');
    expect(references.size).toBe(0);
  });
});
