/** @module */
import type * as workerThreads from 'node:worker_threads';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Circuit, TransformTerm } from '../../circuit.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
import { inputsOf } from '../../conformance/parties.ts';
import { circuitOf, drafts } from '../../conformance/circuits/random-circuits.ts';
import { randomInputs, uniforms } from '../../conformance/circuits/random-values.ts';
import { createSubject, type Subject } from '../../conformance/subject.ts';
import { isRefusal, type Compiled, type Held, type KeyPart } from '../../scheme.ts';
import type { RlweProgram } from '../program/program.ts';
import type { RlweScheme } from '../ring/chain.ts';
import { createOwnEvaluator } from '../evaluate/evaluator.ts';
import type * as memory from './memory.ts';
import { Arena } from './memory.ts';
import { adapters } from '../evaluate/own-kernels.fixture.ts';
import { watchTasks } from './task-effects.fixture.ts';
import { CALLS, functionsOf, type Kernel } from './kernel-calls.ts';
import { loadKernel } from './kernel.ts';
import { benchOf, callsOf, contentsOf, drafts as callDrafts, fill } from './random-calls.fixture.ts';
import type { Call } from './slices.ts';
import { Threads } from './threads.ts';

/** Threads that were begun, and have not ended. */
const alive = vi.hoisted(() => new Set<unknown>());
vi.mock('node:worker_threads', async (original) => {
  const real = await original<typeof workerThreads>();
  class Watched extends real.Worker {
    constructor(...given: ConstructorParameters<typeof real.Worker>) {
      super(...given);
      alive.add(this);
      this.once('exit', () => alive.delete(this));
    }
  }
  return { ...real, Worker: Watched };
});

/** The arenas of this test. */
const arenas = vi.hoisted(() => [] as Arena[]);
vi.mock('./memory.ts', async (original) => {
  const real = await original<typeof memory>();
  class Kept extends real.Arena {
    constructor(...given: ConstructorParameters<typeof real.Arena>) {
      super(...given);
      if (this.shared) arenas.push(this);
    }
  }
  return { ...real, Arena: Kept };
});

afterEach(() => vi.restoreAllMocks());

const SCHEMES: readonly RlweScheme[] = ['ckks', 'bgv', 'bfv'];
const COLUMNS = 512;

function subjectFor(id: RlweScheme): Subject {
  const shape = { rows: id === 'ckks' ? (1 as const) : (2 as const), columns: COLUMNS };
  return createSubject({ scheme: adapters[id], parameters: 'insecure-tiny', shape, kernels: 'own' });
}

interface Setting {
  readonly id: RlweScheme;
  readonly circuit: Circuit;
  readonly compiled: Compiled;
  readonly keys: readonly KeyPart[];
  readonly sent: Readonly<Record<string, readonly Uint8Array[]>>;
}

/** Null where the set does not take the circuit. */
async function settingFor(id: RlweScheme, circuit: Circuit, subject = subjectFor(id)): Promise<Setting | null> {
  const compiled = subject.scheme.compile([circuit], { ...subject.need, precision_bits: 1 });
  if (isRefusal(compiled)) return null;
  await using client = await subject.scheme.createClient(compiled.client);
  const keys = await client.generateKeys();
  const sent: Record<string, readonly Uint8Array[]> = {};
  for (const [port, values] of Object.entries(randomInputs([circuit], subject.slots, uniforms(1)))) {
    sent[port] = await client.encrypt(port, values);
  }
  return { id, circuit, compiled, keys, sent };
}

/** The bytes of every output, twice over: the second run finds memory that the first has used. */
async function outputs(
  { id, circuit, compiled, keys, sent }: Setting,
  threads: number,
  betweenRuns = async (): Promise<void> => Promise.resolve(),
): Promise<Uint8Array[]> {
  await using evaluator = await createOwnEvaluator(id, compiled, keys, { threads });
  await evaluator.prepare([circuit]);
  const held = new Map<string, Held>();
  for (const [port, envelopes] of Object.entries(sent)) held.set(port, await evaluator.load(port, envelopes));
  const stored: Uint8Array[] = [];
  for (let run = 0; run < 2; run++) {
    for (const value of Object.values(await evaluator.run(circuit.id, inputsOf(circuit, held)))) {
      stored.push(...(await evaluator.store(value)));
      evaluator.release(value);
    }
    await betweenRuns();
  }
  return stored;
}

