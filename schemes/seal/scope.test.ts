/** @module */
import { describe, expect, test } from 'vitest';
import { Scope } from './scope.ts';

class Thing {
  readonly #log: string[];
  readonly #name: string;
  constructor(name: string, log: string[]) {
    this.#name = name;
    this.#log = log;
  }
  delete(): void {
    this.#log.push(this.#name);
  }
}

function made(...names: readonly string[]): { log: string[]; things: Thing[] } {
  const log: string[] = [];
  return { log, things: names.map((name) => new Thing(name, log)) };
}

describe('Scope', () => {
  test('deletes what it owns once, the youngest first', () => {
    const { log, things } = made('a', 'b', 'c');
    const scope = new Scope();
    for (const thing of [...things, ...things]) expect(scope.own(thing)).toBe(thing);
    expect(scope.size).toBe(3);
    scope[Symbol.dispose]();
    scope[Symbol.dispose]();
    expect(log).toEqual(['c', 'b', 'a']);
    expect(scope.size).toBe(0);
  });

  test('frees everything also where the work throws', () => {
    const { log, things } = made('a', 'b');
    const work = (): void => {
      using scope = new Scope();
      for (const thing of things) scope.own(thing);
      throw new Error('half way');
    };
    expect(work).toThrow('half way');
    expect(log).toEqual(['b', 'a']);
  });
});
