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
import type { Circuit, SlotShape } from '../../circuit.ts';
import { scheme as clear } from '../../clear/scheme.ts';
import { CircuitBuilder } from '../../conformance/circuits/circuit-builder.ts';
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

const schemes = { bfv, bgv };

/** What fast-check draws; numbers are taken modulo what there is to choose from. */
interface Draft {
  readonly input_bits: number;
  readonly width: number;
  readonly steps: readonly { readonly op: number; readonly left: number; readonly right: number; readonly seed: number }[];
  readonly other: number;
  readonly perProduct: number;
  readonly output: number;
  readonly encryption: Requirement['encryption'];
  readonly seed: number;
}

const drafts: fc.Arbitrary<Draft> = fc.record({
  input_bits: fc.integer({ min: 4, max: 44 }),
  width: fc.integer({ min: 1, max: 2 }),
  steps: fc.array(fc.record({ op: fc.nat(), left: fc.nat(), right: fc.nat(), seed: fc.nat() }), { minLength: 2, maxLength: 7 }),
  other: fc.nat(),
  perProduct: fc.nat(),
  output: fc.nat(),
  encryption: fc.constantFrom('symmetric', 'public'),
  seed: fc.nat(),
});

/** Sums and products are drawn more often than the rest. */
const STEPS = [
  ...['add', 'subtract', 'add', 'subtract', 'multiply', 'multiply', 'multiply'],
  ...['affine', 'addPlain', 'transform', 'rotate', 'fold', 'swapRows', 'pick'],
] as const;
const MOST_DEPTH = 3;
const WIDEST_BITS = 300;
const MOST_WEIGHT = 9;

/** The circuit of a draft; null where nothing of unlike history is summed. */
function circuitOf(draft: Draft, shape: SlotShape): Circuit | null {
  const builder = new CircuitBuilder('random', shape, 1);
  const most = 2 ** draft.input_bits - 1;
  builder.input('x', draft.width, { min: -most, max: most }, 1);
  let unlike = false;
  let last = 0;
  for (const step of draft.steps) {
    const left = step.left % builder.size;
    const partner = partnerOf(builder, left, step.right);
    const made = addStep(builder, STEPS[step.op % STEPS.length]!, left, partner, step.seed, shape);
    if (made === null) continue;
    last = made.node;
    unlike ||= made.sums && builder.depthOf(left) !== builder.depthOf(partner);
  }
  return unlike ? builder.build({ y: last, z: draft.other % builder.size }) : null;
}

/** A node of equal width, of another depth where there is one. */
function partnerOf(builder: CircuitBuilder, left: number, drawn: number): number {
  const equal = [...Array(builder.size).keys()].filter((node) => builder.typeOf(node).width === builder.typeOf(left).width);
  const unlike = equal.filter((node) => builder.depthOf(node) !== builder.depthOf(left));
  const from = unlike.length > 0 ? unlike : equal;
  return from[drawn % from.length]!;
}

function addStep(
  builder: CircuitBuilder,
  op: (typeof STEPS)[number],
  left: number,
  partner: number,
  seed: number,
  { rows, columns }: SlotShape,
): { readonly node: number; readonly sums: boolean } | null {
  const uniform = uniforms(seed);
  const weight = (): number => Math.floor((2 * MOST_WEIGHT + 1) * uniform()) - MOST_WEIGHT;
  const slots = (): Float64Array => Float64Array.from({ length: rows * columns }, weight);
  const turn = (): number => Math.floor(uniform() * columns);
  const { width } = builder.typeOf(left);
  const magnitude_bits = (node: number): number => Math.log2(Math.max(1, -builder.typeOf(node).min, builder.typeOf(node).max));
  const plain = (node: number): { readonly node: number; readonly sums: boolean } => ({ node, sums: false });
  if (magnitude_bits(left) > WIDEST_BITS) return null;
  switch (op) {
    case 'add':
    case 'subtract':
      return { node: builder[op](left, partner), sums: true };
    case 'multiply': {
      // As often a square as a product with something of another history.
      const other = seed % 2 === 0 ? left : partner;
      const deep = Math.max(builder.depthOf(left), builder.depthOf(other)) >= MOST_DEPTH;
      return deep || magnitude_bits(left) + magnitude_bits(other) > WIDEST_BITS ? null : plain(builder.multiply(left, other));
    }
    case 'affine': {
      const matrix = Array.from({ length: 1 + (seed % 2) }, () => Array.from({ length: width }, weight));
      return plain(builder.affine(left, matrix, Float64Array.from(matrix, weight)));
    }
    case 'addPlain':
      return plain(builder.addPlain(left, Array.from({ length: width }, slots)));
    case 'transform': {
      const term = () => ({ from: Math.floor(uniform() * width), baby: turn(), giant: uniform() < 0.5 ? 0 : turn(), plain: slots() });
      return plain(builder.transform(left, [Array.from({ length: 1 + (seed % 3) }, term)]));
    }
    case 'rotate':
      return plain(builder.rotate(left, turn()));
    case 'fold':
      return plain(builder.fold(left, [turn(), turn()]));
    case 'swapRows':
      return plain(builder.swapRows(left));
    case 'pick':
      return plain(builder.pick([[left, seed % width] as const, [partner, seed % width] as const].slice(0, 1 + (seed % 2))));
  }
}

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