/** All that has parts for threads, on one ciphertext and on wide bundles. */
function everything(id: RlweScheme): Circuit {
  const step = id === 'ckks' ? null : 1;
  const rows = id === 'ckks' ? 1 : 2;
  const random = uniforms(3);
  const plain = (): Float64Array => Float64Array.from({ length: rows * COLUMNS }, () => Math.round(2 * random() - 1));
  const terms = (babies: readonly number[], giants: readonly number[]): TransformTerm[] =>
    babies.flatMap((baby) => giants.map((giant): TransformTerm => ({ from: 0, baby, giant, plain: plain() })));
  const build = new CircuitBuilder('c', { rows, columns: COLUMNS }, step);
  const x = build.input('x', 9, { min: -1, max: 1 }, step);
  const one = build.pick([[x, 0]]);
  const squares = build.multiply(x, x);
  const matrix = Array.from({ length: 5 }, () => Array.from({ length: 9 }, () => 1 + Math.floor(3 * random())));
  const sums = build.affine(squares, matrix, new Float64Array(5).fill(1));
  const hidden = build.affine(x, matrix, new Float64Array(5).fill(1));
  const narrow = matrix.slice(0, 3).map((row) => row.slice(0, 5));
  const long = Array.from({ length: 2 }, (_, row) => Array.from({ length: 9 }, (_unused, column) => (row === column ? 1 : 0)));
  return build.build({
    moved: build.transform(one, [terms([0], [0, 8, 16])]),
    transformed: build.transform(
      one,
      [0, 1, 2, 3].map(() => terms([0, 1, 2, 3], [0, 4, 8])),
    ),
    folded: build.fold(one, [64, 32, 16]),
    folds: build.fold(x, [2, 1]),
    sums: build.fold(sums, [1]),
    picked: build.affine(x, long, new Float64Array(2)),
    // Computed strip by strip.
    layers: build.affine(build.multiply(hidden, hidden), narrow, new Float64Array(3)),
    product: build.rotate(build.multiply(one, build.rotate(one, 3)), 5),
    added: build.addPlain(build.add(x, x), Array.from({ length: 9 }, plain)),
    // Two polynomials and three; squares of real numbers stand at another scale.
    difference: id === 'ckks' ? build.subtract(x, x) : build.subtract(squares, x),
  });
}

/** Calls that were seen in tasks. */
const called = new Set<string>();

