/**
 * Runs of matrices and squares on ciphertexts, a strip of residues at a time: what lies between them stays in the cache. As `ring.ts`
 * does, it asserts the bounds of what the kernel is given.
 *
 * @module
 */
import type { Chain } from './chain.ts';
import type { Ciphertext } from './ciphertext.ts';
import { allocatePolynomials, limbsOf } from './ciphertext.ts';
import { constantsOf, SUMS_BYTES, summing, TILE_BYTES, type PreparedMatrix, type ResidueMatrix, type Summing } from './residue-matrix.ts';
import type { Arena } from './memory.ts';
import type { TransformModulus } from './ntt.ts';

export type Stage = { readonly kind: 'matrix'; readonly matrix: PreparedMatrix } | { readonly kind: 'square' };

/** Residues of a strip: as many as fit the cache. */
const STRIPS = [64, 32, 16, 8] as const;
/** What a strip may take of the second-level cache, beside weights. */
const CACHE_BYTES = 640 * 2 ** 10;

/** Tasks that the residues of a limb are shared out to. */
const PARTS = 8;
/** What a square takes, in products of the matrix kernel. */
const SQUARE_PRODUCTS = 20;

/** Ciphertexts between two stages, or before the first: so many values, each of so many polynomials. */
interface Bundle {
  readonly width: number;
  readonly polynomials: number;
}

/** What a stage does modulo one prime. */
interface Step {
  /** Null: a square. */
  readonly sums: Summing | null;
  /** Of what it leaves, in units of the prime. */
  readonly bound: number;
}

/** Lists of addresses, one list for each polynomial of a bundle. */
interface Addresses {
  readonly lists: readonly number[];
  /** Where there is no more than a strip in memory, its addresses are of residue 0 of the strip. */
  readonly strip: boolean;
}

/**
 * The ciphertexts that the last stage leaves, or null where a sum might not be exact: then nothing is done. `elapsed_ns` gets the time of
 * every stage added.
 */
export function evaluateStrips(
  chain: Chain,
  stages: readonly Stage[],
  inputs: readonly Ciphertext[],
  scale: number,
  elapsed_ns: Float64Array | null,
): Ciphertext[] | null {
  const [first] = inputs as readonly [Ciphertext, ...Ciphertext[]];
  const polynomials = first.polynomials.length;
  const alike = inputs.every((input) => input.polynomials.length === polynomials && input.correction === first.correction);
  const starts = (stages[0]!.kind === 'matrix' || polynomials === 2) && alike;
  const moduli = chain.data.slice(0, limbsOf(first));
  const steps = starts ? moduli.map((modulus, j) => stepsOf(chain, stages, modulus, largestBound(inputs, j))) : [null];
  if (steps.some((ofPrime) => ofPrime === null)) return null;
  return new StripRun(chain, stages, inputs, steps as readonly (readonly Step[])[]).evaluate(scale, elapsed_ns);
}

function largestBound(inputs: readonly Ciphertext[], j: number): number {
  let most = 0;
  for (const { polynomials } of inputs) for (const polynomial of polynomials) most = Math.max(most, polynomial[j]!.bound);
  return most;
}

/** Null where a sum might not be exact. */
function stepsOf({ ring: { bounds } }: Chain, stages: readonly Stage[], { p }: TransformModulus, input: number): readonly Step[] | null {
  const steps: Step[] = [];
  let bound = input;
  for (const stage of stages) {
    const sums = stage.kind === 'matrix' ? summing(stage.matrix.packed!, bound, p, bounds) : null;
    if (stage.kind === 'matrix' && sums === null) return null;
    // A square reduces what it multiplies, and doubles one factor of the middle polynomial.
    const reduced = bounds.reduced(bounds.require(bound, p, 'square'));
    bound = sums?.bound ?? bounds.product(2 * reduced, reduced, p);
    steps.push({ sums, bound });
  }
  return steps;
}

/** A limb's part of a run: whole polynomials at both ends, and the constants of every stage. */
interface Limb {
  readonly j: number;
  readonly inputs: Addresses;
  readonly results: Addresses;
  readonly constants: readonly number[];
}

/** Blocks of memory that are given back together. */
class Blocks {
  readonly #arena: Arena;
  readonly #addresses: number[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  allocate(bytes: number): number {
    const address = this.#arena.allocate(bytes);
    this.#addresses.push(address);
    return address;
  }

  release(): void {
    for (const address of this.#addresses) this.#arena.release(address);
  }
}

