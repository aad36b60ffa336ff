/**
 * The scales of a CKKS program: of inputs, and of the multipliers of every linear layer.
 *
 * First a coarse grid over the scale of inputs and one for all multipliers; then, from the most precise program of each kind that it
 * came upon, single scales and pairs of them are moved as long as that gains. The fastest program that keeps the required precision
 * wins; of equally fast ones the most precise.
 *
 * @module
 */
import type { Circuit, Node } from '../circuit.ts';
import { EnigmarkError } from '../errors.ts';
import { predictedTime_ns, type InstructionTime, type OperationTime } from '../rlwe/compile/cost.ts';
import { type Levels, lower, tryLower } from '../rlwe/program/lower.ts';
import type { CircuitProgram } from '../rlwe/program/program.ts';
import type { Bootstraps } from './bootstraps.ts';
import type { Deviation } from './deviation.ts';
import type { ErrorModel } from './error-model.ts';
import { magnitude, realLevels, type Freedoms } from './levels.ts';
import type { OperandNorms } from './operand-norms.ts';
import { CONFIDENCE, errorDeviations, type HeldDeviations } from './precision.ts';

/** What is searched: circuits on one chain of primes. */
export interface Search {
  readonly circuits: readonly Circuit[];
  readonly norms: readonly (readonly OperandNorms[])[];
  readonly degree: number;
  /** All data primes, first to last. */
  readonly primes: readonly number[];
  /** Data primes that the client encrypts at. */
  readonly limbs: number;
  readonly model: ErrorModel;
  readonly time: OperationTime;
  readonly instructionTime: InstructionTime;
  readonly precision_bits: number;
  /** null: nothing is bootstrapped. */
  readonly bootstraps: Bootstraps | null;
  /** Primes that outputs may end with; absent: any number. */
  readonly mostSent?: number | undefined;
}

export interface Choice {
  readonly point: Point;
  readonly programs: readonly CircuitProgram[];
  readonly precision_bits: number;
  readonly time_ns: number;
}

/** Bounds of the scales, and the steps of the grid. */
export const INPUT_LOG2 = { least: 14, most: 46, step: 2 };
export const PLAIN_LOG2 = { least: 10, most: 40, step: 2 };
/** Multipliers that are whole numbers at some scale start from there: what is added to it on the grid. */
const WHOLE_LESS_LOG2 = 20;
/** Moves of a scale, once the grid has been searched. */
const MOVES = [-4, -2, -1, 1, 2, 4] as const;
/** What one scale loses where another gains 1: each square between them doubles what it hands on. */
const EXCHANGES = [1, 2, 4] as const;
const MOST_LOOKS = 1500;
/** Of all kinds at one number of primes: planning takes seconds, not minutes. */
const MOST_LOOKS_TOGETHER = 9000;
/** Moves gain a few bits. */
const HOPELESS_BITS = 10;
/** A program that is faster by less is not faster. */
const FASTER = 0.98;

/** A place in the search: log2 of the waterline, of each input's scale beyond it, and of the scales of each node's multipliers. */
export interface Point {
  readonly input: number;
  readonly inputs: readonly number[];
  readonly plains: readonly number[];
  readonly dividesBehindMatrices: boolean;
  readonly relinearizesForMatrices: boolean;
}

/** The best scales at that many primes; null where none fits. It may miss the required precision. */
export function searchScales(search: Search): Choice | null {
  const multiplied = multipliedNodes(search);
  const evaluate = (point: Point): Choice | null => choiceAt(search, point, multiplied);
  const kinds = new Map<number, Choice>();
  for (const point of gridPoints(search, 1)) {
    const choice = evaluate(point);
    if (choice === null) continue;
    const before = kinds.get(choice.time_ns);
    if (before === undefined || before.precision_bits < choice.precision_bits) kinds.set(choice.time_ns, choice);
  }
  const best = fastest(search, [...kinds.values()], evaluate);
  if (best === null || search.bootstraps === null) return best;
  return { ...best, programs: lower(search.circuits, levelsAt(search, best.point, multiplied, search.bootstraps.whole)) };
}

/** Of the grid, every so many steps: enough to see whether anything fits at all. */
const PROBE_STRIDE = 2;
/** What the whole grid may have more than that: a step of it. */
const PROBE_LESS_BITS = 4;

/** What a coarse look finds, with all primes. */
export interface Probe {
  /** The fewest primes at which it is worth searching. */
  readonly limbs: number;
  /** The most that was found; a search finds a little more. */
  readonly precision_bits: number;
}

/**
 * null where nothing fits all primes. With fewer primes every program ends with as many fewer: those that leave some unused may begin
 * without them. But for bootstraps, which leave all.
 *
 * @param search with `limbs` at all data primes of circuits
 */
