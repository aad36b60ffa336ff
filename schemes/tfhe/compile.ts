/**
 * Circuits to a TFHE plan: scales, then the fastest set whose noise the tables bear.
 *
 * Where no set makes every table exact with the allowed chance of failure, tables may be wrong on a share of inputs: that is how
 * networks with many-bit sums run. What counts then is how far outputs stray; the plan says so in its outputs' correctness.
 *
 * @module
 */
import { multiplicativeDepth, portsOf, unclaimedOperation } from '../analysis.ts';
import type { Circuit, Operation, ValueType } from '../circuit.ts';
import { planDigest } from '../envelope.ts';
import { chosen } from '../parameter-choice.ts';
import { addProbabilities_log2, LEAST_FAILURE_LOG2, tail_log2 } from '../probability.ts';
import { refuse } from '../refuse.ts';
import { isRefusal, type Compiled, type Correctness, type Port, type Refusal, type Requirement } from '../scheme.ts';
import { fullCiphertext_bytes, WORD_BYTES } from './wire/ciphertext-wire.ts';
import { evaluate_ns, operationCounts, peak_bytes, prepare_ns } from './model/cost.ts';
import { modelErrors, type ErrorModel, type NodeError } from './model/error-model.ts';
import { libraryInputs, type InputForm } from './model/input-form.ts';
import { BOOTSTRAPPING_KEY } from './wire/key-kinds.ts';
import { serverKey_bytes } from './wire/key-wire.ts';
import { bigDimension, hardnessOf, type TfheParameters } from './parameters.ts';
import { tooWide } from './model/table-reading.ts';
import { leavesTogether, sentError } from './model/sent-results.ts';
import { assignScales, type NodeScales } from './model/scale-assignment.ts';
import { portScale, SCALE_UNITS, type PortScale } from './model/scales.ts';
import type { TfheProgram } from './program.ts';

export const operations: ReadonlySet<Operation['op']> = new Set([
  'input',
  'add',
  'subtract',
  'multiply',
  'affine',
  'addPlain',
  'pick',
  'table',
]);

/**
 * A set is chosen at once where the standard deviation of an output's error is at most this share of its range. Networks of handwritten
 * digits keep 99 of 100 classes there.
 */
const TOLERABLE_DEVIATION = 1 / 32;
/**
 * The rule for plans near the edge: a plan whose tables are not all exact is refused where an output would err by more of its range than
 * this. The harness may refuse more, where a simulation over data says so. A sign is right or wrong, and how often depends on how near to
 * zero data come: of signs as outputs a simulation alone can tell.
 */
const GREATEST_DEVIATION = 1 / 8;
/** Where no set is so exact, a set whose error is so many times that of the best is chosen: the best takes up to three times as long. */
const NEXT_BEST = 1.5;

/** @param form How inputs travel. */
export function compile(circuits: readonly Circuit[], need: Requirement, form: InputForm = libraryInputs): Compiled | Refusal {
  const refused = unclaimedOperation(circuits, operations) ?? unsupportedNeed(need) ?? unfit(circuits);
  if (refused !== null) return refused;
  const sets = chosen(form.parameterSets, need);
  if (isRefusal(sets)) return sets;
  const scales = assignScales(circuits);
  if (isRefusal(scales)) return scales;
  const candidates = sets.map((set) => candidate(circuits, scales, set, form));
  const tolerable = Math.max(TOLERABLE_DEVIATION, NEXT_BEST * Math.min(...candidates.map(({ deviation }) => deviation)));
  const best =
    candidates.find(({ failure_log2 }) => failure_log2 <= need.failure_log2) ?? candidates.find(({ deviation }) => deviation <= tolerable)!;
  if (best.failure_log2 > need.failure_log2 && best.graded > GREATEST_DEVIATION) {
    const share = (100 * best.graded).toFixed(0);
    const most = 100 * GREATEST_DEVIATION;
    const reason = `with ${best.set.id} an output would err by ${share}% of its range, more than ${most}%: a table reads sums too wide for the noise`;
    return refuse('NOISE_BUDGET_EXCEEDED', reason, { circuit: circuits[0]!.id });
  }
  return assembled(circuits, scales, best, need, form);
}

interface Candidate {
  readonly set: TfheParameters;
  readonly model: ErrorModel;
  /** Chance that one evaluation is not exact, any table, any output: at worst over inputs. */
  readonly failure_log2: number;
  /** Of the worst output, standard deviation of its error over the largest magnitude of its range, or over the size that sums have. */
  readonly deviation: number;
  /** The same of outputs that are more than a sign. */
  readonly graded: number;
}

