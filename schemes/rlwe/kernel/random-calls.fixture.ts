/**
 * Random kernel calls on a few polynomials, for tests of how calls are shared out.
 *
 * @module
 */
import fc from 'fast-check';
import { createPrimes } from '../numbers/primes.ts';
import { coefficientPermutation, TransformModulus, valuePermutation } from '../ring/ntt.ts';
import type { CallName, Kernel } from './kernel-calls.ts';
import type { Arena } from './memory.ts';
import type { Call } from './slices.ts';

const POLYNOMIALS = 6;

/** Polynomials and tables, at the same addresses in every arena. */
export interface Bench {
  readonly arena: Arena;
  readonly addresses: readonly number[];
  readonly block: number;
  readonly values: number;
  readonly coefficients: number;
  readonly terms: number;
  readonly n: number;
}

export function benchOf(n: number, arena: Arena, kernel: Kernel): Bench {
  const [prime] = createPrimes(n, [50]);
  const modulus = new TransformModulus(prime!, n, arena, kernel);
  const addresses = Array.from({ length: POLYNOMIALS }, () => arena.allocate(8 * n));
  const terms = arena.allocate(64);
  arena.u32.set([addresses[0]!, addresses[1]!, addresses[2]!, addresses[1]!, addresses[2]!, addresses[3]!], terms / 4);
  arena.f64[terms / 8 + 4] = 3;
  const tables = { values: valuePermutation(5, n, arena), coefficients: coefficientPermutation(5, n, arena) };
  return { arena, addresses, block: modulus.block, terms, n, ...tables };
}

/** The same numbers every time. */
export function fill({ arena, addresses, n }: Bench): void {
  for (const [at, address] of addresses.entries())
    for (let i = 0; i < n; i++) arena.f64[address / 8 + i] = (i * 7919 + at * 104_729) * 1_000_003;
}

type Operands = (bench: Bench, polynomials: readonly number[]) => readonly number[];

/** Operands of every call that can be cut, on so many different polynomials. */
const operandsOf: Readonly<Partial<Record<CallName, Operands>>> = {
  // In place or not.
  forwardNtt: ({ block, n }, [a, b, c]) => [a!, c! < a! ? a! : b!, block, n, (1 << 30) | 8],
  inverseNtt: ({ block, n }, [a, b, c]) => [a!, c! < a! ? a! : b!, block, n, 1],
  permute: ({ values, n }, [a, b]) => [a!, b!, values, n],
  permuteAdd: ({ values, n }, [a, b, c]) => [a!, b!, c!, values, n],
  permuteSigned: ({ coefficients, n }, [a, b]) => [a!, b!, coefficients, n],
  sumOfProducts: ({ terms, block, n }, [, , , , a, b]) => [2, terms, a!, b!, 0, n, block, 1.5 * 2 ** 103, 1, 0],
  gatheredSum: ({ terms, values, block, n }, [, , , , a, b]) => [2, terms, values, a!, b!, 0, n, block, 1.5 * 2 ** 103, 0, 0],
  subtractMultiply: ({ block, n }, [a, b, c]) => [a!, b!, c!, n, block, 3, 0],
  subtractMultiplyAdd: ({ block, n }, [a, b, c, d]) => [a!, b!, c!, d!, n, block, 3, 0],
  addMultiple: ({ block, n }, [a, b, c]) => [a!, b!, c!, n, block, 3, 0],
  clear: ({ n }, [a]) => [a!, n],
  copy: ({ n }, [a, b]) => [a!, b!, n],
  reduceAll: ({ block, n }, [a, b]) => [a!, b!, n, block],
  addReduced: ({ block, n }, [a, b, c]) => [a!, b!, c!, n, block],
  subtractReduced: ({ block, n }, [a, b, c]) => [a!, b!, c!, n, block],
  scale: ({ block, n }, [a, b]) => [a!, b!, n, block, 3, 0],
  tensor: ({ block, n }, [a, b, c, d, e]) => [a!, b!, b!, a!, c!, d!, e!, n, block],
  tensorSquare: ({ block, n }, [a, b, c, d, e]) => [a!, b!, c!, d!, e!, n, block],
  quotientTerm: ({ n }, [a, b]) => [a!, b!, n, 2 ** -50, 0, 1],
  combine: ({ terms, block, n }, [, , , , a]) => [1, terms, terms + 32, a!, 0, n, block, 0],
};
const cuttable = Object.keys(operandsOf) as CallName[];

/** A call that is still to be given addresses. Polynomials in any order: a permutation is out of place. */
export interface Draft {
  readonly name: CallName;
  readonly order: readonly number[];
}

export const drafts: fc.Arbitrary<Draft[]> = fc.array(
  fc.record({ name: fc.constantFrom(...cuttable), order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: POLYNOMIALS }) }),
  { minLength: 1, maxLength: 8 },
);

/** Sums write to none of their operands, which stand in a list. */
const LISTED: readonly CallName[] = ['sumOfProducts', 'gatheredSum', 'combine'];

export function callsOf(bench: Bench, draft: readonly Draft[]): Call[] {
  return draft.map(({ name, order }): Call => {
    const polynomials = LISTED.includes(name) ? bench.addresses : order.map((at) => bench.addresses[at]!);
    return { name, operands: operandsOf[name]!(bench, polynomials) };
  });
}

/** The bytes of all polynomials. */
export function contentsOf({ arena, addresses, n }: Bench): Uint8Array[] {
  return addresses.map((address) => arena.taken(address, 8 * n));
}
