/**
 * The evaluator on our own kernels, for CKKS, BGV and BFV. It speaks SEAL's bytes, needs no SEAL and has nothing that could decrypt.
 *
 * @module
 */
import type { Circuit } from '../../circuit.ts';
import { EnigmarkError } from '../../errors.ts';
import { holdBundles, type BundleExecutor } from '../../held-evaluator.ts';
import type { Compiled, HEEvaluator, KeyPart, Options } from '../../scheme.ts';
import { BfvMultiplier } from './base-extension.ts';
import { Chain, type RlweScheme } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { ciphertextReferences } from './lower-view.ts';
import { fusedArithmetic, loadKernel } from '../kernel/kernel.ts';
import { readEncapsulationKeys } from '../wire/encapsulation-keys.ts';
import { readKeys } from '../wire/key-wire.ts';
import { readKeysOutside } from '../wire/outside-keys.ts';
import type { EvaluatorKey } from './key-switch.ts';
import { keyShape, restoreKeys } from '../wire/trimmed-keys.ts';
import { Arena } from '../kernel/memory.ts';
import { MAXIMUM_PRIME_BITS } from '../ring/ntt.ts';
import { OwnRun, type RunContext } from './own-run.ts';
import { openKey } from '../wire/key-parts.ts';
import { passOf } from '../program/passes.ts';
import { Encoder } from './plaintext.ts';
import { DftFactors } from './prepare-dft-factor.ts';
import { prepareOperands } from './prepared.ts';
import type { RlweProgram } from '../program/program.ts';
import { Threads } from '../kernel/threads.ts';
import { readCiphertexts, writeCiphertext } from '../wire/wire.ts';

/**
 * With several `threads`, the other ones start here and end with the evaluator.
 * @throws EnigmarkError KERNELS_UNUSABLE where the engine has no fused arithmetic, PARAMETERS_REFUSED for primes of more than 50 bits,
 * KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY
 */
export async function createOwnEvaluator(
  scheme: RlweScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  options: Options = {},
): Promise<HEEvaluator> {
  return holdBundles(compiled, (await createOwnExecutor(scheme, compiled, keys, options)).executor);
}

/** What computes, for an evaluator that does more than that. */
export interface OwnExecutor {
  readonly executor: BundleExecutor<Ciphertext>;
  /** Of the first plaintext prime. */
  readonly chain: Chain;
}

/** @throws EnigmarkError as `createOwnEvaluator` does */
export async function createOwnExecutor(
  scheme: RlweScheme,
  compiled: Compiled,
  keys: readonly KeyPart[],
  { threads: count = 1, signal }: Options = {},
): Promise<OwnExecutor> {
  const program = compiled.evaluator as RlweProgram;
  checkUsable(program);
  const arena = new Arena(count > 1, undefined, program.keysOutside_bytes);
  const threads = count > 1 ? await Threads.start(arena, count) : null;
  try {
    const chains = createChains(scheme, program, arena, threads);
    const shared: SharedContext = { references: ciphertextReferences(chains[0]), counts: {}, signal };
    return { executor: executor(program, openPasses(scheme, chains, compiled, keys, shared), threads), chain: chains[0] };
  } catch (error) {
    await threads?.dispose();
    throw error;
  }
}

/**
 * One plaintext prime: the encoded operands of all passes are kept, as all but vectors are small; ciphertexts live only during their pass.
 */
interface Pass {
  readonly context: RunContext;
  readonly encoder: Encoder;
  readonly factors: DftFactors;
  readonly runs: Map<string, OwnRun>;
}

type SharedContext = Pick<RunContext, 'references' | 'counts' | 'signal'>;

function openPasses(
  scheme: RlweScheme,
  chains: readonly [Chain, ...Chain[]],
  compiled: Compiled,
  keys: readonly KeyPart[],
  sharedContext: SharedContext,
): readonly Pass[] {
  const program = compiled.evaluator as RlweProgram;
  const shared = program.details.keysPerPass ? null : loadKeys(chains[0], compiled, program, keys, 0);
  return chains.map((chain, pass): Pass => {
    const loaded = shared ?? loadKeys(chain, compiled, program, keys, pass);
    const context: RunContext = { chain, ...loaded, multiplier: scheme === 'bfv' ? new BfvMultiplier(chain) : null, ...sharedContext };
    const encoder = new Encoder(chain);
    return { context, encoder, factors: new DftFactors(chain, encoder), runs: new Map() };
  });
}

