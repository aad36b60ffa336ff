/**
 * Programs to what `compile` returns: client plan, hardness, estimate. The same for every scheme on the ring.
 *
 * @module
 */
import { multiplicativeDepth, portsOf } from '../../analysis.ts';
import type { Circuit } from '../../circuit.ts';
import { planDigest } from '../../envelope.ts';
import { refuse } from '../../refuse.ts';
import type { Compiled, Correctness, Hardness, Kernels, OperationCounts, Refusal, Requirement } from '../../scheme.ts';
import {
  keyBytes,
  packedBytes,
  plainCount,
  polynomialBytes,
  predictedTime_ns,
  programCounts,
  type InstructionTime,
  type OperationTime,
} from './cost.ts';
import { evaluatorMemory, instanceLimit_bytes } from './evaluator-memory.ts';
import { SEED_BYTES } from '../kernel/uniform.ts';
import { neededKeys } from '../program/keys.ts';
import { encapsulationHardness } from '../bootstrap/encapsulation.ts';
import type { CircuitProgram, NeededKeys, PortPlace, RlweClientDetails, RlweParameters, RlweProgram } from '../program/program.ts';
import { dataPrimeCount, digitCount, specialPrimeCount } from '../program/special-primes.ts';
import type { Form } from '../program/operations.ts';
import { CIPHERTEXT_AT, encapsulation_bytes, keySlots_bytes, SEED_RECORD_BYTES, seededCiphertext_bytes } from '../wire/seal-layout.ts';

export interface Lowered {
  /** Adapter's id. */
  readonly scheme: string;
  readonly parameters: RlweParameters;
  /** All primes, the special ones last. */
  readonly primes: readonly bigint[];
  /** One for each pass; none for CKKS. */
  readonly plainModuli: readonly bigint[];
  readonly keysPerPass: boolean;
  readonly programs: readonly CircuitProgram[];
  /** Whose code will run: our kernels only where they are usable. */
  readonly runs: Kernels;
  readonly form: Form;
  readonly time: OperationTime;
  /** Time of instructions that take less than the sum of their operations. */
  readonly instructionTime?: InstructionTime;
  /** Encoding one vector; the library does that at the whole chain. */
  readonly vector_ns: number;
  /** Encoding one constant of an affine map. */
  readonly constant_ns: number;
  /** Whether noise on our kernels is below that on the library's, and the plan counts on it (CKKS, BGV). */
  readonly ownNoiseIsLess: boolean;
  /** What holds for every output. */
  readonly correctness: Correctness;
  /** Bytes of an encoded constant: one coefficient, or a polynomial of so many limbs. */
  readonly constantBytes: (limbs: number) => number;
}

