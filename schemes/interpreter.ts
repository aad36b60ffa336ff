/**
 * The short way for a small adapter: a few eager primitives become a whole evaluator.
 *
 * @module
 */
import type { Circuit, SparseMatrix } from './circuit.ts';
import type { Primitives } from './eager-primitives.ts';
import { holdBundles, loadEach } from './held-evaluator.ts';
import { CountedPrimitives, InterpretedCircuit } from './interpreted-circuit.ts';
import { References } from './references.ts';
import type { Compiled, HEEvaluator, OperationCounts } from './scheme.ts';

/**
 * Makes an evaluator of primitives: it goes through a circuit node by node, counts operations and frees what is no longer read.
 *
 * @param compiled gives the plan's id and its ports
 * @param primitives operations on single ciphertexts
 * @returns an evaluator whose methods throw what those of `holdBundles` do
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { interpret, open, seal, type Circuit, type Compiled, type Primitives } from 'enigmark';
 *
 * // A plan with one circuit, 'next', from port x to output y.
 * const id = '0'.repeat(64);
 * const port = {
 *   type: { width: 1, min: 0, max: 255, step: 1, bound: 'proven' },
 *   shape: { rows: 1, columns: 1 },
 *   passes: 1,
 * } as const;
 * const compiled: Compiled = {
 *   id,
 *   client: {
 *     ...{ id, scheme: 'bytes', parameters: { id: 'only' }, encryption: 'symmetric', keys: [], details: null },
 *     ports: { x: port, 'next.y': port },
 *   },
 *   evaluator: null,
 *   hardness: [],
 *   estimate: {
 *     ...{ counts: {}, depth: 0, correctness: {}, evaluate_ns: null, prepare_ns: null, peak_bytes: 0 },
 *     bytes: { keys: {}, input: 0, output: 0 },
 *   },
 * };
 * const node = { type: port.type, layer: 'sum' };
 * const circuit: Circuit = {
 *   id: 'next',
 *   shape: port.shape,
 *   nodes: [
 *     { op: 'input', port: 'x', sources: ['client'], ...node },
 *     { op: 'add', left: 0, right: 0, ...node },
 *   ],
 *   outputs: { y: 1 },
 * };
 * // The primitives: ciphertexts are single bytes that hide nothing.
 * const made = (byte: number) => ({ byte });
 * const primitives: Primitives<{ readonly byte: number }, number> = {
 *   load: ([byte = 0]) => made(byte),
 *   store: ({ byte }) => Uint8Array.of(byte),
 *   release: () => {},
 *   add: (a, b) => made(a.byte + b.byte),
 *   subtract: (a, b) => made(a.byte - b.byte),
 *   encode: ([value = 0]) => Number(value),
 *   addPlain: (c, plain) => made(c.byte + plain),
 *   multiplyPlain: (c, plain) => made(c.byte * plain),
 *   memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
 *   dispose: () => {},
 * };
 * await using evaluator = interpret(compiled, primitives);
 * await evaluator.prepare([circuit]);
 * const sent = seal({ kind: 'ciphertext', plan: id, name: 'x', pass: 0, payload: Uint8Array.of(21) });
 * const { y } = await evaluator.run('next', { x: await evaluator.load('x', [sent]) });
 * const [received] = await evaluator.store(y!);
 * assert.deepEqual(open(received!, { kind: 'ciphertext', plan: id, name: 'next.y', pass: 0 }), Uint8Array.of(42));
 * ```
 */
export function interpret<C extends object, P>(compiled: Compiled, primitives: Primitives<C, P>): HEEvaluator {
  let interpreted: readonly InterpretedCircuit<C, P>[] = [];
  const counted = new CountedPrimitives(primitives);
  const references = new References<C>((c) => primitives.release(c));
  return holdBundles<C>(compiled, {
    async prepare(circuits) {
      interpreted = circuits.map((circuit) => new InterpretedCircuit(circuit, counted, references));
    },
    load: (_port, payloads) =>
      loadEach(
        payloads,
        (payload) => references.retain(primitives.load(payload)),
        (c) => references.release(c),
      ),
    store: (c) => primitives.store(c),
    release: (c) => references.release(c),
    async run(id, inputs, _pass, onLayer) {
      const circuit = interpreted.find((candidate) => candidate.id === id);
      if (circuit === undefined) throw new Error(`circuit '${id}' was not prepared`);
      const walk = circuit.evaluate(inputs);
      for (;;) {
        const step = walk.next();
        if (step.done === true) return step.value;
        if (onLayer !== undefined) await onLayer(step.value.layer, step.value.bundle);
      }
    },
    counts: () => ({ ...counted.counts }),
    memory() {
      const own = primitives.memory();
      const held = [...references.alive(), ...interpreted.flatMap((circuit) => [...circuit.operands()])];
      const bytes = held.reduce<number>((sum, one) => sum + (primitives.bytesOf?.(one) ?? 0), 0);
      return { ...own, buffers_bytes: own.buffers_bytes + bytes, objects: references.size };
    },
    dispose() {
      references.clear();
      primitives.dispose();
    },
  });
}

/**
 * Counts the operations of one run of every circuit on primitives, without computing anything: what `compile` states as counts.
 *
 * @param circuits all that are compiled together
 * @param has whether the primitives have `affine`; without it an affine map counts as the products and sums that replace it
 * @returns how often each operation is carried out
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { interpretedCounts, type Circuit } from 'enigmark';
 *
 * const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
 * const square: Circuit = {
 *   id: 'square',
 *   shape: { rows: 1, columns: 4 },
 *   nodes: [
 *     { op: 'input', port: 'x', sources: ['client'], type, layer: 'in' },
 *     { op: 'multiply', left: 0, right: 0, type, layer: 'square' },
 *   ],
 *   outputs: { y: 1 },
 * };
 * assert.deepEqual(interpretedCounts([square], { affine: false }), { multiply: 1 });
 * ```
 */
export function interpretedCounts(circuits: readonly Circuit[], has: { readonly affine: boolean }): OperationCounts {
  const nothing = (): object => ({});
  const bundle = (count: number): object[] => Array.from({ length: count }, nothing);
  const empty: Primitives<object, null> = {
    load: nothing,
    store: () => new Uint8Array(),
    release: () => undefined,
    add: nothing,
    subtract: nothing,
    encode: () => null,
    addPlain: nothing,
    multiplyPlain: nothing,
    multiply: nothing,
    rotate: nothing,
    swapRows: nothing,
    ...(has.affine ? { affine: (_inputs: readonly object[], matrix: SparseMatrix) => bundle(matrix.rows) } : {}),
    convolve: nothing,
    table: (inputs) => bundle(inputs.length),
    bootstrap: nothing,
    memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
    dispose: () => undefined,
  };
  const counted = new CountedPrimitives(empty);
  for (const circuit of circuits) {
    const inputs = Object.fromEntries(circuit.nodes.flatMap((node) => (node.op === 'input' ? [[node.port, bundle(node.type.width)]] : [])));
    const walk = new InterpretedCircuit(circuit, counted, new References<object>(() => undefined)).evaluate(inputs);
    while (walk.next().done !== true);
  }
  return counted.counts;
}