describe.each(SCHEMES)('%s', (id) => {
  it.each([2, 3])('%i threads leave the bytes that one leaves, and no two tasks meet', async (threads) => {
    const setting = (await settingFor(id, everything(id)))!;
    const expected = await outputs(setting, 1);
    const watch = watchTasks(() => arenas.at(-1)!);
    const got = await outputs(setting, threads);
    expect(watch.races).toEqual([]);
    expect(watch.tasks).toBeGreaterThan(300);
    for (const name of watch.names) called.add(name);
    expect(got.length).toBe(expected.length);
    for (const [at, bytes] of got.entries()) expect(Buffer.compare(bytes, expected[at]!)).toBe(0);
  });

  it('keys outside of their memory are there for every thread', async () => {
    const setting = (await settingFor(id, everything(id)))!;
    const program = { ...(setting.compiled.evaluator as RlweProgram), keysOutside_bytes: 2 ** 27 };
    const outside: Setting = { ...setting, compiled: { ...setting.compiled, evaluator: program } };
    const expected = await outputs(setting, 1);
    const watch = watchTasks(() => arenas.at(-1)!);
    const got = await outputs(outside, 2);
    expect(watch.races).toEqual([]);
    for (const name of watch.names) called.add(name);
    for (const [at, bytes] of got.entries()) expect(Buffer.compare(bytes, expected[at]!)).toBe(0);
  });

  it('random circuits come out alike', async () => {
    let compared = 0;
    for (const draft of fc.sample(drafts, { numRuns: 16, seed: 11 })) {
      const setting = await settingFor(id, circuitOf(subjectFor(id), draft));
      if (setting === null) continue;
      const [expected, got] = [await outputs(setting, 1), await outputs(setting, 2)];
      for (const [at, bytes] of got.entries()) expect(Buffer.compare(bytes, expected[at]!)).toBe(0);
      compared++;
    }
    expect(compared).toBeGreaterThan(5);
  });

  it('a damaged ciphertext of a bundle is refused whichever thread meets it, and leaves nothing', async () => {
    const { circuit, compiled, keys, sent } = (await settingFor(id, everything(id)))!;
    await using evaluator = await createOwnEvaluator(id, compiled, keys, { threads: 2 });
    await evaluator.prepare([circuit]);
    const [[port, envelopes]] = Object.entries(sent) as [[string, readonly Uint8Array[]]];
    const { objects } = evaluator.memory();
    for (const at of envelopes.keys()) {
      const damaged = envelopes.map((bytes) => bytes.slice());
      damaged[at]!.fill(0xff, damaged[at]!.length / 2, damaged[at]!.length / 2 + 16);
      await expect(evaluator.load(port, damaged)).rejects.toMatchObject({ code: 'CIPHERTEXT_DAMAGED' });
    }
    expect(evaluator.memory().objects).toBe(objects);
  });

  it('threads that die leave their work to the others', async () => {
    const setting = (await settingFor(id, everything(id)))!;
    const expected = await outputs(setting, 1);
    const got = await outputs(setting, 3, async () => {
      for (const worker of alive as Set<workerThreads.Worker>) await worker.terminate();
    });
    for (const [at, bytes] of got.entries()) expect(Buffer.compare(bytes, expected[at]!)).toBe(0);
  });

  it('an evaluator that is disposed of in the middle of a run ends it', async () => {
    const { circuit, compiled, keys, sent } = (await settingFor(id, everything(id)))!;
    const evaluator = await createOwnEvaluator(id, compiled, keys, { threads: 2 });
    await evaluator.prepare([circuit]);
    const held = new Map<string, Held>();
    for (const [port, envelopes] of Object.entries(sent)) held.set(port, await evaluator.load(port, envelopes));
    let layers = 0;
    const ended: PromiseLike<void>[] = [];
    const running = evaluator.run(circuit.id, inputsOf(circuit, held), () => {
      if (++layers === 2) ended.push(evaluator[Symbol.asyncDispose]());
    });
    await expect(running).rejects.toThrow();
    expect(layers).toBeLessThan(circuit.nodes.length);
    await Promise.all(ended);
    expect(alive.size).toBe(0);
  });

  it('threads end with the evaluator, and do not outlive keys that are none', async () => {
    const setting = (await settingFor(id, everything(id)))!;
    const evaluator = await createOwnEvaluator(id, setting.compiled, setting.keys, { threads: 3 });
    expect(alive.size).toBe(2);
    await evaluator[Symbol.asyncDispose]();
    expect(alive.size).toBe(0);
    await expect(createOwnEvaluator(id, setting.compiled, [], { threads: 3 })).rejects.toMatchObject({ code: 'KEYS_INCOMPLETE' });
    expect(alive.size).toBe(0);
  });
});

it('primes near the limit, where sums are reduced on the way, leave the same bytes', async () => {
  const shape = { rows: 1, columns: 4096 } as const;
  const build = new CircuitBuilder('c', shape, null);
  const x = build.input('x', 1, { min: -1, max: 1 }, null);
  const circuit = build.build({ y: build.fold(x, [2048, 1024, 512, 4, 2, 1, 8]) });
  const subject = createSubject({ scheme: adapters.ckks, parameters: 'default-50', shape, kernels: 'own' });
  const setting = (await settingFor('ckks', circuit, subject))!;
  const expected = await outputs(setting, 1);
  const watch = watchTasks(() => arenas.at(-1)!);
  const got = await outputs(setting, 2);
  expect(watch.races).toEqual([]);
  for (const [at, bytes] of got.entries()) expect(Buffer.compare(bytes, expected[at]!)).toBe(0);
});

it('every call that tasks make was among them', () => {
  expect(CALLS.filter((name) => !called.has(name))).toEqual([]);
});