function candidate(circuits: readonly Circuit[], scales: NodeScales, set: TfheParameters, form: InputForm): Candidate {
  const model = modelErrors(circuits, scales, set, form);
  let failure_log2 = model.tableFailure_log2;
  let [deviation, graded] = [0, 0];
  for (const { id, outputs, nodes, summed } of circuits) {
    for (const [name, node] of Object.entries(outputs)) {
      const made = nodes[node]!;
      const { type } = made;
      const isSign = made.op === 'table' && made.table.negacyclic;
      const error = sentError({ error: model.errors[id]![node]!, scale: scales[id]![node]!, width: type.width }, set, form);
      const one_log2 = tail_log2(0.5 / noiseSteps(error, scales[id]![node]!));
      failure_log2 = addProbabilities_log2(failure_log2, one_log2 + Math.log2(type.width));
      const share = errorSteps(error, scales[id]![node]!) / (summed?.[name]?.size ?? sizeOf(type));
      deviation = Math.max(deviation, share);
      if (!isSign) graded = Math.max(graded, share);
    }
  }
  return { set, model, failure_log2: Math.max(failure_log2, LEAST_FAILURE_LOG2), deviation, graded };
}

/** What errors are held against: the largest magnitude, and of values that lie around a middle of their own how far they go from it. */
function sizeOf({ min, max }: ValueType): number {
  return Math.max(min > 0 || max < 0 ? (max - min) / 2 : Math.max(-min, max), 1);
}

/** Standard deviation of a value's noise, in counted units. */
function noiseSteps({ noise }: NodeError, scale: number): number {
  return Math.sqrt(noise) / (scale / SCALE_UNITS);
}

/** The same, with the errors of wrong tables before it. */
function errorSteps(error: NodeError, scale: number): number {
  return Math.sqrt(noiseSteps(error, scale) ** 2 + error.wrong);
}

function assembled(
  circuits: readonly Circuit[],
  scales: NodeScales,
  { set, model, failure_log2 }: Candidate,
  need: Requirement,
  form: InputForm,
): Compiled | Refusal {
  const counts = operationCounts(circuits, (node, nodes) => form.products(node, nodes, set));
  const bootstraps = counts['bootstrap']! > 0;
  const weights_bytes = (counts['product'] ?? 0) * bigDimension(set) * WORD_BYTES;
  const peak = peak_bytes(circuits, set, bootstraps, need.threads) + weights_bytes;
  if (peak > need.memory_bytes) {
    const reason = `the evaluator would need ${(peak / 2 ** 20).toFixed(0)} MiB; ${(need.memory_bytes / 2 ** 20).toFixed(0)} MiB are allowed`;
    return refuse('MEMORY_EXCEEDED', reason, { circuit: circuits[0]!.id });
  }
  const outputs = outputNodes(circuits);
  const results = new Map(
    [...outputs].map(([name, [circuit, node]]) => {
      const { width } = circuits.find(({ id }) => id === circuit)!.nodes[node]!.type;
      return [name, { error: model.errors[circuit]![node]!, scale: scales[circuit]![node]!, width }] as const;
    }),
  );
  const together = [...results].flatMap(([name, result]) => (leavesTogether(result, set, form) ? [name] : []));
  const ports = sharedPorts(portsOf(circuits, 1), results, together, form.perEnvelope(set));
  const portScales = scalesOfPorts(circuits, scales, form);
  const packing = together.length > 0 ? form.results : undefined;
  const keyBytes: Record<string, number> = {
    ...(bootstraps ? { [BOOTSTRAPPING_KEY]: serverKey_bytes(set) } : {}),
    ...(packing === undefined ? {} : { [packing.key]: packing.key_bytes(set) }),
  };
  const keys = Object.keys(keyBytes);
  const content = { scheme: form.scheme, parameters: set, encryption: need.encryption, ports, keys, details: { scales: portScales } };
  const id = planDigest(content);
  const program: TfheProgram = { parameters: set, scales, ports: portScales, together };
  const outputBytes = (each_bytes: number): number =>
    [...results].reduce((sum, [name, { width }]) => sum + (together.includes(name) ? form.results!.bytes(set) : width * each_bytes), 0);
  const inputs = Object.entries(ports).flatMap(([name, { type }]) => (outputs.has(name) ? [] : [type.width]));
  const inputBytes = (bytes: InputForm['bytes']): number => inputs.reduce((sum, width) => sum + bytes(width, set), 0);
  const correctness = Object.fromEntries(
    [...results].map(([name, result]) => {
      const right: Correctness =
        failure_log2 <= need.failure_log2
          ? { kind: 'exact', failure_log2 }
          : noisy(sentError(result, set, form), result.scale, ports[name]!.type, Math.log2(model.wrongTables));
      return [name, right];
    }),
  );
  return {
    id,
    client: { id, ...content },
    evaluator: program,
    hardness: [
      ...hardnessOf(set).filter(({ key }) => bootstraps || key === 'glwe'),
      ...form.hardness(set),
      ...(packing === undefined ? [] : [packing.hardness(set)]),
    ],
    estimate: {
      counts,
      depth: multiplicativeDepth(circuits),
      correctness,
      evaluate_ns: evaluate_ns(counts, set),
      prepare_ns: prepare_ns(circuits, counts, set),
      peak_bytes: peak,
      bytes: {
        keys: keyBytes,
        input: inputBytes(form.bytes),
        output: outputBytes(fullCiphertext_bytes(bigDimension(set))),
        packed: {
          keys: Object.values(keyBytes).reduce((sum, bytes) => sum + bytes, 0),
          input: inputBytes(form.packed_bytes),
          output: outputBytes((bigDimension(set) + 1) * WORD_BYTES),
        },
      },
    },
  };
}

