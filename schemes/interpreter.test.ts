/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit, LookupTable, Node, Operation, SparseMatrix, TransformTerm, Values, ValueType } from './circuit.ts';
import { open, seal } from './envelope.ts';
import { interpret, interpretedCounts } from './interpreter.ts';
import type { Compiled, HEEvaluator } from './scheme.ts';
import type { Primitives } from './eager-primitives.ts';

const SLOTS = 4;
const plan = '77'.repeat(32);
const shape = { rows: 1, columns: SLOTS } as const;
const type: ValueType = { width: 1, min: -1e6, max: 1e6, bound: 'proven', step: null };

const node = (operation: Operation, width = 1, layer = 'layer'): Node => ({ ...operation, type: { ...type, width }, layer });
const input = (width = 1): Node => node({ op: 'input', port: 'x', sources: ['client'] }, width);

function circuitOf(nodes: readonly Node[], ...outputs: number[]): Circuit {
  return { id: 'c', shape, nodes, outputs: Object.fromEntries(outputs.map((of, at) => [`o${at}`, of])) };
}

function compiledFor({ nodes, outputs }: Circuit): Compiled {
  const port = (at: number): Compiled['client']['ports'][string] => ({ type: nodes[at]!.type, shape, passes: 1 });
  const ports = { x: port(0), ...Object.fromEntries(Object.entries(outputs).map(([name, at]) => [`c.${name}`, port(at)])) };
  return {
    id: plan,
    client: { id: plan, scheme: 'slots', parameters: { id: 'none' }, encryption: 'symmetric', ports, keys: [], details: null },
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
}

interface Slots {
  readonly values: readonly number[];
}

/** Slots of numbers that may not be used after release, nor released twice. */
class Eager {
  readonly alive = new Set<Slots>();
  encoded = 0;
  disposed = 0;

  make(compute: (slot: number) => number): Slots {
    const slots = { values: Array.from({ length: SLOTS }, (_, slot) => compute(slot)) };
    this.alive.add(slots);
    return slots;
  }
  read({ values }: Slots, of: Slots): readonly number[] {
    expect(this.alive).toContain(of);
    return values;
  }

  primitives(without: readonly ('affine' | 'multiply' | 'rotate')[] = []): Primitives<Slots, readonly number[]> {
    const at = (c: Slots): readonly number[] => this.read(c, c);
    const pairs = (a: Slots, b: Slots, operate: (x: number, y: number) => number): Slots => {
      const [left, right] = [at(a), at(b)];
      return this.make((slot) => operate(left[slot]!, right[slot]!));
    };
    const all: Primitives<Slots, readonly number[]> = {
      load: (payload) => this.make((slot) => new Float64Array(payload.slice().buffer)[slot]!),
      store: (c) => new Uint8Array(Float64Array.from(at(c)).buffer),
      release: (c) => expect(this.alive.delete(c)).toBe(true),
      add: (a, b) => pairs(a, b, (x, y) => x + y),
      subtract: (a, b) => pairs(a, b, (x, y) => x - y),
      encode: (values: Values) => {
        this.encoded++;
        return Array.from({ length: SLOTS }, (_, slot) => Number(values[slot] ?? 0));
      },
      addPlain: (c, p) => this.make((slot) => at(c)[slot]! + p[slot]!),
      multiplyPlain: (c, p) => this.make((slot) => at(c)[slot]! * p[slot]!),
      multiply: (a, b) => pairs(a, b, (x, y) => x * y),
      rotate: (c, by) => this.make((slot) => at(c)[(((slot + by) % SLOTS) + SLOTS) % SLOTS]!),
      swapRows: (c) => this.make((slot) => at(c)[slot]!),
      affine: (inputs, matrix, bias) => Array.from(naiveAffine(inputs.map(at), matrix, bias), (row) => this.make((slot) => row[slot]!)),
      bootstrap: (c) => this.make((slot) => at(c)[slot]!),
      table: (inputs, { outputs }: LookupTable) => inputs.map((c) => this.make((slot) => Number(outputs[at(c)[slot]!]))),
      memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 1, objects: -1 }),
      dispose: () => {
        this.disposed++;
      },
    };
    const missing: readonly string[] = without;
    return Object.fromEntries(Object.entries(all).filter(([name]) => !missing.includes(name))) as unknown as typeof all;
  }
}