describe('tasks', () => {
  it('that meet are seen by the watch', async () => {
    const arena = new Arena(true);
    const threads = await Threads.start(arena, 2);
    const [a, b, c, d, e, f] = Array.from({ length: 6 }, () => arena.allocate(8 * 1024)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const meeting = (...copies: (readonly [number, number])[]): number => {
      const watch = watchTasks(() => arena);
      threads.parallelMap(copies, ([from, to]) => threads.kernel.copy(from, to, 1024));
      watch.stop();
      return watch.races.length;
    };
    expect(meeting([a, b], [c, d])).toBe(0);
    expect(meeting([a, b], [a, c])).toBe(0);
    expect(meeting([a, b], [b, c])).toBe(1);
    expect(meeting([a, b], [c, b])).toBe(1);
    expect(meeting([a, b], [c, a], [b, d], [e, f])).toBe(2);
    // The last is cut in two.
    expect(meeting([a, b], [c, d], [b, e])).toBe(2);
    await threads.dispose();
  });

  it('are run by every thread, and follow one another in a window', async () => {
    const arena = new Arena(true);
    const threads = await Threads.start(arena, 3);
    const words = 64;
    const sums = Array.from({ length: 6 }, () => arena.allocate(8 * words));
    const block = arena.allocate(16);
    arena.f64.set([1009, 1 / 1009], block / 8);
    for (const sum of sums) arena.f64.fill(0, sum / 8, sum / 8 + words);
    // As many windows as sums: a task adds to what the one before in its window has left.
    const items = Array.from({ length: 3000 }, (_, at) => at);
    threads.parallelMap(items, (_item, _at, window) => threads.kernel.addConstant(sums[window]!, words, block, 1));
    expect(sums.map((sum) => arena.f64[sum / 8])).toEqual(sums.map(() => 500));
    await threads.dispose();
  });

  it.each([2, 3])('random calls leave on %i threads what they leave at once', async (count) => {
    const n = 256;
    const alone = new Arena();
    const arena = new Arena(true);
    const threads = await Threads.start(arena, count);
    const kernel = loadKernel(alone);
    const [expected, got] = [benchOf(n, alone, kernel), benchOf(n, arena, threads.kernel)];
    const run = (of: Kernel, calls: readonly Call[]): void => {
      const functions = functionsOf(of);
      for (const { name, operands } of calls) functions[CALLS.indexOf(name)]!(...operands);
    };
    fc.assert(
      fc.property(callDrafts, (draft) => {
        for (const bench of [expected, got]) fill(bench);
        run(kernel, callsOf(expected, draft));
        threads.deferred(() => run(threads.kernel, callsOf(got, draft)));
        expect(contentsOf(got)).toEqual(contentsOf(expected));
      }),
      { numRuns: 100, seed: count },
    );
    await threads.dispose();
  });

  it('that fail are reported, and leave a queue that works', async () => {
    const arena = new Arena(true);
    const threads = await Threads.start(arena, 2);
    const beyond = 2 ** 31;
    expect(() => threads.parallelMap([0, 1, 2], () => threads.kernel.clear(beyond, 8))).toThrow('a kernel failed');
    expect(() =>
      threads.parallelMap([0, 1], (at) => {
        if (at === 1) throw new Error('refused');
      }),
    ).toThrow('refused');
    const [a, b] = [arena.allocate(64), arena.allocate(64)];
    arena.f64.fill(7, a / 8, a / 8 + 8);
    threads.parallelMap([0, 1], () => threads.kernel.copy(a, b, 8));
    expect(arena.f64[b / 8]).toBe(7);
    await threads.dispose();
  });

  it('wake threads that sleep', async () => {
    const arena = new Arena(true);
    const threads = await Threads.start(arena, 2);
    const [a, b] = [arena.allocate(64), arena.allocate(64)];
    for (let time = 0; time < 20; time++) {
      arena.f64.fill(time, a / 8, a / 8 + 8);
      await new Promise((resolve) => setTimeout(resolve, time % 4));
      threads.parallelMap([0, 1, 2, 3], () => threads.kernel.copy(a, b, 8));
      expect(arena.f64[b / 8]).toBe(time);
    }
    await threads.dispose();
  });
});