/** A refusal where the evaluator would need more memory than is allowed, or than one wasm instance has. */
export function assembled(circuits: readonly Circuit[], need: Requirement, lowered: Lowered): Compiled | Refusal {
  const { parameters, programs } = lowered;
  const { degree } = parameters;
  const passes = Math.max(1, lowered.plainModuli.length);
  const ports = portsOf(circuits, passes);
  const keys = keysWithin(parameters, neededKeys(programs, circuits, lowered.runs));
  const places = portPlaces(programs);
  const details: RlweClientDetails = {
    plainModuli: lowered.plainModuli.map(String),
    keysPerPass: lowered.keysPerPass,
    keys,
    ports: places,
  };
  const switching = [...(keys.relinearization > 0 ? ['relinearization'] : []), ...(keys.rotations.length > 0 ? ['galois'] : [])];
  const { encapsulation } = keys;
  const kinds = [...switching, ...(encapsulation === undefined ? [] : ['encapsulation'])];
  const content = { scheme: lowered.scheme, parameters, encryption: need.encryption, ports, keys: kinds, details };
  const id = planDigest(content);
  const restsOnOwnNoise = lowered.runs === 'own' && lowered.ownNoiseIsLess;
  const contents = { ...lowered, passes, keys, threads: need.threads, coefficients: lowered.form === 'coefficients' };
  const { instance_bytes, keys_bytes } = evaluatorMemory(contents, circuits);
  const peak_bytes = instance_bytes + keys_bytes;
  const keySets = lowered.keysPerPass ? passes : 1;
  const special = specialPrimeCount(parameters);
  /** Of the keys of a kind, the data primes that each is sent for. */
  const limbsOf = (kind: string): readonly number[] =>
    kind === 'galois' ? keys.rotations.map(([, limbs]) => limbs) : [keys.relinearization];
  /** `bytesOf`: those of one digit. */
  const keysOf = (kind: string, bytesOf: (limbs: number) => number): number =>
    keySets * limbsOf(kind).reduce((sum, limbs) => sum + digitCount(limbs, special) * bytesOf(limbs), 0);
  const sentKeys: (readonly [kind: string, bytes: number])[] = switching.map((kind) => {
    const slots_bytes = keySets * keySlots_bytes(kind === 'galois' ? degree : 1);
    return [kind, slots_bytes + keysOf(kind, (limbs) => seededCiphertext_bytes(degree, limbs + special))] as const;
  });
  if (encapsulation !== undefined) sentKeys.push(['encapsulation', encapsulation_bytes(degree, dataPrimeCount(parameters), special)]);
  // Keys of gigabytes count in the memory of one machine: in their envelopes, and on either side in SEAL's format, which trims nothing.
  const whole_bytes = (keySets * switching.flatMap(limbsOf).length * keyBytes(parameters)) / 2;
  const sent_bytes = keys_bytes > 0 ? whole_bytes + 2 * sentKeys.reduce((sum, [, bytes]) => sum + bytes, 0) : 0;
  const bounds = [
    [peak_bytes + sent_bytes, need.memory_bytes],
    [instance_bytes, instanceLimit_bytes(lowered.runs)],
  ] as const;
  for (const [needed, limit] of bounds) {
    if (needed <= limit) continue;
    const reason = `the evaluator${sent_bytes > 0 ? ', with keys on their way,' : ''} would need ${(needed / 2 ** 30).toFixed(1)} GiB; ${(limit / 2 ** 30).toFixed(1)} GiB are allowed`;
    return refuse('MEMORY_EXCEEDED', reason, { circuit: circuits[0]?.id });
  }
  const program: RlweProgram = {
    ...{ kernels: need.kernels, restsOnOwnNoise, keysOutside_bytes: keys_bytes },
    ...{ parameters, details, circuits: programs },
  };
  const wireBytes = (names: readonly string[], bytesOf: (place: PortPlace) => number): number =>
    passes * names.reduce((sum, name) => sum + ports[name]!.type.width * bytesOf(places[name]!), 0);
  const outputs = circuits.flatMap((circuit) => Object.keys(circuit.outputs).map((name) => `${circuit.id}.${name}`));
  const inputs = Object.keys(ports).filter((name) => !outputs.includes(name));
  const polynomials = need.encryption === 'symmetric' ? 1 : 2;
  const sentCiphertext = ({ limbs }: PortPlace): number =>
    polynomialBytes(degree, limbs, polynomials) + CIPHERTEXT_AT.numbers + SEED_RECORD_BYTES;
  const returnedCiphertext = (place: PortPlace): number => polynomialBytes(degree, place.limbs, place.polynomials) + CIPHERTEXT_AT.numbers;
  const special_bits = parameters.modulus_bits.slice(dataPrimeCount(parameters));
  const packedKeyDigit = (limbs: number): number => packedBytes(degree, [...parameters.modulus_bits.slice(0, limbs), ...special_bits], 1);
  // The key to the ephemeral secret is modulo the first prime of either kind.
  const encapsulation_bits = [parameters.modulus_bits[0]!, special_bits[0]!, ...parameters.modulus_bits];
  const packedEncapsulation = encapsulation === undefined ? 0 : packedBytes(degree, encapsulation_bits, 1);
  const packedCiphertext = (limbs: number, count: number): number => packedBytes(degree, parameters.modulus_bits.slice(0, limbs), count);
  return {
    id,
    client: { id, ...content },
    evaluator: program,
    hardness: [hardnessOf(parameters, lowered.primes), ...(encapsulation === undefined ? [] : encapsulationHardness(parameters))],
    estimate: {
      counts: scaledCounts(programCounts(programs, circuits, lowered.form), passes),
      depth: multiplicativeDepth(circuits),
      correctness: Object.fromEntries(outputs.map((name) => [name, lowered.correctness])),
      prepare_ns: passes * prepareTime_ns(lowered, circuits),
      evaluate_ns: passes * predictedTime_ns(programs, circuits, lowered.form, degree, lowered.time, lowered.instructionTime),
      peak_bytes,
      bytes: {
        keys: Object.fromEntries(sentKeys),
        input: wireBytes(inputs, sentCiphertext),
        output: wireBytes(outputs, returnedCiphertext),
        ports: {
          ...Object.fromEntries(inputs.map((name) => [name, wireBytes([name], sentCiphertext)])),
          ...Object.fromEntries(outputs.map((name) => [name, wireBytes([name], returnedCiphertext)])),
        },
        packed: {
          keys: switching.reduce((sum, kind) => sum + keysOf(kind, packedKeyDigit), packedEncapsulation) + SEED_BYTES,
          input: wireBytes(inputs, ({ limbs }) => packedCiphertext(limbs, polynomials)) + SEED_BYTES,
          output: wireBytes(outputs, (place) => packedCiphertext(place.limbs, place.polynomials)),
        },
      },
    },
  };
}