function naiveAffine(inputs: readonly (readonly number[])[], matrix: SparseMatrix, bias: Values): number[][] {
  return Array.from({ length: matrix.rows }, (_, row) =>
    Array.from({ length: SLOTS }, (_, slot) => {
      let sum = Number(bias[row]);
      for (let entry = matrix.offsets[row]!; entry < matrix.offsets[row + 1]!; entry++)
        sum += matrix.values[entry]! * inputs[matrix.indices[entry]!]![slot]!;
      return sum;
    }),
  );
}

function payloads(bundle: readonly (readonly number[])[]): Uint8Array[] {
  return bundle.map((values) =>
    seal({ kind: 'ciphertext', plan, name: 'x', pass: 0, payload: new Uint8Array(Float64Array.from(values).buffer) }),
  );
}

async function outputsOf(evaluator: HEEvaluator, bundle: readonly (readonly number[])[]): Promise<Record<string, number[][]>> {
  const x = await evaluator.load('x', payloads(bundle));
  const results = await evaluator.run('c', { x });
  evaluator.release(x);
  const found: Record<string, number[][]> = {};
  for (const [name, held] of Object.entries(results)) {
    const stored = await evaluator.store(held);
    found[name] = stored.map((bytes) => [
      ...new Float64Array(open(bytes, { kind: 'ciphertext', plan, name: `c.${name}`, pass: 0 }).slice().buffer),
    ]);
    evaluator.release(held);
  }
  return found;
}

function sparse(columns: number, rows: readonly (readonly (readonly [index: number, value: number])[])[]): SparseMatrix {
  const offsets = Uint32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
  const entries = rows.flat();
  return {
    rows: rows.length,
    columns,
    step: null,
    offsets,
    indices: Uint32Array.from(entries, ([index]) => index),
    values: Float64Array.from(entries, ([, value]) => value),
  };
}

const x = [1, 2, 3, 4];
const z = [10, -20, 30, 5];

async function evaluated(nodes: readonly Node[], bundle: readonly (readonly number[])[] = [x]): Promise<number[][]> {
  const eager = new Eager();
  const circuit = circuitOf(nodes, nodes.length - 1);
  await using evaluator = interpret(compiledFor(circuit), eager.primitives());
  await evaluator.prepare([circuit]);
  const { o0 } = await outputsOf(evaluator, bundle);
  expect(eager.alive.size).toBe(0);
  return o0!;
}

describe('each operation, by its definition', () => {
  const terms: readonly TransformTerm[] = [
    { from: 0, baby: 0, giant: 0, plain: Float64Array.of(1, 0, 2, 0) },
    { from: 1, baby: 1, giant: 0, plain: Float64Array.of(0, 1, 0, 3) },
    { from: 0, baby: 1, giant: 2, plain: Float64Array.of(1, 1, 1, 1) },
    { from: 1, baby: 1, giant: 2, plain: Float64Array.of(5, 0, 0, 1) },
  ];
  const rotated = (values: readonly number[], by: number): number[] => values.map((_, slot) => values[(slot + by) % SLOTS]!);
  const transformed = x.map((_, slot) =>
    terms.reduce((sum, { from, baby, giant, plain }) => {
      const product = rotated([x, z][from]!, baby).map((value, at) => value * plain[at]!);
      return sum + rotated(product, giant)[slot]!;
    }, 0),
  );
  const table: LookupTable = { min: 0, step: 1, outputs: Float64Array.of(0, 7, 7, 9, 9), negacyclic: false };

  test.each<readonly [string, Node, number[][]]>([
    ['add', node({ op: 'add', left: 0, right: 0 }, 2), [x.map((v) => 2 * v), z.map((v) => 2 * v)]],
    ['subtract', node({ op: 'subtract', left: 0, right: 0 }, 2), [x.map(() => 0), z.map(() => 0)]],
    ['multiply', node({ op: 'multiply', left: 0, right: 0 }, 2), [x.map((v) => v * v), z.map((v) => v * v)]],
    [
      'addPlain',
      node({ op: 'addPlain', of: 0, plains: [Float64Array.of(1), [2n, 3n]] }, 2),
      [
        [2, 2, 3, 4],
        [12, -17, 30, 5],
      ],
    ],
    ['fold', node({ op: 'fold', of: 0, rotations: [1, 2] }, 2), [x.map(() => 10), z.map(() => 25)]],
    ['fold by nothing', node({ op: 'fold', of: 0, rotations: [] }, 2), [x, z]],
    ['rotate', node({ op: 'rotate', of: 0, by: -1 }, 2), [rotated(x, 3), rotated(z, 3)]],
    ['swapRows', node({ op: 'swapRows', of: 0 }, 2), [x, z]],
    ['bootstrap', node({ op: 'bootstrap', of: 0, slots: SLOTS }, 2), [x, z]],
    [
      'pick',
      node(
        {
          op: 'pick',
          from: [
            [0, 1],
            [0, 1],
            [0, 0],
          ],
        },
        3,
      ),
      [z, z, x],
    ],
    ['transform', node({ op: 'transform', of: 0, step: null, outputs: [terms, terms.slice(0, 1)] }, 2), [transformed, [1, 0, 6, 0]]],
    ['transform without terms', node({ op: 'transform', of: 0, step: null, outputs: [[]] }), [[0, 0, 0, 0]]],
  ])('%s', async (_name, operation, expected) => {
    expect(await evaluated([input(2), operation], [x, z])).toEqual(expected);
  });

  test('table', async () => {
    expect(await evaluated([input(), node({ op: 'table', of: 0, table })])).toEqual([[7, 7, 9, 9]]);
  });
});

