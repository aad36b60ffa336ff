/**
 * Runs a program on node-seal's own operations. Built from public bytes; it has no class that could decrypt.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import type { Circuit } from '../circuit.ts';
import { holdBundles, loadEach, type BundleExecutor } from '../held-evaluator.ts';
import { References } from '../references.ts';
import type { RlweProgram } from '../rlwe/program/program.ts';
import { passOf } from '../rlwe/program/passes.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { Ciphertexts } from './ciphertexts.ts';
import { createContext, type Context, type SealScheme } from './context.ts';
import { integerEncoding, realEncoding, type Encoding } from './encoding.ts';
import { encodeOperands, type Transformed } from './operands.ts';
import { loadKeys } from './key-loading.ts';
import { type LimbCounts, namedCounts, Operations } from './operations.ts';
import { ProgramRun } from './program-run.ts';
import { evaluatorInstance, guarded, type EvaluatorLibrary } from './runtime.ts';
import { madeIn, Scope } from './scope.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, PARAMETERS_REFUSED, KEYS_INCOMPLETE, KEY_DAMAGED */
export async function createSealEvaluator(
  scheme: SealScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options = {},
): Promise<HEEvaluator> {
  const { library, memory_bytes } = await evaluatorInstance();
  const ciphertexts = new Ciphertexts(library);
  const side: Side = {
    scheme,
    compiled,
    library,
    ciphertexts,
    counts: new Map(),
    references: new References<Ciphertext>((ciphertext) => ciphertexts.giveBack(ciphertext)),
    memory_bytes,
    signal: options.signal,
  };
  const { plainModuli } = (compiled.evaluator as RlweProgram).details;
  return holdBundles(compiled, executor(side, openPass(side, 0, keys), plainModuli.length > 1 ? keys : []));
}

/** Shared by all passes: the evaluator's wasm instance, and ciphertexts in it. */
interface Side {
  readonly scheme: SealScheme;
  readonly compiled: Compiled;
  readonly library: EvaluatorLibrary;
  readonly ciphertexts: Ciphertexts;
  readonly counts: LimbCounts;
  readonly references: References<Ciphertext>;
  readonly memory_bytes: () => number;
  readonly signal: AbortSignal | undefined;
}

/** One plaintext prime: its context, keys and encoded model live in a scope of their own. */
interface Pass {
  readonly number: number;
  readonly scope: Scope;
  readonly context: Context;
  readonly encoding: Encoding;
  readonly operations: Operations;
  readonly runs: Map<string, ProgramRun>;
}

function openPass(side: Side, number: number, keys: readonly KeyPart[]): Pass {
  const { scheme, compiled, library, ciphertexts, counts } = side;
  const { parameters, details } = compiled.evaluator as RlweProgram;
  const scope = new Scope();
  return madeIn(scope, () => {
    const plainModulus = scheme === 'ckks' ? null : passOf(details.plainModuli, number);
    const context = createContext(library, scope, scheme, parameters, plainModulus);
    const evaluator = scope.own(new library.Evaluator(context.context));
    const loaded = loadKeys(library, scope, context, compiled, keys, number);
    const encoding =
      plainModulus === null
        ? realEncoding(library, scope, context, evaluator)
        : integerEncoding(library, scope, context, BigInt(plainModulus));
    const operations = new Operations(evaluator, ciphertexts, context, scheme, loaded, counts);
    return { number, scope, context, encoding, operations, runs: new Map() };
  });
}

function prepared(side: Side, { encoding, operations, runs }: Pass, circuits: readonly Circuit[]): void {
  const program = side.compiled.evaluator as RlweProgram;
  const transformed: Transformed = (plain, limbs, use) => {
    // CKKS encodes to point values anyway. BFV multiplies by a constant's one coefficient, which is quicker still.
    if (side.scheme === 'bgv' || (side.scheme === 'bfv' && use === 'vector')) operations.plainToTransformed(plain, limbs);
    return plain;
  };
  for (const circuit of circuits) {
    const lowered = program.circuits.find(({ id }) => id === circuit.id);
    if (lowered === undefined) throw new Error(`circuit '${circuit.id}' was not compiled`);
    const operands = guarded('MODEL_UNENCODABLE', 'weights that fit the parameters', () =>
      encodeOperands(lowered, circuit, encoding, transformed),
    );
    runs.set(circuit.id, new ProgramRun(lowered, circuit, operands, operations, side.references, side.signal));
  }
}

/**
 * Keys and operands of one pass are loaded at a time; a ciphertext of another pass replaces them. For that the bytes of `keys` are kept,
 * unless there is a single pass.
 */
function executor(side: Side, first: Pass, keys: readonly KeyPart[]): BundleExecutor<Ciphertext> {
  const { compiled, library, ciphertexts, references } = side;
  const { ports } = (compiled.evaluator as RlweProgram).details;
  let circuits: readonly Circuit[] = [];
  let current = first;
  const at = (pass: number): Pass => {
    if (current.number === pass) return current;
    current.scope[Symbol.dispose]();
    current = openPass(side, pass, keys);
    prepared(side, current, circuits);
    return current;
  };
  return {
    async prepare(all) {
      circuits = all;
      prepared(side, current, circuits);
    },
    load(port, payloads, pass) {
      const { context } = at(pass);
      const load = (payload: Uint8Array): Ciphertext => {
        const ciphertext = loadCiphertext(library, context, payload);
        try {
          expectPlace(ciphertext, ports[port]!, port);
        } catch (error) {
          ciphertext.delete();
          throw error;
        }
        return references.retain(ciphertexts.own(ciphertext));
      };
      return loadEach(payloads, load, (ciphertext) => references.release(ciphertext));
    },
    store: (ciphertext) => ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array,
    release: (ciphertext) => references.release(ciphertext),
    async run(circuit, inputs, pass, onLayer) {
      const run = at(pass).runs.get(circuit);
      if (run === undefined) throw new Error(`circuit '${circuit}' was not prepared`);
      return run.evaluate(inputs, onLayer);
    },
    counts: () => namedCounts(side.counts),
    memory: () => ({
      reserved_bytes: side.memory_bytes(),
      live_bytes: null,
      buffers_bytes: keys.reduce((sum, { bytes }) => sum + bytes.length, 0),
      objects: current.scope.size + ciphertexts.size,
    }),
    dispose() {
      ciphertexts[Symbol.dispose]();
      current.scope[Symbol.dispose]();
    },
  };
}
