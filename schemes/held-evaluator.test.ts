/** @module */
import { describe, expect, test } from 'vitest';
import { open, seal } from './envelope.ts';
import { EnigmarkError } from './errors.ts';
import { holdBundles, loadEach, type BundleExecutor } from './held-evaluator.ts';
import type { Compiled, Held, LayerEvent, Memory, Port } from './scheme.ts';

const plan = '5a'.repeat(32);

function port(width: number): Port {
  return { type: { width, min: 0, max: 255, bound: 'proven', step: 1 }, shape: { rows: 1, columns: 1 }, passes: 2 };
}

const compiled: Compiled = {
  id: plan,
  client: {
    id: plan,
    scheme: 'letters',
    parameters: { id: 'none' },
    encryption: 'symmetric',
    ports: { x: port(2), 'c.y': port(1) },
    keys: [],
    details: null,
  },
  evaluator: null,
  hardness: [],
  estimate: {
    counts: {},
    depth: 0,
    correctness: {},
    evaluate_ns: null,
    prepare_ns: null,
    peak_bytes: 0,
    bytes: { keys: {}, input: 0, output: 0 },
  },
};

interface Letter {
  readonly value: number;
}

/** An executor whose ciphertexts are single bytes: it adds up its inputs, in two layers. A byte of 255 is damaged. */
class Letters implements BundleExecutor<Letter> {
  readonly alive = new Set<Letter>();
  readonly passes: number[] = [];
  disposed = 0;

  #made(value: number): Letter {
    const letter = { value };
    this.alive.add(letter);
    return letter;
  }
  prepare = (): Promise<void> => Promise.resolve();
  load = (_port: string, payloads: readonly Uint8Array[]): Letter[] => loadEach(payloads, this.#read, this.release);
  readonly #read = (payload: Uint8Array): Letter => {
    if (payload[0] === 255) throw new EnigmarkError('CIPHERTEXT_DAMAGED', { expected: 'a letter', got: '255', remedy: 'none' });
    return this.#made(payload[0]!);
  };
  store = (letter: Letter): Uint8Array => Uint8Array.of(letter.value);
  release = (letter: Letter): void => {
    expect(this.alive.delete(letter)).toBe(true);
  };
  run: BundleExecutor<Letter>['run'] = async (_circuit, inputs, pass, onLayer) => {
    this.passes.push(pass);
    const sum = Object.values(inputs)
      .flat()
      .reduce((total, { value }) => total + value, 0);
    await onLayer?.('first', null);
    const y = this.#made(sum);
    await onLayer?.('second', [y]);
    return { y: [y] };
  };
  counts = (): Readonly<Record<string, number>> => ({ add: 1 });
  memory = (): Memory => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: this.alive.size });
  dispose = (): void => {
    this.disposed++;
  };
}

function wrapped(value: number, other: Partial<{ name: string; pass: number; plan: string }> = {}): Uint8Array {
  return seal({ kind: 'ciphertext', plan, name: 'x', pass: 0, payload: Uint8Array.of(value), ...other });
}

function started(): { letters: Letters; evaluator: ReturnType<typeof holdBundles<Letter>> } {
  const letters = new Letters();
  return { letters, evaluator: holdBundles(compiled, letters) };
}

describe('load, run, store', () => {
  test('carry envelopes through, with the port and pass of what they hold', async () => {
    const { letters, evaluator } = started();
    const x = await evaluator.load('x', [wrapped(3, { pass: 1 }), wrapped(4, { pass: 1 })], 1);
    expect(x).toEqual({ port: 'x', pass: 1 });
    const { y } = await evaluator.run('c', { x });
    expect(y).toEqual({ port: 'c.y', pass: 1 });
    expect(letters.passes).toEqual([1]);
    const stored = await evaluator.store(y!);
    expect(stored.map((bytes) => open(bytes, { kind: 'ciphertext', plan, name: 'c.y', pass: 1 })[0])).toEqual([7]);
  });

  test('a held bundle serves again until it is released, and only once after that', async () => {
    const { letters, evaluator } = started();
    const x = await evaluator.load('x', [wrapped(1), wrapped(2)]);
    for (let round = 0; round < 2; round++) evaluator.release((await evaluator.run('c', { x }))['y']!);
    expect(letters.alive.size).toBe(2);
    evaluator.release(x);
    expect(letters.alive.size).toBe(0);
    expect(() => evaluator.release(x)).toThrow(expect.objectContaining({ code: 'NOT_HELD' }));
    await expect(evaluator.store(x)).rejects.toMatchObject({ code: 'NOT_HELD' });
    await expect(evaluator.run('c', { x })).rejects.toMatchObject({ code: 'NOT_HELD' });
  });

  test('a handle is the object that was given out, not one that looks like it', async () => {
    const { evaluator } = started();
    await evaluator.load('x', [wrapped(1), wrapped(2)]);
    await expect(evaluator.store({ port: 'x', pass: 0 })).rejects.toMatchObject({ code: 'NOT_HELD' });
  });
});