describe('affine', () => {
  const entry = fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: -3, max: 3 }));
  const rows = fc.array(fc.tuple(fc.array(entry, { maxLength: 5 }), fc.integer({ min: -9, max: 9 })), { minLength: 1, maxLength: 4 });

  test('is the matrix product, whether the adapter has it or it is built of smaller steps', async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (drawn) => {
        const matrix = sparse(
          3,
          drawn.map(([entries]) => entries),
        );
        const bias = Float64Array.from(drawn, ([, constant]) => constant);
        const circuit = circuitOf([input(3), node({ op: 'affine', of: 0, matrix, bias }, matrix.rows)], 1);
        for (const without of [[], ['affine' as const]]) {
          const eager = new Eager();
          await using evaluator = interpret(compiledFor(circuit), eager.primitives(without));
          await evaluator.prepare([circuit]);
          const { o0 } = await outputsOf(evaluator, [x, z, x]);
          expect(o0).toEqual(naiveAffine([x, z, x], matrix, bias));
          expect(eager.alive.size).toBe(0);
        }
      }),
      { seed: 7, numRuns: 60 },
    );
  });
});

/** Operations on a bundle of one, chosen by number. */
const walks = fc.record({
  steps: fc.array(fc.tuple(fc.nat({ max: 7 }), fc.nat(), fc.nat()), { maxLength: 12 }),
  outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
});

function walkCircuit({ steps, outputs }: { steps: [number, number, number][]; outputs: number[] }): Circuit {
  const nodes: Node[] = [input()];
  for (const [kind, a, b] of steps) {
    const [of, right] = [a % nodes.length, b % nodes.length];
    const plain = Float64Array.of(1, 2, 3, b % 5);
    const terms: TransformTerm[] = [0, 1, 2, 3].map((at) => ({ from: 0, baby: at & 1, giant: at & 2, plain }));
    const choices: Operation[] = [
      { op: 'add', left: of, right },
      { op: 'subtract', left: of, right },
      { op: 'rotate', of, by: b % SLOTS },
      { op: 'fold', of, rotations: [1, 2].slice(b % 3) },
      { op: 'pick', from: [[of, 0]] },
      { op: 'addPlain', of, plains: [plain] },
      { op: 'transform', of, step: null, outputs: [terms.slice(0, b % 5)] },
      {
        op: 'affine',
        of,
        matrix: sparse(1, [
          b % 2 === 0
            ? []
            : [
                [0, 2],
                [0, 3],
              ],
        ]),
        bias: Float64Array.of(b % 3),
      },
    ];
    nodes.push(node(choices[kind]!));
  }
  return circuitOf(nodes, ...outputs.map((of) => of % nodes.length));
}