/** Deviations within which errors are expected to stay. */
const DEVIATIONS = 8;

/** Steps that noise and wrong tables may add up to. */
function noisy(error: NodeError, scale: number, { min, max }: Pick<ValueType, 'min' | 'max'>, failure_log2: number): Correctness {
  const spread = DEVIATIONS * errorSteps(error, scale) + (error.flips > 0 ? error.jump : 0);
  return { kind: 'noisy', maxSteps: Math.min(max - min, Math.ceil(spread)), failure_log2 };
}

function outputNodes(circuits: readonly Circuit[]): ReadonlyMap<string, readonly [circuit: string, node: number]> {
  return new Map(
    circuits.flatMap(({ id, outputs }) => Object.entries(outputs).map(([name, node]) => [`${id}.${name}`, [id, node] as const] as const)),
  );
}

/** Inputs share envelopes, and so do results that leave together. */
function sharedPorts(
  ports: Readonly<Record<string, Port>>,
  results: ReadonlyMap<string, unknown>,
  together: readonly string[],
  perEnvelope: number,
): Readonly<Record<string, Port>> {
  return Object.fromEntries(
    Object.entries(ports).map(([name, port]) => {
      const shared = together.includes(name) ? port.type.width : results.has(name) ? 1 : perEnvelope;
      return [name, shared === 1 ? port : { ...port, perEnvelope: shared }];
    }),
  );
}

function scalesOfPorts(circuits: readonly Circuit[], scales: NodeScales, form: InputForm): Readonly<Record<string, PortScale>> {
  const ports: Record<string, PortScale> = {};
  for (const { id, nodes } of circuits) {
    for (const [index, node] of nodes.entries()) {
      if (node.op === 'input') ports[node.port] = form.portScale(node.type, scales[id]![index]!);
    }
  }
  for (const [name, [circuit, node]] of outputNodes(circuits)) {
    const { type } = circuits.find(({ id }) => id === circuit)!.nodes[node]!;
    ports[name] = { ...portScale(type, scales[circuit]![node]!), halved: false };
  }
  return ports;
}

function unsupportedNeed(need: Requirement): Refusal | null {
  if (need.kernels !== 'own') return refuse('KERNELS_UNSUPPORTED', `node-tfhe does not evaluate; there are no kernels but 'own'`);
  if (need.encryption !== 'symmetric')
    return refuse('ENCRYPTION_UNSUPPORTED', 'inputs travel as seeds, which only the secret key can make');
  return null;
}

/** The first node that is not counted in whole numbers of one slot, or whose product has too many. */
function unfit(circuits: readonly Circuit[]): Refusal | null {
  for (const { id, shape, nodes } of circuits) {
    if (shape.rows !== 1 || shape.columns !== 1)
      return refuse('SHAPE_UNSUPPORTED', `a ciphertext holds one value, not ${shape.rows} x ${shape.columns}`);
    const reasons = nodes.map((candidate) => tooWide(candidate, nodes));
    const wide = reasons.findIndex((reason) => reason !== null);
    if (wide >= 0) return refuse('TABLE_TOO_LARGE', reasons[wide]!, { circuit: id, node: wide });
    const node = nodes.findIndex((candidate) => candidate.type.step === null || !hasWholeWeights(candidate));
    if (node >= 0) return refuse('REAL_UNSUPPORTED', 'values and weights must be whole numbers of a step', { circuit: id, node });
  }
  return null;
}

function hasWholeWeights(node: Operation): boolean {
  return node.op !== 'affine' || node.matrix.values.every(Number.isInteger);
}
