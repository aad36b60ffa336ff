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

/** Makes an evaluator of primitives; `compiled` gives the plan id and the ports. */
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

/** Counts the operations of one run of every circuit, with empty objects for ciphertexts. `has` names the optional primitives. */
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