class StripRun {
  readonly #chain: Chain;
  readonly #stages: readonly Stage[];
  readonly #inputs: readonly Ciphertext[];
  readonly #steps: readonly (readonly Step[])[];
  /** Before the first stage, and after each. */
  readonly #bundles: readonly Bundle[];
  readonly #strip: number;

  constructor(chain: Chain, stages: readonly Stage[], inputs: readonly Ciphertext[], steps: readonly (readonly Step[])[]) {
    this.#chain = chain;
    this.#stages = stages;
    this.#inputs = inputs;
    this.#steps = steps;
    const bundles: Bundle[] = [{ width: inputs.length, polynomials: inputs[0]!.polynomials.length }];
    for (const stage of stages) {
      const before = bundles.at(-1)!;
      if (stage.kind === 'square') bundles.push({ ...before, polynomials: 3 });
      else bundles.push({ ...before, width: stage.matrix.rows.length });
    }
    this.#bundles = bundles;
    this.#strip = STRIPS.find((strip) => this.#strip_bytes(strip) <= CACHE_BYTES && (chain.n / PARTS) % strip === 0) ?? 8;
  }

  #strip_bytes(strip: number): number {
    let between = 0;
    for (const [at, { width, polynomials }] of this.#bundles.slice(1, -1).entries()) {
      between += width * (this.#stages[at]!.kind === 'square' && at > 0 ? 1 : polynomials);
    }
    return 8 * strip * between + this.#packed_bytes(strip);
  }

