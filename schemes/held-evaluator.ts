/**
 * The bookkeeping that every evaluator shares: envelopes in and out, bundles held between rounds, layer events, disposal.
 * What computes is a `BundleExecutor`, which sees ciphertexts of its own kind and nothing of the wire.
 *
 * @module
 */
import type { Circuit } from './circuit.ts';
import { open, seal } from './envelope.ts';
import { EnigmarkError } from './errors.ts';
import { expectLive } from './guards.ts';
import { expectEnvelopes, portOf } from './ports.ts';
import type { Compiled, HEEvaluator, Held, LayerEvent, Memory, OperationCounts } from './scheme.ts';

/**
 * Called with the bundle that a layer left behind, or null where the layer was fused into a later one. Without `elapsed_ns` its time is
 * what passed since the layer before.
 */
export type LayerDone<C> = (layer: string, bundle: readonly C[] | null, elapsed_ns?: number) => void | Promise<void>;

/** Computes on ciphertexts of type C. It owns what `load` and `run` return until `release`. */
export interface BundleExecutor<C> {
  /** See `HEEvaluator.path`. */
  readonly path?: string;
  prepare(circuits: readonly Circuit[]): Promise<void>;
  /** The ciphertexts of a bundle, in order; a payload may carry several: see `Port.perEnvelope`. Where one is refused, none is kept: see `loadEach`. */
  load(port: string, payloads: readonly Uint8Array[], pass: number): readonly C[];
  store(ciphertext: C, pass: number): Uint8Array;
  /** Payloads of a whole bundle, where its port's ciphertexts share envelopes as they leave; null: each leaves by itself. */
  storeTogether?(port: string, bundle: readonly C[]): readonly Uint8Array[] | null;
  release(ciphertext: C): void;
  /** Inputs by port; they stay the caller's. Outputs by name; each is a bundle of its own. */
  run(
    circuit: string,
    inputs: Readonly<Record<string, readonly C[]>>,
    pass: number,
    onLayer: LayerDone<C> | undefined,
  ): Promise<Readonly<Record<string, readonly C[]>>>;
  counts(): OperationCounts;
  memory(): Memory;
  dispose(): void | Promise<void>;
}

/**
 * Loads ciphertexts one by one; where one is refused, those before it are released.
 *
 * @param payloads contents of envelopes, in order
 * @param load makes a ciphertext of one
 * @param release frees a ciphertext
 * @returns ciphertexts in the same order
 * @throws what `load` throws
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { loadEach } from 'enigmark';
 *
 * const released: number[] = [];
 * const load = ([byte = 0]: Uint8Array): number => {
 *   if (byte === 0) throw new RangeError('damaged');
 *   return byte;
 * };
 * assert.deepEqual(loadEach([Uint8Array.of(1), Uint8Array.of(2)], load, (c) => released.push(c)), [1, 2]);
 * assert.throws(() => loadEach([Uint8Array.of(7), Uint8Array.of(0)], load, (c) => released.push(c)), RangeError);
 * assert.deepEqual(released, [7]);
 * ```
 */
export function loadEach<C>(payloads: readonly Uint8Array[], load: (payload: Uint8Array) => C, release: (ciphertext: C) => void): C[] {
  const loaded: C[] = [];
  try {
    for (const payload of payloads) loaded.push(load(payload));
  } catch (error) {
    for (const ciphertext of loaded) release(ciphertext);
    throw error;
  }
  return loaded;
}

/**
 * Makes a whole evaluator of an executor. Held bundles that were not released are freed on disposal.
 *
 * @param compiled gives the plan's id and its ports
 * @param executor computes on bundles of ciphertexts of its own kind
 * @returns an evaluator whose methods throw DISPOSED, NOT_HELD, UNKNOWN_PORT, WRONG_WIDTH and the codes of `open`
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { holdBundles, open, seal, type BundleExecutor, type Compiled } from 'enigmark';
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
 * // The executor: ciphertexts are single bytes, and y = x + 1.
 * const executor: BundleExecutor<{ readonly byte: number }> = {
 *   prepare: async () => {},
 *   load: (_port, payloads) => payloads.map(([byte = 0]) => ({ byte })),
 *   store: ({ byte }) => Uint8Array.of(byte),
 *   release: () => {},
 *   run: async (_circuit, { x = [] }) => ({ y: x.map(({ byte }) => ({ byte: byte + 1 })) }),
 *   counts: () => ({}),
 *   memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }),
 *   dispose: () => {},
 * };
 * await using evaluator = holdBundles(compiled, executor);
 * const sent = seal({ kind: 'ciphertext', plan: id, name: 'x', pass: 0, payload: Uint8Array.of(41) });
 * const { y } = await evaluator.run('next', { x: await evaluator.load('x', [sent]) });
 * const [received] = await evaluator.store(y!);
 * assert.deepEqual(open(received!, { kind: 'ciphertext', plan: id, name: 'next.y', pass: 0 }), Uint8Array.of(42));
 * ```
 */
