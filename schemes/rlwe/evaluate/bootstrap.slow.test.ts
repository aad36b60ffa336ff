/**
 * Whole bootstraps: values encrypted by node-seal, renewed by our evaluator, decrypted by node-seal.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import type { KeyPart } from '../../scheme.ts';
import { turnOf } from '../bootstrap/lower-bootstrap.ts';
import { bend } from '../bootstrap/sine/bend.ts';
import { SWAP_ROWS } from '../program/keys.ts';
import {
  bitsOf,
  FRESH,
  repeatingValues,
  Run,
  small,
  worstInDeviations,
  writeBootstrap,
  type Omitted,
} from './bootstrap.fixture.ts';

const COLUMNS = small.degree / 2;
const FEW = 32;
/** Bits of a bootstrap that went wrong: as good as a guess. */
const WRONG_BITS = 4;

function bent(values: Float64Array): Float64Array {
  return values.map((value) => bend(value, turnOf(1)));
}

describe.each([
  ['few slots', FEW],
  ['all slots', COLUMNS],
])('%s', (_, slots) => {
  let run: Run;
  beforeAll(async () => {
    run = await Run.open(writeBootstrap(small, slots));
  });
  afterAll(() => run[Symbol.asyncDispose]());

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

  test('20 in a row are within 8 deviations, and memory does not grow', async () => {
    const random = uniforms(7);
    let before = 0;
    for (let at = 0; at < 10; at++) {
      const values = repeatingValues(COLUMNS, slots, random);
      const found = await run.of(values);
      expect(bitsOf(found, bent(values))).toBeGreaterThan(20);
      expect(worstInDeviations(found, bent(values))).toBeLessThan(8);
      const { live_bytes } = run.evaluator.memory();
      if (at > 0) expect(live_bytes).toBe(before);
      before = live_bytes!;
    }
  });

  test('counts are those of the plan', async () => {
    const before = { ...run.evaluator.counts() };
    await run.of(new Float64Array(COLUMNS));
    const { counts } = writeBootstrap(small, slots).compiled.estimate;
    for (const [name, times] of Object.entries(counts)) expect([name, run.evaluator.counts()[name]! - (before[name] ?? 0)]).toEqual([name, times]);
  });
});

describe('a fault shows', () => {
  const values = repeatingValues(COLUMNS, FEW, uniforms(5));

  async function bitsWith(
    change?: Parameters<typeof writeBootstrap>[2],
    changeKeys?: (keys: readonly KeyPart[], others: readonly KeyPart[]) => readonly KeyPart[],
  ): Promise<number> {
    const written = writeBootstrap(small, FEW, change);
    await using other = await Run.open(written);
    await using run = await Run.open(written, (keys) => changeKeys?.(keys, other.keys) ?? keys);
    return bitsOf(await run.of(values), bent(values));
  }

  test('without one there is none', async () => {
    expect(await bitsWith()).toBeGreaterThan(20);
  });

  test('no trace', async () => {
    const withoutTrace = (instruction: Omitted): Omitted =>
      instruction.op === 'sumAutomorphisms' && instruction.limbs === small.modulus_bits.length - 2 ? { ...instruction, rotations: [] } : instruction;
    expect(await bitsWith(withoutTrace)).toBeLessThan(WRONG_BITS);
  });

  test("the conjugation's sign", async () => {
    // x - conj(x) in place of x + conj(x).
    expect(
      await bitsWith((instruction, emit) => {
        if (instruction.op !== 'sumAutomorphisms' || instruction.rotations[0] !== SWAP_ROWS) return instruction;
        const sum = emit(instruction).result;
        const { width, limbs, scale, polynomials, node } = instruction;
        const terms = [[instruction.of, 2n] as const, [sum, -1n] as const];
        return { op: 'combine', terms, constant: 0n, width, limbs, scale, polynomials, node };
      }),
    ).toBeLessThan(WRONG_BITS);
  });

  test.each(['relinearization', 'galois', 'encapsulation'])("one kind of keys of another's secret: %s", async (kind) => {
    expect(
      await bitsWith(undefined, (keys, others) => keys.map((part, at) => (part.kind === kind ? others[at]! : part))),
    ).toBeLessThan(WRONG_BITS);
  });

  test('values beyond the range come back as others', async () => {
    await using run = await Run.open(writeBootstrap(small, FEW));
    const far = values.map((value) => value * 2 ** 9.5);
    expect(FRESH.scale).toBe(2 ** 40);
    expect(bitsOf(await run.of(far), far)).toBeLessThan(-4);
  });
});
