/**
 * Runs a program on node-seal's own operations. Built from public bytes; it has no class that could decrypt.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import { holdBundles, type BundleExecutor } from '../held-evaluator.ts';
import { References } from '../references.ts';
import type { RlweProgram } from '../rlwe/program.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { Ciphertexts } from './ciphertexts.ts';
import { createContext, type Context, type SealScheme } from './context.ts';
import { integerEncoding, realEncoding, type Encoding } from './encoding.ts';
import { encodeOperands, type Transformed } from './operands.ts';
import { loadKeys } from './key-loading.ts';
import { Operations } from './operations.ts';
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
  const scope = new Scope();
  const program = compiled.evaluator as RlweProgram;
  const { parameters, details } = program;
  return madeIn(scope, () => {
    const context = createContext(library, scope, scheme, parameters, details.plainModulus);
    const evaluator = scope.own(new library.Evaluator(context.context));
    const ciphertexts = new Ciphertexts(library);
    const operations = new Operations(evaluator, ciphertexts, context, scheme, loadKeys(library, scope, context, compiled, keys));
    const encoding =
      scheme === 'ckks'
        ? realEncoding(library, scope, context, evaluator)
        : integerEncoding(library, scope, context, BigInt(details.plainModulus ?? 0));
    const side: Side = { library, scope, context, ciphertexts, encoding, memory_bytes };
    return holdBundles(compiled, executor(program, side, operations, options.signal));
  });
}

/** The evaluator's wasm instance and what lives in it. */
interface Side {
  readonly library: EvaluatorLibrary;
  readonly scope: Scope;
  readonly context: Context;
  readonly ciphertexts: Ciphertexts;
  readonly encoding: Encoding;
  readonly memory_bytes: () => number;
}

function executor(program: RlweProgram, side: Side, operations: Operations, signal: AbortSignal | undefined): BundleExecutor<Ciphertext> {
  const { library, scope, context, ciphertexts, encoding } = side;
  const references = new References<Ciphertext>((ciphertext) => ciphertexts.giveBack(ciphertext));
  const runs = new Map<string, ProgramRun>();
  return {
    async prepare(circuits) {
      for (const circuit of circuits) {
        const lowered = program.circuits.find(({ id }) => id === circuit.id);
        if (lowered === undefined) throw new Error(`circuit '${circuit.id}' was not compiled`);
        const transformed: Transformed = (plain, limbs, use) => {
          // CKKS encodes to point values anyway. BFV multiplies by a constant's one coefficient, which is quicker still.
          if (operations.scheme === 'bgv' || (operations.scheme === 'bfv' && use === 'vector')) operations.plainToTransformed(plain, limbs);
          return plain;
        };
        const operands = guarded('MODEL_UNENCODABLE', 'weights that fit the parameters', () =>
          encodeOperands(lowered, circuit, encoding, transformed),
        );
        runs.set(circuit.id, new ProgramRun(lowered, circuit, operands, operations, references, signal));
      }
    },
    load(port, payload) {
      const ciphertext = loadCiphertext(library, context, payload);
      try {
        expectPlace(ciphertext, program.details.ports[port]!, port);
      } catch (error) {
        ciphertext.delete();
        throw error;
      }
      return references.retain(ciphertexts.own(ciphertext));
    },
    store: (ciphertext) => ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array,
    release: (ciphertext) => references.release(ciphertext),
    async run(circuit, inputs, _pass, onLayer) {
      const run = runs.get(circuit);
      if (run === undefined) throw new Error(`circuit '${circuit}' was not prepared`);
      return run.evaluate(inputs, onLayer);
    },
    counts: () => operations.counts(),
    memory: () => ({ bytes: side.memory_bytes(), method: 'wasm', objects: scope.size + ciphertexts.size }),
    dispose() {
      ciphertexts[Symbol.dispose]();
      scope[Symbol.dispose]();
    },
  };
}