export function holdBundles<C>(compiled: Compiled, executor: BundleExecutor<C>): HEEvaluator {
  const { id: plan, ports } = compiled.client;
  const bundles = new Map<Held, readonly C[]>();
  let disposed = false;

  const alive = (): void => expectLive(disposed, 'evaluator');
  function keep(port: string, pass: number, bundle: readonly C[]): Held {
    const held: Held = Object.freeze({ port, pass });
    bundles.set(held, bundle);
    return held;
  }
  function bundleOf(held: Held): readonly C[] {
    const bundle = bundles.get(held);
    if (bundle === undefined) {
      throw new EnigmarkError('NOT_HELD', {
        expected: 'a bundle that this evaluator holds',
        got: `one of '${held.port}' that was released or is another's`,
        remedy: 'load it first, and release it once',
      });
    }
    return bundle;
  }
  function free(bundle: readonly C[]): void {
    for (const ciphertext of bundle) executor.release(ciphertext);
  }

  return {
    ...(executor.path === undefined ? {} : { path: executor.path }),
    async prepare(circuits) {
      alive();
      await executor.prepare(circuits);
    },
    async load(port, ciphertexts, pass = 0) {
      alive();
      expectEnvelopes(portOf(ports, port), port, ciphertexts.length);
      const payloads = ciphertexts.map((bytes) => open(bytes, { kind: 'ciphertext', plan, name: port, pass }));
      return keep(port, pass, executor.load(port, payloads, pass));
    },
    async run(circuit, inputs, onLayer) {
      alive();
      const loaded: Record<string, readonly C[]> = {};
      let pass = 0;
      for (const port in inputs) {
        const held = inputs[port]!;
        loaded[port] = bundleOf(held);
        pass = held.pass;
      }
      const outputs = await executor.run(circuit, loaded, pass, onLayer && layerClock(onLayer, keep, bundles, pass));
      const results: Record<string, Held> = {};
      for (const name in outputs) results[name] = keep(`${circuit}.${name}`, pass, outputs[name]!);
      return results;
    },
    async store(value, only) {
      alive();
      const bundle = bundleOf(value);
      const { port: name, pass } = value;
      const stored = only === undefined ? bundle : only.flatMap((index) => bundle[index] ?? []);
      const together = only === undefined ? executor.storeTogether?.(name, bundle) : undefined;
      const payloads = together ?? stored.map((ciphertext) => executor.store(ciphertext, pass));
      return payloads.map((payload) => seal({ kind: 'ciphertext', plan, name, pass, payload }));
    },
    release(value) {
      alive();
      free(bundleOf(value));
      bundles.delete(value);
    },
    counts() {
      alive();
      return executor.counts();
    },
    memory() {
      alive();
      return executor.memory();
    },
    async [Symbol.asyncDispose]() {
      if (disposed) return;
      disposed = true;
      for (const bundle of bundles.values()) free(bundle);
      bundles.clear();
      await executor.dispose();
    },
  };
}

/** Times layers; the bundle is held while the callback looks at it. Time inside the callback is not the layer's. */
function layerClock<C>(
  onLayer: (event: LayerEvent) => void | Promise<void>,
  keep: (port: string, pass: number, bundle: readonly C[]) => Held,
  bundles: Map<Held, readonly C[]>,
  pass: number,
): LayerDone<C> {
  let started = process.hrtime.bigint();
  return async (layer, bundle, measured_ns) => {
    const elapsed_ns = measured_ns ?? Number(process.hrtime.bigint() - started);
    const value = bundle === null ? null : keep(layer, pass, bundle);
    try {
      await onLayer({ layer, elapsed_ns, value });
    } finally {
      if (value !== null) bundles.delete(value);
      started = process.hrtime.bigint();
    }
  };
}
