/**
 * Random plans of several plaintext primes with sums of unlike history, run and compared with exact whole numbers. Where the noise
 * model leaves anything at all, every slot must be right, and no ciphertext of any prime may measure less than the model says.
 *
 * @module
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { integerScheme as bfv } from '../../bfv/compile.ts';
import { integerScheme as bgv } from '../../bgv/compile.ts';
import type { Circuit } from '../../circuit.ts';
import { scheme as clear } from '../../clear/scheme.ts';
import { randomInputs, uniforms } from '../../conformance/circuits/random-values.ts';
import { collectGarbage } from '../../conformance/collect-garbage.ts';
import { Parties } from '../../conformance/parties.ts';
import { isRefusal, type Compiled, type Requirement } from '../../scheme.ts';
import { loweredTo, noiseModels } from '../compile/compile-integers.ts';
import { assembled } from '../compile/compiled.ts';
import { marginsOf, type Margins } from '../compile/integer-margins.ts';
import { plainModuli, widestRange } from '../numbers/plain-moduli.ts';
import { createPrimes } from '../numbers/primes.ts';
import { integerLevels } from '../program/integer-levels.ts';
import { tryLower } from '../program/lower.ts';
import type { CircuitProgram } from '../program/program.ts';
import { adapters } from './own-kernels.fixture.ts';
import { circuitOf, drafts, type Draft } from './unlike-sums.fixture.ts';

const schemes = { bfv, bgv };

interface Plan {
  readonly circuit: Circuit;
  readonly programs: readonly CircuitProgram[];
  readonly moduli: readonly bigint[];
  readonly margins: Margins;
}

const PASSES = [2, 3, 4, 5, 6, 7, 8] as const;
/** Of all plaintext primes together. */
const MOST_MODULUS_BITS = 400;

/**
 * Divided as drawn, with the fewest plaintext primes, two or more, that the model leaves anything for, and those as large as it leaves
 * anything for: most plans have a bit or two to lose. Null where no primes are small enough.
 */
function planOf(draft: Draft, circuit: Circuit, id: keyof typeof schemes, set: PlanSet, need: Requirement): Plan | null {
  const scheme = schemes[id];
  const parameters = scheme.parameterSets[set]!;
  const primes = createPrimes(parameters.degree, parameters.modulus_bits);
  const limbs = primes.length - 1;
  const perProduct = scheme.divisionsPerProduct[draft.perProduct % scheme.divisionsPerProduct.length]!;
  const programs = tryLower([circuit], integerLevels(limbs, { perProduct, output: draft.output % limbs }));
  if (programs instanceof Error) return null;
  const widest = widestRange([circuit]) as bigint;
  for (const passes of PASSES) {
    const widened = (bits: number): Plan | null => {
      const moduli = plainModuli(widest << BigInt(bits), parameters.degree, passes, primes);
      if (moduli === null) return null;
      const margins = marginsOf(programs, [circuit], noiseModels(scheme, parameters, primes, moduli, need));
      return margins.budget_bits > 0 ? { circuit, programs, moduli, margins } : null;
    };
    let plan = widened(0);
    if (plan === null) continue;
    let [least, most] = [0, MOST_MODULUS_BITS];
    while (most - least > 1) {
      const middle = Math.floor((least + most) / 2);
      const wider = widened(middle);
      plan = wider ?? plan;
      if (wider === null) most = middle;
      else least = middle;
    }
    return plan;
  }
  return null;
}

export type PlanSet = 'insecure-tiny' | 'default-50';

export interface Outcome {
  /** Plans that ran, and were right. */
  plans: number;
  /** Plaintext primes of all of them. */
  primes: number;
  /** Plans with less than the reserve that `compile` keeps. */
  tight: number;
  /** Fewest bits that any ciphertext measured. */
  least_bits: number;
  /** Measured bits less modelled ones of the same prime, at the least. */
  slack_bits: number;
}

const RESERVE_BITS = 3;
const COLLECT_EVERY = 20;