function checkUsable({ parameters, details }: RlweProgram): void {
  if (!fusedArithmetic()) {
    throw new EnigmarkError('KERNELS_UNUSABLE', {
      expected: 'an engine whose relaxed multiply-add rounds once',
      got: 'one that rounds twice or has none',
      remedy: "use the library's kernels",
    });
  }
  const most_bits = Math.max(...parameters.modulus_bits, ...details.plainModuli.map((prime) => BigInt(prime).toString(2).length));
  if (most_bits > MAXIMUM_PRIME_BITS) {
    throw new EnigmarkError('PARAMETERS_REFUSED', {
      expected: `primes of at most ${MAXIMUM_PRIME_BITS} bits`,
      got: `one of ${most_bits} bits in set '${parameters.id}'`,
      remedy: "take another set, or the library's kernels",
    });
  }
}

/** One for each pass, over the same primes and tables; CKKS has one pass. */
function createChains(
  scheme: RlweScheme,
  { parameters, details }: RlweProgram,
  arena: Arena,
  threads: Threads | null,
): readonly [Chain, ...Chain[]] {
  const kernel = threads?.kernel ?? loadKernel(arena);
  const [prime, ...others] = details.plainModuli.map(BigInt);
  const contents = { scheme, parameters, arena, kernel, threads };
  const first = new Chain({ ...contents, plainModulus: prime ?? null });
  return [first, ...others.map((plainModulus) => new Chain({ ...contents, plainModulus, like: first }))];
}

function loadKeys(
  chain: Chain,
  compiled: Compiled,
  program: RlweProgram,
  parts: readonly KeyPart[],
  pass: number,
): Pick<RunContext, 'relinearization' | 'galois' | 'encapsulation'> {
  const { keys } = program.details;
  const { relinearization, rotations, encapsulation } = keys;
  const payloadOf = (kind: 'relinearization' | 'galois'): Uint8Array =>
    restoreKeys(openKey(compiled, parts, kind, pass), keyShape(kind, keys, chain.n, chain.all.length, chain.specials.length));
  const slotOf = (element: number): number => (element - 1) / 2;
  const wanted = new Map(rotations.map(([by, limbs]) => [slotOf(chain.elementOf(by)), limbs]));
  const isOutside = program.keysOutside_bytes > 0;
  const read: (...from: Parameters<typeof readKeys>) => ReadonlyMap<number, EvaluatorKey> = isOutside ? readKeysOutside : readKeys;
  // What is read last stays inside, if anything does: a program relinearises more often than it rotates by the same number of slots.
  const galois = wanted.size > 0 ? read(payloadOf('galois'), chain, wanted) : new Map<number, EvaluatorKey>();
  const relinearizationKeys = relinearization > 0 ? read(payloadOf('relinearization'), chain, new Map([[0, relinearization]])) : null;
  return {
    relinearization: relinearizationKeys?.get(0) ?? null,
    galois: new Map([...galois].map(([slot, key]) => [2 * slot + 1, key])),
    encapsulation:
      encapsulation === undefined
        ? null
        : readEncapsulationKeys(openKey(compiled, parts, 'encapsulation', pass), chain, encapsulation, isOutside),
  };
}

function executor(program: RlweProgram, passes: readonly Pass[], threads: Threads | null): BundleExecutor<Ciphertext> {
  const { references, counts, chain } = passes[0]!.context;
  return {
    prepare(circuits: readonly Circuit[]) {
      for (const circuit of circuits) {
        const lowered = program.circuits.find(({ id }) => id === circuit.id);
        if (lowered === undefined) throw new Error(`circuit '${circuit.id}' was not compiled`);
        for (const { context, encoder, factors, runs } of passes) {
          const prepared = prepareOperands(context.chain, encoder, factors, lowered, circuit.nodes);
          runs.set(circuit.id, new OwnRun(lowered, circuit, prepared, context));
        }
      }
      return Promise.resolve();
    },
    load(port, payloads, pass) {
      const read = readCiphertexts(payloads, passOf(passes, pass).context.chain, program.details.ports[port]!);
      for (const ciphertext of read) references.retain(ciphertext);
      return read;
    },
    store: (ciphertext, pass) => writeCiphertext(ciphertext, passOf(passes, pass).context.chain),
    release: (ciphertext) => references.release(ciphertext),
    async run(circuit, inputs, pass, onLayer) {
      const run = passOf(passes, pass).runs.get(circuit);
      if (run === undefined) throw new Error(`circuit '${circuit}' was not prepared`);
      return run.evaluate(inputs, onLayer);
    },
    counts: () => ({ ...counts }),
    memory: () => ({
      reserved_bytes: chain.arena.size_bytes,
      live_bytes: chain.arena.live_bytes,
      buffers_bytes: chain.arena.outside.used_bytes,
      objects: references.size,
    }),
    async dispose() {
      references.clear();
      await threads?.dispose();
    },
  };
}
