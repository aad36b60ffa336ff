/**
 * EvalMod on ciphertexts: against the sine of what the input decrypts to.
 *
 * @module
 */
import { expect, test } from 'vitest';
import { uniforms } from '../../conformance/circuits/random-values.ts';
import { bootstrapLevels } from '../bootstrap/bootstrap-chain.ts';
import { ProgramArithmetic, realPlace } from '../bootstrap/program-arithmetic.ts';
import { evaluateSine } from '../bootstrap/sine/eval-mod.ts';
import type { RlweProgram } from '../program/program.ts';
import { createKeyed, dataPrimes, small, withProgramOf, write, type Keyed, type Written } from './bootstrap.fixture.ts';
import { createOwnEvaluator } from './evaluator.ts';

const COLUMNS = small.degree / 2;
const { sine } = small.bootstrap!;
const { evalMod, circuit } = bootstrapLevels(small);
const fresh = { limbs: evalMod, scale: 2 ** 50 };

/** Whole numbers in every slot, each magnitude equally often, and up to 2^-10 beside them. */
function nearWholeNumbers(random: () => number): Float64Array {
  return Float64Array.from({ length: COLUMNS }, (_, slot) => ((slot % 31) - 15 + (2 * random() - 1) / 1024) / sine.range);
}

async function decrypted(written: Written, { client, keys }: Keyed, envelopes: readonly Uint8Array[]): Promise<Float64Array> {
  await using evaluator = await createOwnEvaluator('ckks', written.compiled, keys);
  await evaluator.prepare([written.circuit]);
  const { y } = await evaluator.run('renewal', { x: await evaluator.load('x', envelopes) });
  const [found] = await client.decrypt('renewal.y', [await evaluator.store(y!)]);
  return Float64Array.from(found as ArrayLike<number | bigint>, Number);
}

test('the error is 2^-33 of a turn', async () => {
  const evaluated = write(small, COLUMNS, fresh, (value, emit) =>
    evaluateSine(new ProgramArithmetic(dataPrimes(small), 1, emit), realPlace(value), sine),
  );
  const { instructions, outputs } = (evaluated.compiled.evaluator as RlweProgram).circuits[0]!;
  const { limbs, scale } = instructions[outputs['y']!]!;
  expect(limbs).toBe(circuit);
  // The input itself, where the client expects the result, and called by its scale.
  const passed = write(small, COLUMNS, fresh, (value, emit) => {
    const lower = { ...value, limbs, node: 1 };
    const dropped = emit({ ...lower, op: 'drop', of: value.result, primes: value.limbs - limbs });
    return emit({ ...lower, op: 'combine', terms: [[dropped.result, 1n]], constant: 0n, scale });
  });
  await using keyed = await createKeyed(evaluated);
  const envelopes = await keyed.client.encrypt('x', [nearWholeNumbers(uniforms(28))]);
  const input = await decrypted(withProgramOf(evaluated, passed), keyed, envelopes);
  const output = await decrypted(evaluated, keyed, envelopes);
  const turns = input.map((x) => ((x * scale!) / fresh.scale) * sine.range);
  const errors = output.map((y, slot) => (y - Math.sin(2 * Math.PI * turns[slot]!)) / (2 * Math.PI));
  const byWhole = Map.groupBy(turns.keys(), (slot) => Math.abs(Math.round(turns[slot]!)));
  expect([...byWhole.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, whole) => whole));
  const meanSquares = new Map(
    [...byWhole].map(([whole, slots]) => [whole, slots.reduce((sum, slot) => sum + errors[slot]! ** 2, 0) / slots.length]),
  );
  // The polynomial itself is no nearer from 14 on.
  for (const [whole, meanSquare] of meanSquares) expect(Math.log2(meanSquare) / 2).toBeLessThan(whole <= 13 ? -32 : -27);
  // As often as a bootstrap meets them: sums of 33 uniform numbers. Errors are largest at 0, where rounding errors of T_2 grow most.
  const deviation = Math.sqrt((small.bootstrap!.ephemeralWeight! + 1) / 12);
  const [sum, weights] = [...meanSquares].reduce(
    ([total, all], [whole, meanSquare]) => {
      const weight = Math.exp(-((whole / deviation) ** 2) / 2) * (whole === 0 ? 1 : 2);
      return [total + weight * meanSquare, all + weight];
    },
    [0, 0],
  );
  expect(Math.log2(sum / weights) / 2).toBeLessThan(-33);
});
