/**
 * Whole bootstraps: values encrypted by node-seal, renewed by our evaluator, decrypted by node-seal.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { open, seal } from '../../envelope.ts';
import type { Compiled, KeyPart } from '../../scheme.ts';
import { turnOf } from '../bootstrap/lower-bootstrap.ts';
import { bend } from '../bootstrap/sine/bend.ts';
import { SWAP_ROWS } from '../program/keys.ts';
import type { RlweClientDetails } from '../program/program.ts';
import { digitCount, specialPrimeCount } from '../program/special-primes.ts';
import { keySlots_bytes } from '../wire/seal-layout.ts';
import {
  bitsOf,
  createKeyed,
  repeatingValues,
  Run,
  small,
  withProgramOf,
  WORST_SLOT,
  worstInDeviations,
  writeBootstrap,
  type Keyed,
  type Omitted,
  type Written,
} from './bootstrap.fixture.ts';

const COLUMNS = small.degree / 2;
const FEW = 32;
/** Bits of a bootstrap that went wrong: as good as a guess. */
const WRONG_BITS = 4;

function bent(values: Float64Array): Float64Array {
  return values.map((value) => bend(value, turnOf(1)));
}

describe.each([FEW, COLUMNS])('%i slots', (slots) => {
  const written = writeBootstrap(small, slots);
  let keyed: Keyed;
  let run: Run;
  beforeAll(async () => {
    keyed = await createKeyed(written);
    run = await Run.open(written, keyed);
  });
  afterAll(async () => {
    await run[Symbol.asyncDispose]();
    await keyed[Symbol.asyncDispose]();
  });

  test('come back, bent by the sine and nothing else, with levels for five more products', async () => {
    const values = repeatingValues(COLUMNS, slots, uniforms(slots));
    const found = await run.of(values);
    expect(bitsOf(found, bent(values))).toBeGreaterThan(20);
    // The bend itself is larger than the error.
    const edges = values.map((_, slot) => ((slot % slots) % 2 === 0 ? 1 : -1));
    const atEdges = await run.of(edges);
    expect(bitsOf(atEdges, edges)).toBeLessThan(18);
    expect(bitsOf(atEdges, bent(edges))).toBeGreaterThan(20);
  });

  test('10 in a row are right in every slot, and memory does not grow', async () => {
    const random = uniforms(7);
    let before = 0;
    for (let at = 0; at < 10; at++) {
      const values = repeatingValues(COLUMNS, slots, random);
      const found = await run.of(values);
      expect(bitsOf(found, bent(values))).toBeGreaterThan(20);
      expect(worstInDeviations(found, bent(values))).toBeLessThan(8 * WORST_SLOT);
      const { live_bytes } = run.evaluator.memory();
      if (at > 0) expect(live_bytes).toBe(before);
      before = live_bytes!;
    }
  });

  test('memory is that of the plan', async () => {
    await run.of(new Float64Array(COLUMNS));
    const { peak_bytes } = written.compiled.estimate;
    const { reserved_bytes } = run.evaluator.memory();
    expect(reserved_bytes).toBeLessThanOrEqual(peak_bytes);
    expect(reserved_bytes).toBeGreaterThan(peak_bytes / 2);
  });

  test('two threads leave the bytes that one leaves', async () => {
    const envelopes = await keyed.client.encrypt('x', [repeatingValues(COLUMNS, slots, uniforms(2))]);
    await using threaded = await Run.open(written, keyed, 2);
    expect(await threaded.evaluate(envelopes)).toEqual(await run.evaluate(envelopes));
  });

  test('counts are those of the plan', async () => {
    const before = { ...run.evaluator.counts() };
    await run.of(new Float64Array(COLUMNS));
    const { counts } = written.compiled.estimate;
    for (const [name, times] of Object.entries(counts))
      expect([name, run.evaluator.counts()[name]! - (before[name] ?? 0)]).toEqual([name, times]);
  });
});

function placeOf({ width, limbs, scale, polynomials, node }: Omitted): Pick<Omitted, 'width' | 'limbs' | 'scale' | 'polynomials' | 'node'> {
  return { width, limbs, scale, polynomials, node };
}

