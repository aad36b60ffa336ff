/**
 * The evaluator on our own kernels, for CKKS, BGV and BFV. It speaks SEAL's bytes, needs no SEAL and has nothing that could decrypt.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { open } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { holdBundles, type BundleExecutor } from '../held-evaluator.ts';
import { References } from '../references.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../scheme.ts';
import { BfvMultiplier } from './base-extension.ts';
import { Chain, type RlweScheme } from './chain.ts';
import { releaseCiphertext, type Ciphertext } from './ciphertext.ts';
import { fusedArithmetic, loadKernel } from './kernel.ts';
import type { SwitchingKey } from './key-wire.ts';
import { readKeys } from './key-wire.ts';
import { Arena } from './memory.ts';
import { MAXIMUM_PRIME_BITS } from './ntt.ts';
import { OwnRun, type Means } from './own-run.ts';
import { Encoder } from './plaintext.ts';
import { prepareOperands } from './prepared.ts';
import type { RlweProgram } from './program.ts';
import { Threads } from './threads.ts';
import { readCiphertext, writeCiphertext } from './wire.ts';

/**
 * With several `threads` the others begin here and end with the evaluator.
 * @throws EnigmarkError KERNELS_UNUSABLE where the engine has no fused arithmetic, PARAMETERS_REFUSED for primes of more than 50 bits,
 * KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY
 */
export async function createOwnEvaluator(
  scheme: RlweScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  { threads: count = 1, signal }: Options = {},
): Promise<HEEvaluator> {
  const program = compiled.evaluator as RlweProgram;
  checkUsable(program);
  const arena = new Arena(count > 1);
  const threads = count > 1 ? await Threads.start(arena, count) : null;
  try {
    const chain = createChain(scheme, program, arena, threads);
    const means: Means = {
      chain,
      ...loadKeys(chain, compiled, program, keys),
      multiplier: scheme === 'bfv' ? new BfvMultiplier(chain) : null,
      references: new References<Ciphertext>((ciphertext) => releaseCiphertext(chain, ciphertext)),
      counts: {},
      signal,
    };
    return holdBundles(compiled, executor(program, means, threads));
  } catch (error) {
    await threads?.dispose();
    throw error;
  }
}

function checkUsable({ parameters, details }: RlweProgram): void {
  if (!fusedArithmetic()) {
    throw new EnigmarkError('KERNELS_UNUSABLE', {
      expected: 'an engine whose relaxed multiply-add rounds once',
      got: 'one that rounds twice or has none',
      remedy: "use the library's kernels",
    });
  }
  const most_bits = Math.max(
    ...parameters.modulus_bits,
    details.plainModulus === null ? 0 : BigInt(details.plainModulus).toString(2).length,
  );
  if (most_bits > MAXIMUM_PRIME_BITS) {
    throw new EnigmarkError('PARAMETERS_REFUSED', {
      expected: `primes of at most ${MAXIMUM_PRIME_BITS} bits`,
      got: `one of ${most_bits} bits in set '${parameters.id}'`,
      remedy: "take another set, or the library's kernels",
    });
  }
}

function createChain(scheme: RlweScheme, { parameters, details }: RlweProgram, arena: Arena, threads: Threads | null): Chain {
  const plainModulus = details.plainModulus === null ? null : BigInt(details.plainModulus);
  return new Chain(scheme, parameters, plainModulus, arena, threads?.kernel ?? loadKernel(arena), false, threads);
}

function loadKeys(
  chain: Chain,
  compiled: Compiled,
  program: RlweProgram,
  parts: readonly KeyPart[],
): { readonly relinearization: SwitchingKey | null; readonly galois: ReadonlyMap<number, SwitchingKey> } {
  const payloadOf = (kind: string): Uint8Array => {
    const part = parts.find((candidate) => candidate.kind === kind);
    if (part !== undefined) return open(part.bytes, { kind: 'key', plan: compiled.id, name: kind, pass: 0 });
    throw new EnigmarkError('KEYS_INCOMPLETE', {
      expected: `keys ${compiled.client.keys.join(', ')}`,
      got: parts.map((candidate) => candidate.kind).join(', ') || 'none',
      remedy: 'send every key part that the client made',
    });
  };
  const { relinearization, rotations } = program.keys;
  const slotOf = (element: number): number => (element - 1) / 2;
  const wanted = new Map(rotations.map(([step, limbs]) => [slotOf(chain.elementOf(step)), limbs]));
  const relinearizationKeys = relinearization > 0 ? readKeys(payloadOf('relinearization'), chain, new Map([[0, relinearization]])) : null;
  const galois = wanted.size > 0 ? readKeys(payloadOf('galois'), chain, wanted) : new Map<number, SwitchingKey>();
  return {
    relinearization: relinearizationKeys?.get(0) ?? null,
    galois: new Map([...galois].map(([slot, key]) => [2 * slot + 1, key])),
  };
}

function executor(program: RlweProgram, means: Means, threads: Threads | null): BundleExecutor<Ciphertext> {
  const { chain, references, counts } = means;
  const encoder = new Encoder(chain);
  const runs = new Map<string, OwnRun>();
  return {
    prepare(circuits: readonly Circuit[]) {
      for (const circuit of circuits) {
        const lowered = program.circuits.find(({ id }) => id === circuit.id);
        if (lowered === undefined) throw new Error(`circuit '${circuit.id}' was not compiled`);
        const prepared = prepareOperands(chain, encoder, lowered, circuit.nodes);
        runs.set(circuit.id, new OwnRun(lowered, circuit, prepared, means));
      }
      return Promise.resolve();
    },
    load: (port, payload) => references.retain(readCiphertext(payload, chain, program.details.ports[port]!)),
    store: (ciphertext) => writeCiphertext(ciphertext, chain),
    release: (ciphertext) => references.release(ciphertext),
    async run(circuit, inputs, _pass, onLayer) {
      const run = runs.get(circuit);
      if (run === undefined) throw new Error(`circuit '${circuit}' was not prepared`);
      return run.evaluate(inputs, onLayer);
    },
    counts: () => ({ ...counts }),
    memory: () => ({ bytes: chain.arena.size_bytes, method: 'wasm', objects: references.size }),
    async dispose() {
      references.clear();
      await threads?.dispose();
    },
  };
}