export function probe(search: Search): Probe | null {
  const multiplied = multipliedNodes(search);
  let unused = -1;
  let precision_bits = -Infinity;
  for (const point of gridPoints(search, PROBE_STRIDE)) {
    const choice = choiceAt(search, point, multiplied);
    if (choice === null) continue;
    precision_bits = Math.max(precision_bits, choice.precision_bits);
    // What is only forgotten before a value is sent is used by nothing.
    const left = choice.programs.flatMap(({ instructions }) => instructions.flatMap(({ op, limbs }) => (op === 'drop' ? [] : [limbs])));
    unused = Math.max(unused, left.reduce((least, limbs) => Math.min(least, limbs), search.limbs) - 1);
  }
  if (unused < 0) return null;
  // The stride may miss the program that leaves most.
  const limbs = search.bootstraps === null ? Math.max(1, search.limbs - unused - 1) : search.limbs;
  return { limbs, precision_bits };
}

/** Whether a search may bring what a probe found to the precision that is asked for. */
export function isHopeful(found: Probe, { precision_bits }: Search): boolean {
  return found.precision_bits + PROBE_LESS_BITS >= precision_bits - HOPELESS_BITS;
}

function multipliedNodes({ circuits }: Search): readonly Node[] {
  return circuits.flatMap(({ nodes }) => nodes.filter(({ op }) => op === 'affine' || op === 'transform'));
}

/** One scale for inputs and one for all multipliers, in every way of dividing and relinearising. */
function* gridPoints(search: Search, stride: number): Generator<Point> {
  const multiplied = multipliedNodes(search);
  const starts = search.circuits.flatMap(({ nodes }, at) =>
    nodes.flatMap(({ op }, index) => (op === 'affine' || op === 'transform' ? [startOf(search.norms[at]![index]!)] : [])),
  );
  const inputs = freePorts(search.circuits).map(() => 0);
  const mostPlain = multiplied.length > 0 ? PLAIN_LOG2.most : PLAIN_LOG2.least;
  for (const dividesBehindMatrices of multiplied.length > 0 ? [false, true] : [false]) {
    for (const relinearizesForMatrices of multiplied.some(({ op }) => op === 'affine') ? [false, true] : [false]) {
      for (const input of gridInputs(search, stride)) {
        for (let plain = PLAIN_LOG2.least; plain <= mostPlain; plain += stride * PLAIN_LOG2.step) {
          yield { input, inputs, plains: starts.map((start) => start + plain), dividesBehindMatrices, relinearizesForMatrices };
        }
      }
    }
  }
}

/**
 * Also the largest prime: at that scale every product can be divided back to where its factors stood, which deep circuits need. Between
 * bootstraps these primes are those that SlotToCoeff does not need.
 */
function gridInputs({ primes, limbs, bootstraps }: Search, stride: number): readonly number[] {
  const step = stride * INPUT_LOG2.step;
  const grid = Array.from({ length: Math.floor((INPUT_LOG2.most - INPUT_LOG2.least) / step) + 1 }, (_, at) => INPUT_LOG2.least + at * step);
  const divided = bootstraps === null ? primes : primes.slice(bootstraps.least, limbs);
  return [...new Set([...grid, Math.round(Math.log2(Math.max(...divided)))])];
}

/** The best that moves make of the most precise programs of each kind: those that take the same time. */
function fastest(search: Search, kinds: readonly Choice[], evaluate: (point: Point) => Choice | null): Choice | null {
  let best: Choice | null = null;
  let looks = MOST_LOOKS_TOGETHER;
  for (const found of kinds.toSorted((a, b) => a.time_ns - b.time_ns)) {
    if (best !== null && best.precision_bits >= search.precision_bits && best.time_ns <= found.time_ns) break;
    // Where the grid is far off, moves will not bring it near.
    const hopeless = found.precision_bits < search.precision_bits - HOPELESS_BITS;
    const tried = hopeless ? { choice: found, looks: 0 } : improved(search, found, evaluate, Math.min(looks, MOST_LOOKS));
    looks -= tried.looks;
    if (isBetter(tried.choice, best, search)) best = tried.choice;
  }
  return best;
}

/** Moved as long as that gains, each time to the first neighbour that is better; a neighbour that was looked at is not looked at again. */
function improved(
  search: Search,
  start: Choice,
  evaluate: (point: Point) => Choice | null,
  most: number,
): { readonly choice: Choice; readonly looks: number } {
  const seen = new Set<string>();
  let best = start;
  for (let gained = true; gained && seen.size < most;) {
    gained = false;
    for (const point of neighbours(best.point)) {
      const name = [point.input, ...point.inputs, ...point.plains].join();
      if (seen.has(name)) continue;
      seen.add(name);
      const choice = evaluate(point);
      // Slower programs are other kinds, with starts of their own.
      if (choice === null || choice.time_ns > start.time_ns || !isBetter(choice, best, search)) continue;
      best = choice;
      gained = true;
      break;
    }
  }
  return { choice: best, looks: seen.size };
}

