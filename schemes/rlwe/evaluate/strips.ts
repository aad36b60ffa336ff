/**
 * Runs of matrices and squares on ciphertexts, a strip of residues at a time, so that intermediate results stay in the cache.
 * `strip-operation.ts` checks the bounds of all that the kernel is given.
 *
 * @module
 */
import { evenParts } from '../kernel/even-parts.ts';
import { callResidueMatrix } from '../kernel/kernel-calls.ts';
import type { Chain } from '../ring/chain.ts';
import type { Ciphertext } from '../ring/ciphertext.ts';
import { allocatePolynomials, limbsOf } from '../ring/ciphertext.ts';
import { SUMS_BYTES, TILE_BYTES, type ResidueMatrix, type SumStrategy } from '../ring/matrix.ts';
import type { TransformModulus } from '../ring/ntt.ts';
import type { Residues } from '../ring/residues.ts';
import { constantsOf } from './matrix-product.ts';
import { largestBound, planModulo, type StripOperation, type ModularOperation } from './strip-operation.ts';

/** Residues of a strip: as many as fit the cache. */
const STRIPS = [64, 32, 16, 8] as const;
/** Bytes of the second-level cache that a strip may take, beside weights. */
const CACHE_BYTES = 640 * 2 ** 10;

/** So many strips are timed by operation, to tell the share of each in the whole time. */
const STRIPS_ALONE = 2;

/** Ciphertexts between two operations, or before the first: so many values, each of so many polynomials. */
interface Bundle {
  readonly width: number;
  readonly polynomials: number;
}

/** Lists of addresses, one list for each polynomial of a bundle. */
interface Addresses {
  readonly lists: readonly number[];
  /** Where there is no more than a strip in memory, its addresses are of residue 0 of the strip. */
  readonly strip: boolean;
}

/**
 * The ciphertexts that the last operation leaves, or null where a sum might not be exact: then nothing is done. `elapsed_ns` gets the time
 * of every operation added.
 */
export function evaluateStrips(
  chain: Chain,
  operations: readonly StripOperation[],
  inputs: readonly Ciphertext[],
  scale: number,
  elapsed_ns: Float64Array | null,
): Ciphertext[] | null {
  const [first] = inputs as readonly [Ciphertext, ...Ciphertext[]];
  const polynomials = first.polynomials.length;
  const alike = inputs.every((input) => input.polynomials.length === polynomials && input.correction === first.correction);
  const starts = (operations[0]!.kind === 'matrix' || polynomials === 2) && alike;
  const moduli = chain.data.slice(0, limbsOf(first));
  const modular = starts ? moduli.map((modulus, j) => planModulo(chain, operations, modulus, largestBound(inputs, j))) : [null];
  if (modular.some((ofPrime) => ofPrime === null)) return null;
  return new StripRun(chain, operations, inputs, modular as readonly (readonly ModularOperation[])[]).evaluate(scale, elapsed_ns);
}

/** Working memory of a strip: one for each task that may run at the same time. */
interface Room {
  readonly packed: number;
  readonly between: readonly Addresses[];
}

/** The same for all strips modulo one prime: constants of every operation, and where the first reads and the last writes. */
interface OneLimb {
  readonly j: number;
  readonly constants: readonly number[];
  readonly first: Addresses;
  readonly last: Addresses;
}

class StripRun {
  readonly #chain: Chain;
  readonly #operations: readonly StripOperation[];
  readonly #inputs: readonly Ciphertext[];
  readonly #modular: readonly (readonly ModularOperation[])[];
  /** Before the first operation, and after each. */
  readonly #bundles: readonly Bundle[];
  readonly #strip: number;
  readonly #taken: number[] = [];

  constructor(
    chain: Chain,
    operations: readonly StripOperation[],
    inputs: readonly Ciphertext[],
    modular: readonly (readonly ModularOperation[])[],
  ) {
    this.#chain = chain;
    this.#operations = operations;
    this.#inputs = inputs;
    this.#modular = modular;
    const bundles: Bundle[] = [{ width: inputs.length, polynomials: inputs[0]!.polynomials.length }];
    for (const operation of operations) {
      const before = bundles.at(-1)!;
      if (operation.kind === 'square') bundles.push({ ...before, polynomials: 3 });
      else bundles.push({ ...before, width: operation.matrix.rows.length });
    }
    this.#bundles = bundles;
    this.#strip = STRIPS.find((strip) => this.#strip_bytes(strip) <= CACHE_BYTES && chain.n % strip === 0) ?? 8;
  }