/** Draws plans and runs them until `count` have run. @throws where one is wrong, with the draft that shows it */
export async function runRandomPlans(id: keyof typeof schemes, set: PlanSet, count: number, seed: number): Promise<Outcome> {
  const outcome: Outcome = { plans: 0, primes: 0, tight: 0, least_bits: Infinity, slack_bits: Infinity };
  const { degree } = schemes[id].parameterSets[set]!;
  const shape = { rows: 2, columns: degree / 2 } as const;
  await fc.assert(
    fc.asyncProperty(drafts, fc.constantFrom('library', 'own'), async (draft, kernels) => {
      const circuit = circuitOf(draft, shape);
      fc.pre(circuit !== null);
      const need: Requirement = {
        ...{ security_bits: 128, precision_bits: 1, failure_log2: 0, memory_bytes: 2 ** 32, threads: 1 },
        ...{ kernels, encryption: draft.encryption, parameters: set },
      };
      const plan = planOf(draft, circuit, id, set, need);
      fc.pre(plan !== null);
      if (outcome.plans % COLLECT_EVERY === 0) await collectGarbage();
      await check(plan, id, set, need, draft.seed, outcome);
    }),
    // Most drafts sum nothing of unlike history, or outgrow the modulus.
    { seed, numRuns: count, maxSkipsPerRun: 1000, endOnFailure: true },
  );
  return outcome;
}

async function check(
  { circuit, programs, moduli, margins }: Plan,
  id: keyof typeof schemes,
  set: PlanSet,
  need: Requirement,
  seed: number,
  outcome: Outcome,
): Promise<void> {
  const scheme = schemes[id];
  const parameters = scheme.parameterSets[set]!;
  const primes = createPrimes(parameters.degree, parameters.modulus_bits);
  const lowered = loweredTo({ programs, ...margins }, primes, need, scheme, parameters, moduli);
  const compiled = assembled([circuit], need, lowered);
  if (isRefusal(compiled)) throw new Error(compiled.reason);
  const inputs = randomInputs([circuit], parameters.degree, uniforms(seed));
  await using parties = await Parties.open(adapters[id], compiled, [circuit]);
  const stored = await parties.evaluate(inputs);
  for (const [pass, modelled_bits] of margins.budgets_bits.entries()) {
    for (const envelope of Object.values(stored).flatMap((passes) => passes[pass]!)) {
      const { margin_bits } = await parties.client.noise!(envelope);
      // SEAL gives whole bits, rounded down: of less than one bit it sees nothing.
      assert.ok(margin_bits >= Math.floor(modelled_bits), `prime ${pass} measures ${margin_bits} bits; the model says ${modelled_bits}`);
      outcome.least_bits = Math.min(outcome.least_bits, margin_bits);
      outcome.slack_bits = Math.min(outcome.slack_bits, margin_bits - modelled_bits);
    }
  }
  const wanted = await exactOutputs(circuit, inputs, need);
  for (const [name, found] of Object.entries(await parties.decrypt(stored))) {
    for (const [at, values] of found.entries()) assert.ok(isEqual(values, wanted[name]![at]!), `'${name}' ciphertext ${at}`);
  }
  outcome.plans++;
  outcome.primes += moduli.length;
  if (margins.budget_bits < RESERVE_BITS) outcome.tight++;
}

type Outputs = Awaited<ReturnType<Parties['run']>>;

async function exactOutputs(circuit: Circuit, inputs: Parameters<Parties['run']>[0], need: Requirement): Promise<Outputs> {
  const compiled = clear.compile([circuit], { ...need, parameters: 'float64' }) as Compiled;
  await using parties = await Parties.open(clear, compiled, [circuit]);
  return await parties.run(inputs);
}

/** Slot by slot; numbers beyond 2^53 are bigints on both sides. */
function isEqual(found: ArrayLike<number | bigint>, wanted: ArrayLike<number | bigint>): boolean {
  return found.length === wanted.length && Array.from(found).every((value, slot) => BigInt(value) === BigInt(wanted[slot]!));
}