/** A relinearisation key with two of its digits exchanged, which are sent one behind the other. */
function withDigits({ id, client }: Compiled, part: KeyPart, [one, other]: readonly [number, number]): KeyPart {
  const { keys } = client.details as RlweClientDetails;
  const place = { kind: 'key', plan: id, name: part.kind, pass: 0 } as const;
  const payload = open(part.bytes, place).slice();
  const first = keySlots_bytes(1);
  const digit_bytes = (payload.length - first) / digitCount(keys.relinearization, specialPrimeCount(small));
  const [a, b] = [one, other].map((digit) => first + digit * digit_bytes) as [number, number];
  const [ofOne, ofOther] = [payload.slice(a, a + digit_bytes), payload.slice(b, b + digit_bytes)];
  payload.set(ofOther, a);
  payload.set(ofOne, b);
  return { ...part, bytes: seal({ ...place, payload }) };
}

describe('a fault shows', () => {
  const written = writeBootstrap(small, FEW);
  const values = repeatingValues(COLUMNS, FEW, uniforms(5));
  let keyed: Keyed;
  let others: Keyed;
  beforeAll(async () => {
    keyed = await createKeyed(written);
    others = await createKeyed(written);
  });
  afterAll(async () => {
    await keyed[Symbol.asyncDispose]();
    await others[Symbol.asyncDispose]();
  });

  async function bitsWith(program: Written, keys: readonly KeyPart[]): Promise<number> {
    await using run = await Run.open(program, { client: keyed.client, keys });
    return bitsOf(await run.of(values), bent(values));
  }

  /** @param change spoils an instruction */
  async function bitsOfProgram(change: Parameters<typeof writeBootstrap>[2]): Promise<number> {
    return bitsWith(withProgramOf(written, writeBootstrap(small, FEW, change)), keyed.keys);
  }

  /** @param change spoils a key */
  async function bitsOfKeys(change: (part: KeyPart, at: number) => KeyPart): Promise<number> {
    return bitsWith(written, keyed.keys.map(change));
  }

  test('without one there is none', async () => {
    expect(await bitsWith(written, keyed.keys)).toBeGreaterThan(20);
  });

  test('no trace', async () => {
    // What it multiplies by, without the sum.
    const factor = BigInt(COLUMNS / FEW);
    const withoutTrace = (instruction: Omitted): Omitted => {
      if (instruction.op !== 'sumAutomorphisms' || instruction.rotations[0] === SWAP_ROWS) return instruction;
      return { ...placeOf(instruction), op: 'combine', terms: [[instruction.of, factor]], constant: 0n };
    };
    expect(await bitsOfProgram(withoutTrace)).toBeLessThan(WRONG_BITS);
  });

  test("the conjugation's sign", async () => {
    // x - conj(x) in place of x + conj(x).
    expect(
      await bitsOfProgram((instruction, emit) => {
        if (instruction.op !== 'sumAutomorphisms' || instruction.rotations[0] !== SWAP_ROWS) return instruction;
        const { of } = instruction;
        const sum = emit({ ...instruction }).result;
        return {
          ...placeOf(instruction),
          op: 'combine',
          terms: [
            [of, 2n],
            [sum, -1n],
          ],
          constant: 0n,
        };
      }),
    ).toBeLessThan(WRONG_BITS);
  });

  test.each([
    [0, 1],
    [2, 3],
  ])('digits %i and %i of the relinearisation key exchanged', async (one, other) => {
    const exchanged = (part: KeyPart): KeyPart => withDigits(written.compiled, part, [one, other]);
    const bits = await bitsOfKeys((part) => (part.kind === 'relinearization' ? exchanged(part) : part));
    expect(bits).toBeLessThan(WRONG_BITS);
  });

  test.each(['relinearization', 'galois', 'encapsulation'])("one kind of keys of another's secret: %s", async (kind) => {
    expect(await bitsOfKeys((part, at) => (part.kind === kind ? others.keys[at]! : part))).toBeLessThan(WRONG_BITS);
  });
});
