/**
 * A trunk under CKKS and a head of tables: each compiled as its scheme compiles it, then scaled so that they meet.
 *
 * @module
 */
import { multiplicativeDepth, unclaimedOperation } from '../../analysis.ts';
import type { Circuit, Operation, SlotShape } from '../../circuit.ts';
import { compile as compileCkks, operations as ckksOperations } from '../../ckks/compile.ts';
import { CONFIDENCE } from '../../ckks/precision.ts';
import { planDigest } from '../../envelope.ts';
import { refuse } from '../../refuse.ts';
import { createPrimes } from '../../rlwe/numbers/primes.ts';
import type { RlweParameters, RlweProgram } from '../../rlwe/program/program.ts';
import { isRefusal, type Compiled, type OperationCounts, type Refusal, type Requirement } from '../../scheme.ts';
import { compile as compileTables } from '../../tfhe/compile.ts';
import type { InputForm } from '../../tfhe/model/input-form.ts';
import { SCALE_UNITS } from '../../tfhe/model/scales.ts';
import { bigDimension, type TfheParameters } from '../../tfhe/parameters.ts';
import type { TfheProgram } from '../../tfhe/program.ts';
import { inputHardness, inputRing, parameterSets, type HybridParameters, type InputRing } from '../parameters.ts';
import { packedResults } from '../results.ts';
import { findCrossing, type Crossing, type TrunkProducts } from './crossing.ts';
import type { PartDetails, TrunkDetails, TrunkParameters, TrunkProgram } from './plan.ts';
import { SWITCHING_KEY, switchVariance, switchingKey_bytes } from './switching.ts';

/**
 * Of the trunk's sums, of their range: at 8 bits, of which `CONFIDENCE` deviations are 2.6, the error is 2^-10.6 of the range, which is at most
 * half the torus. What tables add before they read is 2^-9.7 of the torus and more.
 */
const TRUNK_PRECISION_BITS = 8;

/** One switch: transforms of the digits and of the result, and the products between (one core of an EPYC of the Zen 4 generation). */
const SWITCH_NS_PER_COEFFICIENT = 40;

/** What the first circuit of a plan may be made of: the simulation knows no other. */
export const trunkOperations: ReadonlySet<Operation['op']> = new Set([...ckksOperations].filter((op) => op !== 'dot' && op !== 'affine'));
/** N = 8192, and twice that where three divisions do not reach. */
export const trunkShapes: readonly SlotShape[] = [
  { rows: 1, columns: 4096 },
  { rows: 1, columns: 8192 },
];

/** Of a trunk for tests, whose primes are few and small. */
const INSECURE_TRUNK = { parameters: 'insecure-tiny', precision_bits: 5 };

/** Refused with TRUNK_UNSUPPORTED where the two circuits do not meet as they should, and as both schemes refuse their parts. */
export function compileTrunk(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  if (need.kernels !== 'own') return refuse('KERNELS_UNSUPPORTED', "switching needs kernels 'own'");
  const crossing = findCrossing(circuits);
  if (isRefusal(crossing)) return crossing;
  const unclaimed = unclaimedOperation([crossing.trunk], trunkOperations);
  if (unclaimed !== null) return unclaimed;
  const trunk = compileProducts(crossing, need);
  if (isRefusal(trunk)) return trunk;
  const form = switchedInputs(crossing, trunk);
  const head = compileTables([crossing.head], need, form);
  return isRefusal(head) ? head : assembled(crossing, { trunk, head, form }, circuits, need);
}

type CrossingProducts = Crossing & { readonly products: TrunkProducts };

/** At one prime, of which the head takes the torus to be the multiples. */
function compileProducts({ products, output }: CrossingProducts, need: Requirement): Compiled | Refusal {
  const { circuit, largest, terms } = products;
  const { parameters, ...others } = need;
  const summed = { [output]: { slots: terms, size: largest, among: circuit.shape.columns } };
  const trunkNeed = parameters?.startsWith('insecure-') === true ? INSECURE_TRUNK : { precision_bits: TRUNK_PRECISION_BITS };
  return compileCkks([{ ...circuit, summed }], { ...others, ...trunkNeed }, 1);
}

/** Standard deviation of the error of a sum, in real units. */
function sumDeviation({ trunk: { id }, output, products: { largest } }: CrossingProducts, { estimate }: Compiled): number {
  const right = estimate.correctness[`${id}.${output}`];
  if (right?.kind !== 'approximate') throw new Error('CKKS is approximate');
  return largest / (CONFIDENCE * 2 ** (right.modelled_bits ?? right.precision_bits));
}

/** Sums as inputs of the head. */
function switchedInputs(crossing: CrossingProducts, trunk: Compiled): InputForm {
  const { degree } = trunk.client.parameters as RlweParameters;
  const deviation = sumDeviation(crossing, trunk);
  const ringOf = (set: TfheParameters): InputRing => inputRing(set as HybridParameters);
  return {
    scheme: 'hybrid',
    parameterSets: Object.fromEntries(Object.entries(parameterSets).filter(([, set]) => degree % bigDimension(set) === 0)),
    perEnvelope: () => 1,
    portScale: (_type, scale) => ({ scale, offset: 0, halved: false }),
    variance: ({ step }, scale, set) => switchVariance({ degree }, ringOf(set)) + ((deviation / step!) * (scale / SCALE_UNITS)) ** 2,
    bytes: () => 0,
    packed_bytes: () => 0,
    products: () => 0,
    hardness: (set) => [{ ...inputHardness(ringOf(set)), key: SWITCHING_KEY }],
    results: packedResults,
  };
}