describe('what load refuses', () => {
  test.each([
    ['another port', 'z', [wrapped(1), wrapped(2)], 'UNKNOWN_PORT'],
    ['too few ciphertexts', 'x', [wrapped(1)], 'WRONG_WIDTH'],
    ['too many ciphertexts', 'x', [wrapped(1), wrapped(1), wrapped(1)], 'WRONG_WIDTH'],
    ['envelopes of another port', 'x', [wrapped(1), wrapped(1, { name: 'c.y' })], 'WRONG_PORT'],
    ['envelopes of another pass', 'x', [wrapped(1), wrapped(1, { pass: 1 })], 'WRONG_PORT'],
    ['envelopes of another plan', 'x', [wrapped(1), wrapped(1, { plan: '00'.repeat(32) })], 'WRONG_PLAN'],
    ['damaged envelopes', 'x', [wrapped(1), wrapped(1).subarray(1)], 'ENVELOPE_DAMAGED'],
    ['a damaged payload', 'x', [wrapped(1), wrapped(255)], 'CIPHERTEXT_DAMAGED'],
  ])('%s, leaving nothing behind', async (_what, name, ciphertexts, code) => {
    const { letters, evaluator } = started();
    await expect(evaluator.load(name, ciphertexts)).rejects.toMatchObject({ code });
    expect(letters.alive.size).toBe(0);
  });
});

describe('layers', () => {
  test('are told in order; the value can be read during the callback and not after it', async () => {
    const { evaluator } = started();
    const x = await evaluator.load('x', [wrapped(1), wrapped(2)]);
    const events: LayerEvent[] = [];
    const seen: number[] = [];
    await evaluator.run('c', { x }, async (event) => {
      events.push(event);
      if (event.value === null) return;
      const [bytes] = await evaluator.store(event.value);
      seen.push(open(bytes!, { kind: 'ciphertext', plan, name: 'second', pass: 0 })[0]!);
    });
    expect(events.map(({ layer }) => layer)).toEqual(['first', 'second']);
    expect(events[0]!.value).toBeNull();
    expect(events.every(({ elapsed_ns }) => elapsed_ns >= 0)).toBe(true);
    expect(seen).toEqual([3]);
    await expect(evaluator.store(events[1]!.value!)).rejects.toMatchObject({ code: 'NOT_HELD' });
  });

  test('a callback that throws stops the run', async () => {
    const { evaluator } = started();
    const x = await evaluator.load('x', [wrapped(1), wrapped(2)]);
    const run = evaluator.run('c', { x }, () => {
      throw new Error('enough');
    });
    await expect(run).rejects.toThrow('enough');
  });
});

describe('disposal', () => {
  test('frees what is still held and ends every method, and may be repeated', async () => {
    const { letters, evaluator } = started();
    const x: Held = await evaluator.load('x', [wrapped(1), wrapped(2)]);
    const { y } = await evaluator.run('c', { x });
    await evaluator[Symbol.asyncDispose]();
    await evaluator[Symbol.asyncDispose]();
    expect(letters.alive.size).toBe(0);
    expect(letters.disposed).toBe(1);
    const disposed = expect.objectContaining({ code: 'DISPOSED' }) as Error;
    await expect(evaluator.prepare([])).rejects.toEqual(disposed);
    await expect(evaluator.load('x', [])).rejects.toEqual(disposed);
    await expect(evaluator.run('c', { x })).rejects.toEqual(disposed);
    await expect(evaluator.store(y!)).rejects.toEqual(disposed);
    for (const call of [() => evaluator.release(x), () => evaluator.counts(), () => evaluator.memory()]) expect(call).toThrow(disposed);
  });
});