describe('ownership and counts', () => {
  test('nothing is used after it is freed, nothing is left, and the predicted counts are those of the run', async () => {
    await fc.assert(
      fc.asyncProperty(walks, fc.boolean(), async (walk, affine) => {
        const eager = new Eager();
        const circuit = walkCircuit(walk);
        const evaluator = interpret(compiledFor(circuit), eager.primitives(affine ? [] : ['affine']));
        await evaluator.prepare([circuit]);
        await outputsOf(evaluator, [x]);
        expect(eager.alive.size).toBe(0);
        expect(evaluator.memory()).toEqual({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 1, objects: 0 });
        expect(evaluator.counts()).toEqual(interpretedCounts([circuit], { affine }));
        await evaluator[Symbol.asyncDispose]();
        expect(eager.disposed).toBe(1);
      }),
      { seed: 8, numRuns: 150 },
    );
  });

  test('plaintext operands are encoded once, and equal weights of an affine map share one', async () => {
    const eager = new Eager();
    const matrix = sparse(1, [
      [
        [0, 2],
        [0, 2],
        [0, 3],
      ],
      [[0, 3]],
    ]);
    const circuit = circuitOf([input(), node({ op: 'affine', of: 0, matrix, bias: Float64Array.of(1, 2) }, 2)], 1);
    await using evaluator = interpret(compiledFor(circuit), eager.primitives(['affine']));
    await evaluator.prepare([circuit]);
    await outputsOf(evaluator, [x]);
    await outputsOf(evaluator, [x]);
    expect(eager.encoded).toBe(4);
  });

  test('what is still held is freed on disposal', async () => {
    const eager = new Eager();
    const circuit = circuitOf([input(), node({ op: 'rotate', of: 0, by: 1 })], 0, 1);
    const evaluator = interpret(compiledFor(circuit), eager.primitives());
    await evaluator.prepare([circuit]);
    await evaluator.run('c', { x: await evaluator.load('x', payloads([x])) });
    expect(evaluator.memory().objects).toBe(2);
    await evaluator[Symbol.asyncDispose]();
    expect(eager.alive.size).toBe(0);
  });

  test('layers end where the next begins, with the bundle they made', async () => {
    const circuit = circuitOf(
      [
        input(),
        node({ op: 'rotate', of: 0, by: 1 }, 1, 'a'),
        node({ op: 'add', left: 1, right: 1 }, 1, 'a'),
        node({ op: 'rotate', of: 2, by: 1 }, 1, 'b'),
      ],
      3,
    );
    await using evaluator = interpret(compiledFor(circuit), new Eager().primitives());
    await evaluator.prepare([circuit]);
    const seen: unknown[] = [];
    await evaluator.run('c', { x: await evaluator.load('x', payloads([x])) }, async ({ layer, value }) => {
      const [bytes] = await evaluator.store(value!);
      seen.push([layer, ...new Float64Array(open(bytes!, { kind: 'ciphertext', plan, name: layer, pass: 0 }).slice().buffer)]);
    });
    expect(seen).toEqual([
      ['layer', ...x],
      ['a', 4, 6, 8, 2],
      ['b', 6, 8, 2, 4],
    ]);
  });
});

describe('mistakes of an adapter or a caller', () => {
  test('a primitive that is claimed and missing is named', async () => {
    const circuit = circuitOf([input(), node({ op: 'multiply', left: 0, right: 0 })], 1);
    await using evaluator = interpret(compiledFor(circuit), new Eager().primitives(['multiply']));
    await evaluator.prepare([circuit]);
    const held = await evaluator.load('x', payloads([x]));
    await expect(evaluator.run('c', { x: held })).rejects.toThrow("claims 'multiply'");
  });

  test('a circuit that was not prepared and a port that was not filled are named', async () => {
    const circuit = circuitOf([input()], 0);
    await using evaluator = interpret(compiledFor(circuit), new Eager().primitives());
    await expect(evaluator.run('c', {})).rejects.toThrow("circuit 'c' was not prepared");
    await evaluator.prepare([circuit]);
    await expect(evaluator.run('c', {})).rejects.toThrow("port 'x' was given nothing");
  });
});