function scaledCounts(counts: OperationCounts, passes: number): OperationCounts {
  return Object.fromEntries(Object.entries(counts).map(([operation, times]) => [operation, passes * times]));
}

/** Without an ephemeral secret values are raised under the secret itself: that takes no key. */
function keysWithin({ bootstrap }: RlweParameters, { encapsulation, ...switching }: NeededKeys): NeededKeys {
  const isRaised = encapsulation !== undefined && bootstrap !== undefined && bootstrap.ephemeralWeight !== null;
  return isRaised ? { ...switching, encapsulation } : switching;
}

/** Every key of the plan hides one ternary secret under the whole chain. */
function hardnessOf(parameters: RlweParameters, primes: readonly bigint[]): Hardness {
  const modulus_log2 = primes.reduce((sum, prime) => sum + Math.log2(Number(prime)), 0);
  return { key: 'secret', problem: 'rlwe', dimension: parameters.degree, modulus_log2, error_log2: null, secret: 'ternary' };
}

function portPlaces(programs: readonly CircuitProgram[]): Readonly<Record<string, PortPlace>> {
  const places: Record<string, PortPlace> = {};
  for (const { id, instructions, outputs } of programs) {
    const place = ({ limbs, scale, polynomials }: PortPlace): PortPlace => ({ limbs, scale, polynomials });
    for (const instruction of instructions) if (instruction.op === 'input') places[instruction.port] = place(instruction);
    for (const [name, register] of Object.entries(outputs)) places[`${id}.${name}`] = place(instructions[register]!);
  }
  return places;
}

/** Time to encode every plaintext operand once. */
function prepareTime_ns({ programs, vector_ns, constant_ns }: Lowered, circuits: readonly Circuit[]): number {
  let time_ns = 0;
  for (const [at, program] of programs.entries()) {
    for (const instruction of program.instructions) {
      const { op, node: index } = instruction;
      const node = circuits[at]!.nodes[index]!;
      if (op === node.op) time_ns += plainCount(node) * (node.op === 'affine' ? constant_ns : vector_ns);
      if (instruction.op === 'dftFactor') time_ns += instruction.steps.length * vector_ns;
    }
  }
  return time_ns;
}