interface Parts {
  readonly trunk: Compiled;
  readonly head: Compiled;
  readonly form: InputForm;
}

function assembled(crossing: CrossingProducts, parts: Parts, circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  const { trunk, head } = parts;
  const peak_bytes = trunk.estimate.peak_bytes + head.estimate.peak_bytes;
  if (peak_bytes > need.memory_bytes) {
    const reason = `the evaluator would need ${(peak_bytes / 2 ** 20).toFixed(0)} MiB; ${(need.memory_bytes / 2 ** 20).toFixed(0)} MiB are allowed`;
    return refuse('MEMORY_EXCEEDED', reason, { circuit: crossing.trunk.id });
  }
  const parameters: TrunkParameters = {
    ...(head.client.parameters as HybridParameters),
    trunk: trunk.client.parameters as RlweParameters,
  };
  // What lies between is no port: the client neither sends nor reads it.
  const trunkPorts = without(trunk.client.ports, `${crossing.trunk.id}.${crossing.output}`);
  const headPorts = without(head.client.ports, crossing.port);
  const details: TrunkDetails = { trunk: partOf(trunk, trunkPorts), head: partOf(head, headPorts) };
  const content = {
    scheme: 'hybrid',
    parameters,
    encryption: need.encryption,
    ports: { ...trunkPorts, ...headPorts },
    keys: [...trunk.client.keys, ...head.client.keys, SWITCHING_KEY],
    details,
  };
  const id = planDigest(content);
  const named = (part: Compiled): Compiled => ({ ...part, id, client: { ...part.client, id } });
  const program: TrunkProgram = { trunk: named(trunk), head: named(head), ...scaling(crossing, parts) };
  return {
    id,
    client: { id, ...content },
    evaluator: program,
    hardness: [...trunk.hardness, ...head.hardness],
    estimate: estimateOf(crossing, parts, circuits, peak_bytes),
  };
}

function without(ports: PartDetails['ports'], name: string): PartDetails['ports'] {
  return Object.fromEntries(Object.entries(ports).filter(([port]) => port !== name));
}

function partOf({ client: { parameters, keys, details } }: Compiled, ports: PartDetails['ports']): PartDetails {
  return { parameters, ports, keys, details };
}

/** A sum of n slots at scale D is n / D times the constant coefficient, which is a share of the first prime on the torus. */
function scaling({ trunk, head, output, port }: Crossing, parts: Parts): Omit<TrunkProgram, 'trunk' | 'head'> {
  const { parameters, circuits } = parts.trunk.evaluator as RlweProgram;
  const program = circuits[0]!;
  const { scale } = program.instructions[program.outputs[output]!]!;
  const input = head.nodes.findIndex((node) => node.op === 'input' && node.port === port);
  const tables = parts.head.evaluator as TfheProgram;
  const { type } = head.nodes[input]!;
  const units_per_step = tables.scales[head.id]![input]!;
  const units = units_per_step / type.step!;
  const prime = Number(createPrimes(parameters.degree, parameters.modulus_bits)[0]);
  return {
    units,
    factor: ((units / SCALE_UNITS) * trunk.shape.columns * prime) / scale!,
    arrivalVariance: parts.form.variance(type, units_per_step, tables.parameters),
  };
}

function estimateOf(
  { head: { nodes } }: Crossing,
  { trunk, head }: Parts,
  circuits: readonly Circuit[],
  peak_bytes: number,
): Compiled['estimate'] {
  const [first, second] = [trunk.estimate, head.estimate];
  const switched = nodes.find(({ op }) => op === 'input')!.type.width;
  const trunkSet = trunk.client.parameters as RlweParameters;
  const key_bytes = switchingKey_bytes(trunkSet, inputRing(head.client.parameters as HybridParameters));
  const counts: OperationCounts = { ...first.counts, ...second.counts, switch: switched };
  const sum = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a + b);
  const [packed, tables] = [first.bytes.packed!, second.bytes.packed!];
  return {
    counts,
    depth: multiplicativeDepth(circuits),
    correctness: second.correctness,
    evaluate_ns: sum(sum(first.evaluate_ns, second.evaluate_ns), switched * trunkSet.degree * SWITCH_NS_PER_COEFFICIENT),
    prepare_ns: sum(first.prepare_ns, second.prepare_ns),
    peak_bytes,
    bytes: {
      keys: { ...first.bytes.keys, ...second.bytes.keys, [SWITCHING_KEY]: key_bytes },
      input: first.bytes.input,
      output: second.bytes.output,
      packed: { keys: packed.keys + tables.keys + key_bytes, input: packed.input, output: tables.output },
    },
  };
}
