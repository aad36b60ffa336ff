/**
 * Runs a program on node-seal's own operations. Built from public bytes; it has no class that could decrypt.
 *
 * @module
 */
import type { Ciphertext } from 'node-seal/allows';
import { open } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { holdBundles, type BundleExecutor } from '../held-evaluator.ts';
import { References } from '../references.ts';
import type { RlweProgram } from '../rlwe/program.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { checkHeader, expectPlace, loadCiphertext } from './ciphertext-wire.ts';
import { createContext, type Context, type SealScheme } from './context.ts';
import { integerEncoding, realEncoding } from './encoding.ts';
import { encodeOperands } from './operands.ts';
import { Operations, type SealKeys } from './operations.ts';
import { ProgramRun } from './program-run.ts';
import { evaluatorInstance, guarded, type EvaluatorLibrary } from './runtime.ts';
import { Scope } from './scope.ts';

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
  try {
    const context = createContext(library, scope, scheme, parameters, details.plainModulus);
    const operations = new Operations(library, scope, context, scheme, loadKeys(library, scope, context, compiled, keys));
    return holdBundles(compiled, executor(program, library, scope, context, operations, memory_bytes, options.signal));
  } catch (error) {
    scope[Symbol.dispose]();
    throw error;
  }
}

function loadKeys(library: EvaluatorLibrary, scope: Scope, { context }: Context, compiled: Compiled, parts: readonly KeyPart[]): SealKeys {
  const payloadOf = (kind: string): Uint8Array | null => {
    if (!compiled.client.keys.includes(kind)) return null;
    const part = parts.find((candidate) => candidate.kind === kind);
    if (part === undefined) {
      throw new EnigmarkError('KEYS_INCOMPLETE', {
        expected: `keys ${compiled.client.keys.join(', ')}`,
        got: parts.map((candidate) => candidate.kind).join(', ') || 'none',
        remedy: 'send every key part that the client made',
      });
    }
    const payload = open(part.bytes, { kind: 'key', plan: compiled.id, name: kind, pass: 0 });
    checkHeader(payload, 'KEY_DAMAGED');
    return payload;
  };
  const load = <K extends { loadFromArray(from: Context['context'], bytes: Uint8Array): void; delete(): void }>(
    keys: K,
    payload: Uint8Array,
  ): K => {
    scope.own(keys);
    guarded('KEY_DAMAGED', 'SEAL keys of these parameters', () => keys.loadFromArray(context, payload));
    return keys;
  };
  const relinearization = payloadOf('relinearization');
  const galois = payloadOf('galois');
  return {
    relinearization: relinearization && load(new library.RelinKeys(), relinearization),
    galois: galois && load(new library.GaloisKeys(), galois),
  };
}

function executor(
  program: RlweProgram,
  library: EvaluatorLibrary,
  scope: Scope,
  context: Context,
  operations: Operations,
  memory_bytes: () => number,
  signal: AbortSignal | undefined,
): BundleExecutor<Ciphertext> {
  const references = new References<Ciphertext>((ciphertext) => scope.free(ciphertext));
  const runs = new Map<string, ProgramRun>();
  const evaluator = scope.own(new library.Evaluator(context.context));
  const encoding =
    operations.scheme === 'ckks' ? realEncoding(library, scope, context, evaluator) : integerEncoding(library, scope, context);
  return {
    async prepare(circuits) {
      for (const circuit of circuits) {
        const lowered = program.circuits.find(({ id }) => id === circuit.id);
        if (lowered === undefined) throw new Error(`circuit '${circuit.id}' was not compiled`);
        const operands = encodeOperands(lowered, circuit, encoding, (plain, limbs) => {
          if (operations.scheme === 'bfv') operations.plainToTransformed(plain, limbs);
          return plain;
        });
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
      return references.retain(scope.own(ciphertext));
    },
    store: (ciphertext) => ciphertext.saveToArray(library.ComprModeType.none) as Uint8Array,
    release: (ciphertext) => references.release(ciphertext),
    async run(circuit, inputs, _pass, onLayer) {
      const run = runs.get(circuit);
      if (run === undefined) throw new Error(`circuit '${circuit}' was not prepared`);
      return run.evaluate(inputs, onLayer);
    },
    counts: () => ({ ...operations.counts }),
    memory: () => ({ bytes: memory_bytes(), method: 'wasm', objects: scope.size }),
    dispose() {
      references.clear();
      scope[Symbol.dispose]();
    },
  };
}