  #packed_bytes(strip: number): number {
    const halved = this.#steps.flat().some(({ sums }) => sums?.halved === true);
    const columns = this.#stages.map((stage) => (stage.kind === 'matrix' ? stage.matrix.packed!.columns : 0));
    return Math.max(...columns) * TILE_BYTES * (strip / 4) * (halved ? 2 : 1) + SUMS_BYTES;
  }

  evaluate(scale: number, elapsed_ns: Float64Array | null): Ciphertext[] {
    const { arena, n } = this.#chain;
    const { width, polynomials } = this.#bundles.at(-1)!;
    const correction = this.#correctionAfter(this.#stages.length);
    const results = Array.from({ length: width }, () => ({
      polynomials: allocatePolynomials(this.#chain, this.#steps.length, polynomials),
      scale,
      correction,
    }));
    const blocks = new Blocks(arena);
    const limbs = this.#steps.map((_, j): Limb => {
      const constants = this.#stages.map((stage, at) => this.#constants(stage, at, j, blocks));
      return { j, inputs: this.#whole(this.#inputs, j, blocks), results: this.#whole(results, j, blocks), constants };
    });
    const parts = limbs.flatMap((limb) => Array.from({ length: PARTS }, (_, part) => ({ limb, from: (part * n) / PARTS })));
    const alone = this.#chain.threads === 1;
    const started = performance.now();
    this.#chain.together(parts, ({ limb, from }) => this.#part(limb, from, from + n / PARTS, alone ? elapsed_ns : null));
    if (!alone && elapsed_ns !== null) this.#share((performance.now() - started) * 1e6, elapsed_ns);
    blocks.release();
    for (const { polynomials: ofResult } of results) {
      for (const [j, steps] of this.#steps.entries()) {
        for (const polynomial of ofResult) this.#chain.ring.declare(polynomial[j]!, steps.at(-1)!.bound, 'values');
      }
    }
    return results;
  }

  /** BGV: squares square what decryption divides by. */
  #correctionAfter(stages: number): bigint {
    const t = this.#chain.plain?.value ?? 1n;
    const squares = this.#stages.slice(0, stages).filter(({ kind }) => kind === 'square');
    return squares.reduce((correction) => (t === 1n ? correction : (correction * correction) % t), this.#inputs[0]!.correction);
  }

  #whole(ciphertexts: readonly Ciphertext[], j: number, blocks: Blocks): Addresses {
    const count = ciphertexts[0]!.polynomials.length;
    const addressOf = (index: number, at: number): number => ciphertexts[at]!.polynomials[index]![j]!.address;
    return { strip: false, lists: this.#listed(count, ciphertexts.length, addressOf, blocks) };
  }

  /** Polynomial after polynomial, value after value, so that one square takes them all. */
  #fleeting({ width, polynomials }: Bundle, kept: readonly number[], blocks: Blocks): Addresses {
    const value_bytes = 8 * this.#strip;
    const added = polynomials - kept.length;
    const base = blocks.allocate(added * width * value_bytes);
    const lists = this.#listed(added, width, (index, at) => base + (index * width + at) * value_bytes, blocks);
    return { strip: true, lists: [...kept, ...lists] };
  }

  #listed(count: number, length: number, addressOf: (index: number, at: number) => number, blocks: Blocks): number[] {
    return Array.from({ length: count }, (_, index) => {
      const list = blocks.allocate(4 * length);
      const { u32 } = this.#chain.arena;
      for (let at = 0; at < length; at++) u32[list / 4 + at] = addressOf(index, at);
      return list;
    });
  }

  #constants(stage: Stage, at: number, j: number, blocks: Blocks): number {
    const addends = stage.kind === 'matrix' ? stage.matrix.addends : null;
    if (addends === null) return 0;
    const values = constantsOf(addends(this.#correctionAfter(at)), this.#chain.data[j]!.value);
    const address = blocks.allocate(8 * values.length);
    this.#chain.arena.f64.set(values, address / 8);
    return address;
  }

  /** Residues `from` to `to` of one limb. */
  #part({ j, inputs, results, constants }: Limb, from: number, to: number, elapsed_ns: Float64Array | null): void {
    const blocks = new Blocks(this.#chain.arena);
    const packed = blocks.allocate(this.#packed_bytes(this.#strip));
    const addresses = [inputs];
    for (const [at, bundle] of this.#bundles.slice(1, -1).entries()) {
      // A square takes the place of what it squares.
      const kept = this.#stages[at]!.kind === 'square' && at > 0 ? addresses[at]!.lists : [];
      addresses.push(this.#fleeting(bundle, kept, blocks));
    }
    addresses.push(results);
    for (let strip = from; strip < to; strip += this.#strip) {
      let started = elapsed_ns === null ? 0 : performance.now();
      for (const [at, stage] of this.#stages.entries()) {
        const [source, target] = [addresses[at]!, addresses[at + 1]!];
        if (stage.kind === 'square') this.#square(source, target, at, strip, j);
        else this.#multiply(stage.matrix.packed!, this.#steps[j]![at]!.sums!, source, target, constants[at]!, strip, j, packed);
        if (elapsed_ns === null) continue;
        const now = performance.now();
        elapsed_ns[at]! += (now - started) * 1e6;
        started = now;
      }
    }
    blocks.release();
  }

  #multiply(
    matrix: ResidueMatrix,
    { halved, factor }: Summing,
    source: Addresses,
    target: Addresses,
    constants: number,
    from: number,
    j: number,
    packed: number,
  ): void {
    const modulus = this.#chain.data[j]!;
    const { w, wOverP } = modulus.constant(factor);
    const [sourceShift, targetShift] = [source, target].map(({ strip }) => (strip ? -8 * from : 0)) as [number, number];
    const range = [from, from + this.#strip, modulus.block] as const;
    for (const [index, list] of source.lists.entries()) {
      const reads = [list, sourceShift, matrix.columns, matrix.groups, matrix.groupCount] as const;
      const writes = [target.lists[index]!, targetShift, index === 0 ? constants : 0] as const;
      this.#chain.kernel.residueMatrix(...reads, ...writes, ...range, packed, this.#strip / 4, halved ? 1 : 0, w, wOverP);
    }
  }

  #square(source: Addresses, target: Addresses, stage: number, from: number, j: number): void {
    const { kernel, arena, data } = this.#chain;
    const { u32 } = arena;
    const { width } = this.#bundles[stage]!;
    // Strips of all values lie one behind the other.
    const [calls, residues] = source.strip && target.strip ? [1, width * this.#strip] : [width, this.#strip];
    const addressAt = ({ lists, strip }: Addresses, index: number, at: number): number =>
      u32[lists[index]! / 4 + at]! + (strip ? 0 : 8 * from);
    for (let at = 0; at < calls; at++) {
      const [a0, a1] = [addressAt(source, 0, at), addressAt(source, 1, at)];
      const [t0, t1, t2] = [addressAt(target, 0, at), addressAt(target, 1, at), addressAt(target, 2, at)];
      kernel.tensorSquare(a0, a1, t0, t1, t2, residues, data[j]!.block);
    }
  }

  /** Threads take whole parts, so that stages have no time of their own: each gets the share that its products have. */
  #share(total_ns: number, elapsed_ns: Float64Array): void {
    const work = this.#stages.map((stage, at) => {
      const { width, polynomials } = this.#bundles[at]!;
      return stage.kind === 'square'
        ? SQUARE_PRODUCTS * width
        : polynomials * stage.matrix.rows.reduce((sum, row) => sum + row.weights.length, 0);
    });
    const all = work.reduce((sum, part) => sum + part, 0);
    for (const [at, part] of work.entries()) elapsed_ns[at] = (total_ns * part) / all;
  }
}
