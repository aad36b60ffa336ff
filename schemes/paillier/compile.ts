/**
 * Circuits to a Paillier plan: slots as wide as the ranges of what is encrypted and decrypted, and linear layers as lists of products.
 *
 * Numbers in between may be wider than a slot: a sum of slots is the slots of a sum, modulo n, so that only what is decrypted must fit.
 *
 * @module
 */
import { multiplicativeDepth, portsOf, unclaimedOperation } from '../analysis.ts';
import type { Circuit, Node, Operation } from '../circuit.ts';
import { planDigest } from '../envelope.ts';
import { interpretedCounts } from '../interpreter.ts';
import { chosen } from '../parameter-choice.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { ciphertext_bytes, hardnessOf, modulus_bytes, parameterSets, type PaillierParameters } from './parameters.ts';
import { countProducts, evaluate_ns, libraryEvaluate_ns, productFloor_ns } from './program/counts.ts';
import { affineExponents, convolutionExponents } from './program/layer-exponents.ts';
import { programLayer } from './program/layer-program.ts';
import { peak_bytes, prepare_ns } from './program/memory.ts';
import type { PaillierProgram } from './program/program.ts';
import { slotBits } from './slots.ts';
import { PUBLIC_KEY } from './wire/key-wire.ts';

export const operations: ReadonlySet<Operation['op']> = new Set(['input', 'add', 'addPlain', 'affine', 'convolve', 'pick']);

/** Of n: a sign, and one bit for n itself may lie anywhere below 2^modulus_bits. */
const SPARE_BITS = 1;

export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  const refused = unclaimed(circuits) ?? unfit(circuits);
  if (refused !== null) return refused;
  if (need.threads !== 1) return refusal('THREADS_UNSUPPORTED', 'the evaluator computes on one thread');
  const sets = chosen<PaillierParameters>(parameterSets, need);
  if (isRefusal(sets)) return sets;
  const ports = portsOf(circuits, 1);
  const slot_bits = slotBits(Object.values(ports).map(({ type }) => type));
  const slots = Math.max(1, ...circuits.map(({ shape }) => shape.columns));
  const set = sets.find(({ modulus_bits }) => slots * slot_bits <= modulus_bits - SPARE_BITS);
  if (set === undefined) {
    const most = Math.max(...sets.map(({ modulus_bits }) => modulus_bits));
    return refusal('RANGE_EXCEEDED', `${slots} slots of ${slot_bits} bits, as wide as the values are, do not fit n of ${most} bits`);
  }
  const layers = need.kernels === 'own' ? programsOf(circuits, slot_bits) : {};
  const program: PaillierProgram = { parameters: set, kernels: need.kernels, slot_bits, layers };
  const peak = peak_bytes(circuits, program);
  if (peak > need.memory_bytes)
    return refusal('MEMORY_EXCEEDED', `the evaluator would need ${peak} bytes; ${need.memory_bytes} are allowed`);
  return assembled(circuits, program, { need, ports, peak });
}

function assembled(
  circuits: readonly Circuit[],
  program: PaillierProgram,
  { need, ports, peak }: { readonly need: Requirement; readonly ports: Compiled['client']['ports']; readonly peak: number },
): Compiled {
  const { parameters, kernels, slot_bits, layers } = program;
  const details = { slot_bits, kernels };
  const content = { scheme: 'paillier', parameters, encryption: need.encryption, ports, keys: [PUBLIC_KEY], details };
  const id = planDigest(content);
  const outputs = circuits.flatMap((circuit) => Object.keys(circuit.outputs).map((name) => `${circuit.id}.${name}`));
  const bytesOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => sum + ports[name]!.type.width * ciphertext_bytes(parameters), 0);
  const input = bytesOf(Object.keys(ports).filter((name) => !outputs.includes(name)));
  const output = bytesOf(outputs);
  const keys = modulus_bytes(parameters);
  const own = kernels === 'own' ? countProducts(circuits, layers) : null;
  return {
    id,
    client: { id, ...content },
    evaluator: program,
    hardness: hardnessOf(parameters),
    estimate: {
      counts: own ?? interpretedCounts(circuits, { affine: true }),
      depth: multiplicativeDepth(circuits),
      correctness: Object.fromEntries(outputs.map((name) => [name, { kind: 'exact', failure_log2: null } as const])),
      evaluate_ns: own === null ? libraryEvaluate_ns(circuits, slot_bits) : evaluate_ns(own),
      prepare_ns: prepare_ns(program),
      ...(own === null ? {} : { floor_ns: productFloor_ns(own) }),
      peak_bytes: peak,
      bytes: { keys: { [PUBLIC_KEY]: keys }, input, output, packed: { keys, input, output } },
    },
  };
}

function programsOf(circuits: readonly Circuit[], slot_bits: number): PaillierProgram['layers'] {
  const programOf = (node: Node, nodes: readonly Node[]) => {
    if (node.op === 'affine') return programLayer(affineExponents(node.matrix), nodes[node.of]!.type.width);
    if (node.op === 'convolve') return programLayer(convolutionExponents(node.outputs, slot_bits), nodes[node.of]!.type.width);
    return null;
  };
  return Object.fromEntries(circuits.map(({ id, nodes }) => [id, nodes.map((node) => programOf(node, nodes))]));
}

/** Activations are told from other operations: their way out is one that the scheme cannot know of. */
function unclaimed(circuits: readonly Circuit[]): Refusal | null {
  const refused = unclaimedOperation(circuits, operations);
  const op = circuits.find(({ id }) => id === refused?.circuit)?.nodes[refused?.node ?? 0]?.op;
  if (refused === null || (op !== 'multiply' && op !== 'table')) return refused;
  const reason = `the scheme has no operation '${op}', which activations need: it adds only; \`--activation client\` lets the client apply them`;
  return { ...refused, reason };
}

/** The first node that is not counted in whole numbers of one row of slots, or whose products reach past the last slot. */
function unfit(circuits: readonly Circuit[]): Refusal | null {
  for (const { id, shape, nodes } of circuits) {
    if (shape.rows !== 1) return refusal('SHAPE_UNSUPPORTED', 'slots lie in one row', id);
    const real = nodes.findIndex((node) => node.type.step === null || !isWhole(node));
    if (real >= 0) return refusal('INTEGERS_REQUIRED', 'values and weights must be whole numbers of a step', id, real);
    const long = nodes.findIndex((node) => node.op === 'convolve' && !staysInside(node, nodes[node.of]!.type.filled ?? shape.columns, shape.columns)); // prettier-ignore
    if (long >= 0) return refusal('SLOTS_EXCEEDED', `a convolution would reach past the last of ${shape.columns} slots`, id, long);
  }
  return null;
}

function isWhole(node: Operation): boolean {
  switch (node.op) {
    case 'affine':
      return node.matrix.values.every(Number.isInteger) && Array.from<number | bigint>(node.bias).every(isWholeNumber);
    case 'convolve':
      return node.outputs.flat().every(({ weights }) => weights.every(Number.isInteger));
    case 'addPlain':
      return node.plains.every((plain) => Array.from<number | bigint>(plain).every(isWholeNumber));
    default:
      return true;
  }
}

function isWholeNumber(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

function staysInside({ outputs }: Extract<Operation, { op: 'convolve' }>, filled: number, slots: number): boolean {
  return outputs.flat().every(({ weights }) => filled + weights.length - 1 <= slots);
}

function refusal(code: string, reason: string, circuit = '', node: number | null = null): Refusal {
  return { code, reason, circuit, node };
}