  #strip_bytes(strip: number): number {
    let between = 0;
    for (const [at, { width, polynomials }] of this.#bundles.slice(1, -1).entries()) {
      between += width * (this.#operations[at]!.kind === 'square' && at > 0 ? 1 : polynomials);
    }
    return 8 * strip * between + this.#packed_bytes(strip);
  }

  #packed_bytes(strip: number): number {
    const halved = this.#modular.flat().some(({ sums }) => sums?.halved === true);
    const columns = this.#operations.map((operation) => (operation.kind === 'matrix' ? operation.matrix.packed!.columns : 0));
    return Math.max(...columns) * TILE_BYTES * (strip / 4) * (halved ? 2 : 1) + SUMS_BYTES;
  }

  #allocate(bytes: number): number {
    const address = this.#chain.arena.allocate(bytes);
    this.#taken.push(address);
    return address;
  }

  evaluate(scale: number, elapsed_ns: Float64Array | null): Ciphertext[] {
    const { arena } = this.#chain;
    const { width, polynomials } = this.#bundles.at(-1)!;
    const limbs = this.#modular.length;
    const correction = this.#correctionAfter(this.#operations.length);
    const results = Array.from({ length: width }, () => ({
      polynomials: allocatePolynomials(this.#chain, limbs, polynomials),
      scale,
      correction,
    }));
    const rooms = Array.from({ length: this.#chain.windows }, () => this.#room());
    const ofLimbs = Array.from({ length: limbs }, (_, j): OneLimb => {
      const modulus = this.#chain.data[j]!;
      const constants = this.#operations.map((operation, at) => this.#constants(operation, at, modulus));
      return { j, constants, first: this.#polynomialAddresses(this.#inputs, j), last: this.#polynomialAddresses(results, j) };
    });
    this.#evaluateLimbs(ofLimbs, rooms, elapsed_ns);
    for (const [j, modular] of this.#modular.entries()) {
      for (const { polynomials } of results) for (const polynomial of polynomials) this.#declare(polynomial[j]!, modular);
    }
    for (const address of this.#taken) arena.release(address);
    return results;
  }

  #declare(residues: Residues, modular: readonly ModularOperation[]): void {
    this.#chain.ring.declare(residues, modular.at(-1)!.bound, 'values');
  }

  #room(): Room {
    const between: Addresses[] = [];
    for (const [at, bundle] of this.#bundles.slice(1, -1).entries()) {
      // A square overwrites its operand.
      const kept = this.#operations[at]!.kind === 'square' && at > 0 ? between[at - 1]!.lists : [];
      between.push(this.#stripAddresses(bundle, kept));
    }
    return { packed: this.#allocate(this.#packed_bytes(this.#strip)), between };
  }

  /** BGV: a square also squares the correction factor. */
  #correctionAfter(operations: number): bigint {
    const t = this.#chain.plain?.value ?? 1n;
    const squares = this.#operations.slice(0, operations).filter(({ kind }) => kind === 'square');
    return squares.reduce((correction) => (t === 1n ? correction : (correction * correction) % t), this.#inputs[0]!.correction);
  }

  #polynomialAddresses(ciphertexts: readonly Ciphertext[], j: number): Addresses {
    const count = ciphertexts[0]!.polynomials.length;
    return {
      strip: false,
      lists: this.#listed(count, ciphertexts.length, (index, at) => ciphertexts[at]!.polynomials[index]![j]!.address),
    };
  }

  /** Polynomial after polynomial, value after value, so that one square takes them all. */
  #stripAddresses({ width, polynomials }: Bundle, kept: readonly number[]): Addresses {
    const value_bytes = 8 * this.#strip;
    const added = polynomials - kept.length;
    const base = this.#allocate(added * width * value_bytes);
    const lists = this.#listed(added, width, (index, at) => base + (index * width + at) * value_bytes);
    return { strip: true, lists: [...kept, ...lists] };
  }

  #listed(count: number, length: number, addressOf: (index: number, at: number) => number): number[] {
    return Array.from({ length: count }, (_, index) => {
      const list = this.#allocate(4 * length);
      const { u32 } = this.#chain.arena;
      for (let at = 0; at < length; at++) u32[list / 4 + at] = addressOf(index, at);
      return list;
    });
  }

  #evaluateLimbs(ofLimbs: readonly OneLimb[], rooms: readonly Room[], elapsed_ns: Float64Array | null): void {
    const chain = this.#chain;
    const strips = Array.from({ length: chain.n / this.#strip }, (_, at) => at * this.#strip);
    if (chain.windows === 1) {
      for (const ofLimb of ofLimbs) for (const from of strips) this.#evaluateStrip(ofLimb, rooms[0]!, from, elapsed_ns);
      return;
    }
    // Tasks are timed together; how much of it each operation takes shows in strips that this thread computes alone.
    const shares_ns = elapsed_ns && new Float64Array(elapsed_ns.length);
    const alone = shares_ns === null ? 0 : STRIPS_ALONE;
    for (const from of strips.slice(0, alone)) this.#evaluateStrip(ofLimbs[0]!, rooms[0]!, from, shares_ns);
    const started = performance.now();
    const parts = ofLimbs.flatMap((ofLimb, at) =>
      evenParts(strips.slice(at === 0 ? alone : 0), chain.windows).map((part) => ({ ofLimb, part })),
    );
    chain.parallelMap(parts, ({ ofLimb, part }, _, window) => {
      for (const from of part) this.#evaluateStrip(ofLimb, rooms[window]!, from, null);
    });
    if (elapsed_ns === null || shares_ns === null) return;
    const together_ns = (performance.now() - started) * 1e6;
    const alone_ns = shares_ns.reduce((sum, share) => sum + share, 0);
    for (const [at, share] of shares_ns.entries()) elapsed_ns[at]! += share * (1 + together_ns / alone_ns);
  }

  #evaluateStrip({ j, first, last, constants }: OneLimb, { packed, between }: Room, from: number, elapsed_ns: Float64Array | null): void {
    const modulus = this.#chain.data[j]!;
    const addresses = [first, ...between, last];
    let started = elapsed_ns === null ? 0 : performance.now();
    for (const [at, operation] of this.#operations.entries()) {
      const { sums } = this.#modular[j]![at]!;
      const [source, target] = [addresses[at]!, addresses[at + 1]!];
      if (operation.kind === 'square') this.#square(source, target, this.#bundles[at]!.width, from, modulus);
      else this.#multiply(operation.matrix.packed!, sums!, source, target, constants[at]!, from, modulus, packed);
      if (elapsed_ns === null) continue;
      const now = performance.now();
      elapsed_ns[at]! += (now - started) * 1e6;
      started = now;
    }
  }

  #constants(operation: StripOperation, at: number, modulus: TransformModulus): number {
    const addends = operation.kind === 'matrix' ? operation.matrix.addends : null;
    if (addends === null) return 0;
    const values = constantsOf(addends(this.#correctionAfter(at)), modulus.value);
    const address = this.#allocate(8 * values.length);
    this.#chain.arena.f64.set(values, address / 8);
    return address;
  }

  #multiply(
    matrix: ResidueMatrix,
    { halved, factor }: SumStrategy,
    source: Addresses,
    target: Addresses,
    constants: number,
    from: number,
    modulus: TransformModulus,
    packed: number,
  ): void {
    const constant = modulus.constant(factor);
    const shiftOf = ({ strip }: Addresses): number => (strip ? -8 * from : 0);
    for (const [index, list] of source.lists.entries()) {
      callResidueMatrix(this.#chain.kernel, {
        sources: list,
        sourceShift: shiftOf(source),
        targets: target.lists[index]!,
        targetShift: shiftOf(target),
        columns: matrix.columns,
        groups: matrix.groups,
        groupCount: matrix.groupCount,
        constants: index === 0 ? constants : 0,
        from,
        to: from + this.#strip,
        block: modulus.block,
        packed,
        tiles: this.#strip / 4,
        halved,
        factor: constant,
      });
    }
  }

  #square(source: Addresses, target: Addresses, width: number, from: number, { block }: TransformModulus): void {
    const { kernel, arena } = this.#chain;
    const { u32 } = arena;
    // Strips of all values lie one behind the other.
    const [calls, residues] = source.strip && target.strip ? [1, width * this.#strip] : [width, this.#strip];
    const addressAt = ({ lists, strip }: Addresses, index: number, at: number): number =>
      u32[lists[index]! / 4 + at]! + (strip ? 0 : 8 * from);
    for (let at = 0; at < calls; at++) {
      const [a0, a1] = [addressAt(source, 0, at), addressAt(source, 1, at)];
      const [t0, t1, t2] = [addressAt(target, 0, at), addressAt(target, 1, at), addressAt(target, 2, at)];
      kernel.tensorSquare(a0, a1, t0, t1, t2, residues, block);
    }
  }
}
