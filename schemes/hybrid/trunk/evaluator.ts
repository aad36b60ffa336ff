/**
 * The evaluator of a plan with a trunk: that of CKKS on our kernels, the switch, and that of TFHE. It holds no secret.
 *
 * @module
 */
import { holdBundles, type BundleExecutor, type LayerDone } from '../../held-evaluator.ts';
import type { Chain } from '../../rlwe/ring/chain.ts';
import type { Ciphertext } from '../../rlwe/ring/ciphertext.ts';
import { createOwnExecutor } from '../../rlwe/evaluate/evaluator.ts';
import { openKey } from '../../rlwe/wire/key-parts.ts';
import { isRefusal, type Compiled, type HEEvaluator, type KeyPart, type Options } from '../../scheme.ts';
import type { Lwe } from '../../tfhe/circuit-run.ts';
import { createTableExecutor, type TableExecutor } from '../../tfhe/evaluator.ts';
import { preferredPath } from '../../tfhe/kernel/kernel.ts';
import { inputRing } from '../parameters.ts';
import { openRing, ringReader } from '../ring-reader.ts';
import { resultPacker } from '../packing/result-packer.ts';
import { findCrossing, scaledProducts } from './crossing.ts';
import type { TrunkParameters, TrunkProgram } from './plan.ts';
import { RingSwitch, type SwitchedCiphertext } from './ring-switch.ts';
import { SWITCHING_KEY } from './switching.ts';

/** A ciphertext of either part. */
type Either = { readonly trunk: Ciphertext } | { readonly head: Lwe };

/** @throws EnigmarkError KERNELS_UNUSABLE, KEYS_INCOMPLETE, KEY_DAMAGED, OUT_OF_MEMORY */
export async function createTrunkEvaluator(compiled: Compiled, keys: readonly KeyPart[], options: Options = {}): Promise<HEEvaluator> {
  const program = compiled.evaluator as TrunkProgram;
  const set = compiled.client.parameters as TrunkParameters;
  const { executor: trunk, chain } = await createOwnExecutor('ckks', program.trunk, keys, options);
  try {
    const ring = inputRing(set);
    const workspace = openRing(ring);
    const head = createTableExecutor(program.head, keys, options, preferredPath(), {
      reader: ringReader(ring, workspace),
      ...resultPacker(program.head, keys, ring, workspace),
    });
    const ringSwitch = new RingSwitch(set.trunk, ring, workspace, openKey(compiled, keys, SWITCHING_KEY, 0));
    return holdBundles(compiled, executor(program, { trunk, head, ringSwitch, chain }));
  } catch (error) {
    await trunk.dispose();
    throw error;
  }
}

interface Sides {
  readonly trunk: BundleExecutor<Ciphertext>;
  readonly head: TableExecutor;
  readonly ringSwitch: RingSwitch;
  readonly chain: Chain;
}

function executor(program: TrunkProgram, { trunk, head, ringSwitch, chain }: Sides): BundleExecutor<Either> {
  let crossed: { readonly trunk: string; readonly biases: Float64Array } | null = null;
  let switched = 0;
  const inTrunk = (bundle: readonly Either[]): Ciphertext[] => bundle.map((one) => ('trunk' in one ? one.trunk : misplaced()));

  function switchTo(bundle: readonly Ciphertext[], biases: Float64Array): Lwe[] {
    return bundle.map((ciphertext, at) => {
      const words = ringSwitch.apply(lastResidues(ciphertext, chain));
      const body = words.length - 1;
      words[body] = words[body]! + (BigInt(Math.round(biases[at]! * program.units)) << 32n);
      switched++;
      return head.adopt(words);
    });
  }

  return {
    ...(head.path === undefined ? {} : { path: head.path }),
    async prepare(circuits) {
      const crossing = findCrossing(circuits);
      if (isRefusal(crossing)) throw new Error(`circuits that were not compiled: ${crossing.reason}`);
      crossed = { trunk: crossing.trunk.id, biases: crossing.products.biases };
      await trunk.prepare([scaledProducts(crossing.products, program.factor)]);
      await head.prepare([crossing.head]);
    },
    load: (port, payloads, pass) => trunk.load(port, payloads, pass).map((ciphertext) => ({ trunk: ciphertext })),
    store: (one, pass) => ('trunk' in one ? trunk.store(one.trunk, pass) : head.store(one.head, pass)),
    storeTogether: (port, bundle) =>
      head.storeTogether?.(
        port,
        bundle.flatMap((one) => ('head' in one ? [one.head] : [])),
      ) ?? null,
    release: (one) => ('trunk' in one ? trunk.release(one.trunk) : head.release(one.head)),
    async run(circuit, inputs, pass, onLayer) {
      if (circuit === crossed?.trunk) {
        const outputs = await trunk.run(circuit, mapped(inputs, inTrunk), pass, wrapped(onLayer, asTrunk));
        return mapped(outputs, (bundle) => bundle.map(asTrunk));
      }
      const arrived: Record<string, readonly Lwe[]> = {};
      try {
        for (const port in inputs) arrived[port] = switchTo(inTrunk(inputs[port]!), crossed?.biases ?? new Float64Array());
        return mapped(await head.run(circuit, arrived, pass, wrapped(onLayer, asHead)), (bundle) => bundle.map(asHead));
      } finally {
        for (const ciphertext of Object.values(arrived).flat()) head.release(ciphertext);
      }
    },
    counts: () => ({ ...trunk.counts(), ...head.counts(), switch: switched }),
    memory() {
      const [a, b] = [trunk.memory(), head.memory()];
      // The reader of the head shares the ring of the switch, which is counted there.
      return {
        reserved_bytes: a.reserved_bytes === null || b.reserved_bytes === null ? null : a.reserved_bytes + b.reserved_bytes,
        live_bytes: a.live_bytes === null || b.live_bytes === null ? null : a.live_bytes + b.live_bytes,
        buffers_bytes: a.buffers_bytes + b.buffers_bytes,
        objects: a.objects + b.objects,
      };
    },
    async dispose() {
      await trunk.dispose();
      await head.dispose();
    },
  };
}

/** The coefficients modulo the first prime: whatever other primes there are, modulo it the phase is the same. */
export function lastResidues({ polynomials }: Ciphertext, { ring, scratch, arena }: Chain): SwitchedCiphertext {
  const [first, second] = polynomials.map(([residues]) => {
    return scratch.scoped(() => {
      const room = scratch.take(residues!.modulus);
      ring.inverse(residues!, room);
      return arena.f64.slice(room.address / 8, room.address / 8 + ring.n);
    });
  });
  return { first: first!, second: second!, prime: polynomials[0]![0]!.modulus.p };
}

function asTrunk(trunk: Ciphertext): Either {
  return { trunk };
}

function asHead(head: Lwe): Either {
  return { head };
}

function misplaced(): never {
  throw new Error('the trunk takes its own ciphertexts');
}

function mapped<A, B>(bundles: Readonly<Record<string, A>>, map: (bundle: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(bundles).map(([name, bundle]) => [name, map(bundle)]));
}

function wrapped<C>(onLayer: LayerDone<Either> | undefined, wrap: (ciphertext: C) => Either): LayerDone<C> | undefined {
  if (onLayer === undefined) return undefined;
  return (layer, bundle, elapsed_ns) => onLayer(layer, bundle?.map(wrap) ?? null, elapsed_ns);
}
