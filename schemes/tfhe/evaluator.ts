/**
 * The evaluator: the kernel on the library's bytes. It holds no secret and loads no module that could make one.
 *
 * @module
 */
import { open } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { holdBundles, type BundleExecutor } from '../held-evaluator.ts';
import { References } from '../references.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { makeBootstrapper, type Bootstrapper } from './kernel/bootstrap.ts';
import { writeCiphertext } from './wire/ciphertext-wire.ts';
import { CircuitRun, type InputProducts, type Lwe, type Machine } from './circuit-run.ts';
import { expandKey } from './kernel/expand-key.ts';
import { BOOTSTRAPPING_KEY } from './wire/key-kinds.ts';
import { readServerKey } from './wire/key-wire.ts';
import { loadKernel, preferredPath, type Kernel, type KernelPath } from './kernel/kernel.ts';
import { ciphertext_bytes, prepareLinear } from './kernel/linear.ts';
import { SharedMemory } from './kernel/memory.ts';
import { bigDimension } from './parameters.ts';
import { ArrivedLwe, libraryReader, type InputReader } from './input-reader.ts';
import type { TfheProgram } from './program.ts';

/** How inputs are taken in. */
export interface EvaluatorInputs {
  readonly reader: InputReader;
  readonly products?: InputProducts;
  /** One payload of all results of a port, of which mask and body are given; absent: each leaves by itself. */
  readonly pack?: (results: readonly BigUint64Array[]) => Uint8Array;
}

/**
 * @param path Which build of the kernel; the fastest that this engine runs.
 * @param inputs What inputs arrive as, and layers that are computed on that.
 * @throws EnigmarkError KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY
 */
export function createEvaluator(
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options = {},
  path: KernelPath = preferredPath(),
  inputs: EvaluatorInputs = { reader: libraryReader(bigDimension((compiled.evaluator as TfheProgram).parameters)) },
): HEEvaluator {
  return holdBundles(compiled, createTableExecutor(compiled, keys, options, path, inputs));
}

/** What computes, for an evaluator that has ciphertexts from elsewhere too. */
export interface TableExecutor extends BundleExecutor<Lwe> {
  /** A ciphertext of these words, mask and body, which is the caller's until `release`. */
  adopt(words: BigUint64Array): Lwe;
}

/** @throws EnigmarkError as `createEvaluator` does */
export function createTableExecutor(
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options,
  path: KernelPath,
  inputs: EvaluatorInputs,
): TableExecutor {
  const memory = new SharedMemory();
  const kernel = loadKernel(memory.memory, path);
  const bootstrapper = compiled.client.keys.includes(BOOTSTRAPPING_KEY) ? bootstrapperOf(compiled, keys, kernel, memory, options) : null;
  return executor(compiled, kernel, memory, bootstrapper, inputs, options.signal);
}

function bootstrapperOf(
  compiled: Compiled,
  keys: readonly KeyPart[],
  kernel: Kernel,
  memory: SharedMemory,
  { threads = 1, signal }: Options,
): Bootstrapper {
  const part = keys.find(({ kind }) => kind === BOOTSTRAPPING_KEY);
  if (part === undefined) {
    throw new EnigmarkError('KEYS_INCOMPLETE', {
      expected: `a key '${BOOTSTRAPPING_KEY}'`,
      got: keys.map(({ kind }) => kind).join(', ') || 'none',
      remedy: 'send every key part that the client made',
    });
  }
  const { parameters } = compiled.evaluator as TfheProgram;
  const payload = open(part.bytes, { kind: 'key', plan: compiled.id, name: BOOTSTRAPPING_KEY, pass: 0 });
  const engine = expandKey(readServerKey(payload, parameters), parameters, kernel, memory);
  return makeBootstrapper(kernel, memory, engine, { threads, signal });
}

function executor(
  compiled: Compiled,
  kernel: Kernel,
  memory: SharedMemory,
  bootstrapper: Bootstrapper | null,
  { reader, products, pack }: EvaluatorInputs,
  signal: AbortSignal | undefined,
): TableExecutor {
  const { parameters, scales, ports, together } = compiled.evaluator as TfheProgram;
  const dimension = bigDimension(parameters);
  const allocate = (): Lwe => ({ address: memory.allocate(ciphertext_bytes(parameters)) });
  const free = (ciphertext: Lwe): void => {
    if (ciphertext.isPlaced !== false) memory.free(ciphertext.address);
  };
  const place = (words: BigUint64Array): Lwe => {
    const ciphertext = allocate();
    memory.words64(ciphertext.address, words.length).set(words);
    return ciphertext;
  };
  const references = new References<Lwe>(free);
  const counts: Machine['counts'] = { bootstrap: 0, term: 0, addPlain: 0 };
  const machine: Machine = {
    polynomialSize: parameters.polynomialSize,
    references,
    counts,
    bootstrapper,
    signal,
    ...(products === undefined ? {} : { products: { ...products, place } }),
    prepare: (rows) => prepareLinear(kernel, memory, dimension, rows),
    allocate,
    free,
  };
  const runs = new Map<string, CircuitRun>();
  return {
    path: kernel.path,
    async prepare(circuits) {
      for (const circuit of circuits) {
        const nodeScales = scales[circuit.id];
        if (nodeScales === undefined) throw new Error(`circuit '${circuit.id}' was not compiled`);
        runs.set(circuit.id, new CircuitRun(circuit, nodeScales, machine));
      }
    },
    load(port, payloads) {
      const { type, perEnvelope = 1 } = compiled.client.ports[port]!;
      const loaded: Lwe[] = [];
      try {
        for (const payload of payloads) {
          const values = Math.min(perEnvelope, type.width - loaded.length);
          const arrival = reader.read(payload, ports[port]!);
          for (let value = 0; value < values; value++) {
            loaded.push(references.retain(new ArrivedLwe(arrival, value, (words) => place(words).address)));
          }
        }
      } catch (error) {
        for (const ciphertext of loaded) references.release(ciphertext);
        throw error;
      }
      return loaded;
    },
    adopt: (words) => references.retain(place(words)),
    store: ({ address }) => writeCiphertext(memory.words64(address, dimension + 1).slice()),
    storeTogether(port, bundle) {
      if (pack === undefined || !together.includes(port)) return null;
      return [pack(bundle.map(({ address }) => memory.words64(address, dimension + 1).slice()))];
    },
    release: (ciphertext) => references.release(ciphertext),
    async run(circuit, inputs, _pass, onLayer) {
      const run = runs.get(circuit);
      if (run === undefined) throw new Error(`circuit '${circuit}' was not prepared`);
      return run.evaluate(inputs, onLayer);
    },
    counts: () => ({ ...counts }),
    memory: () => ({
      reserved_bytes: memory.bytes + reader.reserved_bytes,
      live_bytes: memory.live_bytes,
      buffers_bytes: 0,
      objects: references.size,
    }),
    dispose() {
      references.clear();
      bootstrapper?.dispose();
    },
  };
}
