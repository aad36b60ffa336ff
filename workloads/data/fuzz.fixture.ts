/**
 * Fuzzing of readers: damaged input is parsed or refused with a code, in bounded memory. Seeded: a failure names its mutation.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import type { Random } from './random.ts';

/** 1,000, or 10,000 with ENIGMARK_FULL=1. */
export const MUTATIONS = process.env['ENIGMARK_FULL'] === '1' ? 10_000 : 1_000;

/** Far above what the inputs need, far below what a length that lies would ask for. */
const MOST_GROWTH_BYTES = 512 * 2 ** 20;

/** Words that lengths and counts are most easily broken by. */
const LIES = [0, 1, 2, 7, 8, 16, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];

type Change = (bytes: Uint8Array, random: Random) => Uint8Array;

const CHANGES: readonly Change[] = [
  (bytes, random) => {
    const copy = bytes.slice();
    for (let flips = 1 + random.below(4); flips > 0; flips--) copy[place(copy, random)]! ^= 1 << random.below(8);
    return copy;
  },
  (bytes, random) => {
    const copy = bytes.slice();
    copy[place(copy, random)] = random.below(256);
    return copy;
  },
  (bytes, random) => {
    const copy = bytes.slice();
    if (copy.length >= 4) {
      new DataView(copy.buffer, copy.byteOffset).setUint32(
        random.below(copy.length - 3),
        LIES[random.below(LIES.length)]!,
        random.below(2) === 0,
      );
    }
    return copy;
  },
  (bytes, random) => bytes.slice(0, random.below(bytes.length)),
  (bytes, random) =>
    spliced(
      bytes,
      bytes.length,
      0,
      Uint8Array.from({ length: 1 + random.below(64) }, () => random.below(256)),
    ),
  (bytes, random) => spliced(bytes, place(bytes, random), 1 + random.below(32), new Uint8Array()),
  (bytes, random) => {
    const from = random.below(bytes.length);
    return spliced(bytes, place(bytes, random), 0, bytes.subarray(from, from + 1 + random.below(64)));
  },
];

/** One to three changes of bytes: flips, lies, cuts, repeats; half of them in the first 64 bytes, where headers are. */
export function mutateBytes(bytes: Uint8Array, random: Random): Uint8Array {
  // Of a Buffer, `slice` would be a view into memory that others share.
  let mutant: Uint8Array = Uint8Array.from(bytes);
  for (let changes = 1 + random.below(3); changes > 0 && mutant.length > 0; changes--) {
    mutant = CHANGES[random.below(CHANGES.length)]!(mutant, random);
  }
  return mutant;
}

function place(bytes: Uint8Array, random: Random): number {
  return random.below(random.below(2) === 0 ? Math.min(64, bytes.length) : bytes.length);
}

function spliced(bytes: Uint8Array, at: number, removed: number, added: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, at), ...added, ...bytes.subarray(at + removed)]);
}

/**
 * Calls `attempt` with 0, 1, 2, ...; prints how long the slowest took, and how often each outcome came: the word that it returned, or the code that it threw.
 * Anything else that it throws is a crash.
 *
 * @throws Error naming the mutation that crashed, or that memory grew without bound.
 */
export function fuzz(title: string, mutations: number, attempt: (mutation: number) => string): ReadonlyMap<string, number> {
  const outcomes = new Map<string, number>();
  const before_bytes = process.memoryUsage.rss();
  let slowest_ms = 0;
  for (let mutation = 0; mutation < mutations; mutation++) {
    const started_ms = performance.now();
    const outcome = outcomeOf(title, mutation, attempt);
    slowest_ms = Math.max(slowest_ms, performance.now() - started_ms);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    const growth_bytes = process.memoryUsage.rss() - before_bytes;
    if (growth_bytes > MOST_GROWTH_BYTES) throw new Error(`${title}: mutation ${mutation} left ${growth_bytes} bytes more in use`);
  }
  const lines = [...outcomes].sort(([a], [b]) => (a < b ? -1 : 1)).map(([outcome, count]) => `  ${outcome}: ${count}`);
  console.log([`${title}: ${mutations} mutations, crashes 0, slowest ${slowest_ms.toFixed(1)} ms`, ...lines].join('\n'));
  return outcomes;
}

function outcomeOf(title: string, mutation: number, attempt: (mutation: number) => string): string {
  try {
    return attempt(mutation);
  } catch (error) {
    if (error instanceof EnigmarkError) return error.code;
    throw new Error(`${title}: mutation ${mutation} crashed`, { cause: error });
  }
}
