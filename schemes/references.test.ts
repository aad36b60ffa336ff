/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { References } from './references.ts';

interface Thing {
  readonly id: number;
}

describe('References', () => {
  test('an object lives exactly as long as somebody uses it', () => {
    const action = fc.tuple(fc.constantFrom('retain' as const, 'release' as const), fc.nat({ max: 4 }));
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const things: readonly Thing[] = Array.from({ length: 5 }, (_, id) => ({ id }));
        const freed: Thing[] = [];
        const references = new References<Thing>((thing) => freed.push(thing));
        const uses = [0, 0, 0, 0, 0];
        for (const [kind, id] of actions) {
          const before = freed.length;
          references[kind](things[id]!);
          const dies = kind === 'release' && uses[id] === 1;
          uses[id] = Math.max(0, uses[id]! + (kind === 'retain' ? 1 : -1));
          expect(freed.slice(before)).toEqual(dies ? [things[id]] : []);
          expect(references.size).toBe(uses.filter((count) => count > 0).length);
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('retain hands the object through', () => {
    const thing = { id: 0 };
    expect(new References<Thing>(() => undefined).retain(thing)).toBe(thing);
  });

  test('clear frees each object once, however many use it, and forgets it', () => {
    const freed: Thing[] = [];
    const references = new References<Thing>((thing) => freed.push(thing));
    const [first, second] = [{ id: 1 }, { id: 2 }];
    for (const thing of [first, second, first]) references.retain(thing);
    references.clear();
    expect(freed).toEqual([first, second]);
    references.release(first);
    references.clear();
    expect(freed).toHaveLength(2);
    expect(references.size).toBe(0);
  });
});