function startOf({ whole_log2 }: OperandNorms): number {
  return whole_log2 === null ? 0 : whole_log2 - WHOLE_LESS_LOG2;
}

/** One scale moved, or one up and another down. */
function* neighbours({ input, inputs, plains, ...ways }: Point): Generator<Point> {
  const scales = [input, ...inputs, ...plains];
  const at = ([waterline, ...moved]: readonly number[]): Point => {
    return { input: waterline!, inputs: moved.slice(0, inputs.length), plains: moved.slice(inputs.length), ...ways };
  };
  for (const first of scales.keys()) {
    for (const by of MOVES) yield at(scales.map((scale, index) => (index === first ? scale + by : scale)));
    for (const second of scales.keys()) {
      if (second === first) continue;
      for (const by of EXCHANGES)
        yield at(scales.map((scale, index) => (index === first ? scale + 1 : index === second ? scale - by : scale)));
    }
  }
}

function isBetter(choice: Choice, than: Choice | null, { precision_bits }: Search): boolean {
  if (than === null) return true;
  const [keeps, kept] = [choice, than].map((one) => one.precision_bits >= precision_bits);
  if (keeps !== kept) return keeps === true;
  if (keeps === true && choice.time_ns < FASTER * than.time_ns) return true;
  if (keeps === true && than.time_ns < FASTER * choice.time_ns) return false;
  return choice.precision_bits > than.precision_bits;
}

/** Ports that the client fills, each with its nodes, which may have scales of their own: several, for a single one stands at the waterline. */
function freePorts(circuits: readonly Circuit[]): readonly (readonly Node[])[] {
  const inputs = circuits.flatMap(({ nodes }) => nodes.filter((node) => node.op === 'input'));
  const ports = [...Map.groupBy(inputs, ({ port }) => port).values()];
  const free = ports.filter((nodes) => nodes.every(({ sources }) => sources.every((source) => source === 'client')));
  return free.length > 1 ? free : [];
}

/** Null where a value does not fit its modulus, or an operand its encoding. */
function choiceAt(search: Search, point: Point, multiplied: readonly Node[]): Choice | null {
  const { circuits, norms, primes, model, bootstraps } = search;
  const programs = tryLower(circuits, levelsAt(search, point, multiplied, bootstraps?.outlined));
  if (programs instanceof EnigmarkError || programs.some((program) => sentPrimes(program) > (search.mostSent ?? Infinity))) return null;
  const held: HeldDeviations = new Map();
  let precision_bits = Infinity;
  for (const [at, program] of programs.entries()) {
    const deviations = errorDeviations(program, circuits[at]!, norms[at]!, primes, model, held);
    if (deviations === null) return null;
    precision_bits = Math.min(precision_bits, outputPrecision(program, circuits[at]!, deviations));
  }
  const whole: InstructionTime = (instruction, node) =>
    bootstraps?.outlinedTime(instruction, node) ?? search.instructionTime(instruction, node);
  const time_ns = predictedTime_ns(programs, circuits, 'points', search.degree, search.time, whole);
  return { point, programs, precision_bits, time_ns };
}

function levelsAt(
  { circuits, primes, limbs, bootstraps }: Search,
  point: Point,
  multiplied: readonly Node[],
  bootstrap: Levels['bootstrap'],
): Levels {
  const freedoms: Freedoms = {
    ...point,
    offsets_log2: offsetsOf([...multiplied.map((node) => [node]), ...freePorts(circuits)], [...point.plains, ...point.inputs]),
  };
  const renewal = bootstraps === null || bootstrap === undefined ? null : { least: bootstraps.least, bootstrap };
  return realLevels(primes, { limbs, input_log2: point.input, plain_log2: 0 }, freedoms, renewal);
}

function sentPrimes({ instructions, outputs }: CircuitProgram): number {
  return Object.values(outputs).reduce((most, register) => Math.max(most, instructions[register]!.limbs), 0);
}

function offsetsOf(groups: readonly (readonly Node[])[], offsets: readonly number[]): ReadonlyMap<Node, number> {
  return new Map(groups.flatMap((nodes, index) => nodes.map((node) => [node, offsets[index]!] as const)));
}

/** Bits of the least precise output: its range over the error that `CONFIDENCE` deviations allow, or the same of sums of its slots. */
function outputPrecision(program: CircuitProgram, circuit: Circuit, deviations: readonly Deviation[]): number {
  const bits = Object.entries(program.outputs).map(([name, register]) => {
    const node = circuit.nodes[circuit.outputs[name]!]!;
    const sum = circuit.summed?.[name];
    if (sum !== undefined) return Math.log2(sum.size / (CONFIDENCE * Math.sqrt(sum.slots) * deviations[register]!.mean));
    return Math.log2(magnitude(node) / (CONFIDENCE * deviations[register]!.worst));
  });
  return Math.min(...bits);
}
