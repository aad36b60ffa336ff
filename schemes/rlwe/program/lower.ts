/**
 * Circuits to programs. Relinearisation is lazy: a product stays at three polynomials until something needs two. Divisions
 * are lazy too: a scheme's `Levels` says how many primes to divide by when a value is about to be used again, so that a
 * linear layer and its square share one division and outputs are never divided for nothing.
 *
 * @module
 */
import { passedOn } from '../../analysis.ts';
import { operands, type Circuit, type Node, type Operation } from '../../circuit.ts';
import { EnigmarkError } from '../../errors.ts';
import { encodedBehind, lateInputs } from './encoded-values.ts';
import { expectSamePlaces, meetingPlace } from './shared-ports.ts';
import type { BootstrapNode, CircuitProgram, Emit, Instruction, Place } from './program.ts';

/** What a scheme decides about levels and scales. */
export interface Levels {
  /** Where a bundle that comes from the client starts, unless all that reads it stands lower. */
  readonly input: (node: Node) => { readonly limbs: number; readonly scale: number | null };
  /** Scale of a node's plaintext operands. */
  plainScale(node: Node, of: Place): number | null;
  /** Primes to divide by before a value is multiplied or rotated by `reader`; `products`: multiplications since the last division. */
  divisions(value: Place, products: number, reader: Operation['op']): number;
  /** Whether matrices are multiplied with two polynomials. Else they take three as they come: more products, fewer relinearisations. */
  readonly relinearizesForMatrices?: boolean;
  /** Primes to divide by before a value is sent to the client. */
  outputDivisions(value: Place): number;
  /** Primes that a value is sent to the client with, where those that it has beyond them can be forgotten. */
  readonly sentLimbs?: (value: Place, node: Node) => number;
  /**
   * Emits the instructions of a bootstrap; null: too few primes are left. Absent where nothing is bootstrapped, and then a bootstrap is
   * refused before lowering.
   */
  readonly bootstrap?: (value: Place, node: BootstrapNode, emit: Emit) => Place | null;
  /** The product of the last `primes` primes of a value with that many limbs. */
  divisor(limbs: number, primes: number): number;
}

/**
 * @throws EnigmarkError OUT_OF_LEVELS where the chain has too few primes; SCALE_MISMATCH where two summands cannot meet; LEVEL_MISMATCH
 * where two circuits read one port at different places.
 */
export function lower(circuits: readonly Circuit[], levels: Levels): readonly CircuitProgram[] {
  const outputs = new Map<string, Place>();
  const passed = passedOn(circuits);
  const programs = circuits.map((circuit) => {
    const program = withMeetingScales(circuit, levels, outputs, passed);
    for (const [name, register] of Object.entries(program.outputs)) outputs.set(`${circuit.id}.${name}`, program.instructions[register]!);
    return program;
  });
  expectSamePlaces(programs, circuits);
  return programs;
}

/** What one lowering takes from those before it. */
interface Found {
  /** Factors on the scales of a node's plaintext operands, or of an input, so that summands meet. */
  readonly factors: Map<number, number>;
  /** Primes that inputs start with, where nothing reads them at more. */
  readonly entries: Map<number, number>;
}

/** A sum whose sides stand at different scales: `factor` on what is encoded for `layer` would bring them together. */
interface UnequalSum {
  readonly layer: number;
  readonly factor: number;
}

function isUnequal(lowered: object): lowered is UnequalSum {
  return 'layer' in lowered;
}

/**
 * Where one side of a sum comes from a linear layer, that layer's plaintext operands take the scale that makes both sides
 * equal: it costs neither a level nor an operation. So does what the client encrypts. Lowered again for each that has to move, and for
 * each input that is first read at fewer primes: the client leaves the others out.
 */
function withMeetingScales(
  circuit: Circuit,
  levels: Levels,
  sources: ReadonlyMap<string, Place>,
  passed: ReadonlySet<string>,
): CircuitProgram {
  const found: Found = { factors: new Map(), entries: new Map() };
  for (;;) {
    const lowered = lowerCircuit(circuit, levels, sources, passed, found);
    if (isUnequal(lowered)) {
      found.factors.set(lowered.layer, lowered.factor);
      continue;
    }
    const late = lateInputs(lowered, circuit);
    if (late.length === 0) return lowered;
    for (const [node, limbs] of late) found.entries.set(node, limbs);
  }
}

function lowerCircuit(
  circuit: Circuit,
  levels: Levels,
  sources: ReadonlyMap<string, Place>,
  passed: ReadonlySet<string>,
  { factors, entries }: Found,
): CircuitProgram | UnequalSum {
  const instructions: Instruction[] = [];
  const values: Place[] = [];
  const readied = new Map<number, Place>();
  /** By node: multiplications since the last division. */
  const products: number[] = [];

  /** Registers are instruction indices. What is given becomes the instruction: a copy of each took a third of the time of a search. */
  const emit: Emit = (given) => {
    if (given.limbs < 1) throw outOfLevels(circuit, given.node);
    const instruction: Instruction = Object.assign(given, { result: instructions.length });
    instructions.push(instruction);
    return instruction;
  };
  const relinearized = (value: Place, node: number): Place =>
    value.polynomials === 2 ? value : emit({ ...place(value), op: 'relinearize', of: value.result, polynomials: 2, node });
  const divided = (value: Place, primes: number, node: number): Place => {
    if (primes === 0) return value;
    // Relinearising after the division would add its noise to a smaller scale.
    const whole = value.scale === null ? value : relinearized(value, node);
    const scale = whole.scale === null ? null : whole.scale / levels.divisor(whole.limbs, primes);
    return emit({ ...place(whole), op: 'divide', of: whole.result, primes, limbs: whole.limbs - primes, scale, node });
  };
  /** A value as a multiplication or rotation wants it; made once, however many nodes read it. */
  const ready = (of: number, node: number, polynomials: 2 | 3): Place => {
    const known = readied.get(of);
    const primes = known === undefined ? levels.divisions(values[of]!, products[of]!, circuit.nodes[node]!.op) : 0;
    if (primes > 0) products[of] = 0;
    const before = known ?? divided(values[of]!, primes, node);
    const after = polynomials === 2 ? relinearized(before, node) : before;
    readied.set(of, after);
    return after;
  };
  const dropped = (value: Place, limbs: number, node: number): Place => {
    const primes = value.limbs - limbs;
    // An integer's primes cannot be forgotten, only divided by.
    if (primes === 0 || value.scale === null) return divided(value, primes, node);
    return emit({ ...place(value), op: 'drop', of: value.result, primes, limbs, node });
  };
  /** Two values at one level. */
  const meet = (left: Place, right: Place, node: number): readonly [Place, Place] => {
    const limbs = Math.min(left.limbs, right.limbs);
    const moved = dropped(left, limbs, node);
    return [moved, left.result === right.result ? moved : dropped(right, limbs, node)];
  };

  for (const [index, node] of circuit.nodes.entries()) {
    const lowered = lowerNode(index, node);
    if (isUnequal(lowered)) return lowered;
    values.push(lowered);
    products.push(Math.max(0, ...operands(node).map((of) => products[of]!)) + (node.op === 'multiply' || node.op === 'dot' ? 1 : 0));
  }
  const outputs = Object.entries(circuit.outputs).map(([name, of]) => {
    // Another circuit may start from it, and every input has two polynomials.
    if (passed.has(`${circuit.id}.${name}`)) return [name, relinearized(values[of]!, of).result] as const;
    const sent = divided(values[of]!, levels.outputDivisions(values[of]!), of);
    return [name, dropped(sent, levels.sentLimbs?.(sent, circuit.nodes[of]!) ?? sent.limbs, of).result] as const;
  });
  return { id: circuit.id, shape: circuit.shape, instructions, outputs: Object.fromEntries(outputs) };

  function lowerNode(index: number, node: Node): Place | UnequalSum {
    const width = node.type.width;
    switch (node.op) {
      case 'input':
        return emit({ op: 'input', port: node.port, width, ...entryOf(index, node), polynomials: 2, node: index });
      case 'add':
      case 'subtract': {
        const [left, right] = meet(values[node.left]!, values[node.right]!, index);
        const unequal = unequalSum(left, right, node.left, node.right, index);
        if (unequal !== null) return unequal;
        const polynomials = left.polynomials === 3 || right.polynomials === 3 ? 3 : 2;
        return emit({ ...place(left), op: node.op, left: left.result, right: right.result, polynomials, width, node: index });
      }
      case 'multiply':
      case 'dot': {
        const [left, right] = meet(ready(node.left, index, 2), ready(node.right, index, 2), index);
        const scale = left.scale === null || right.scale === null ? null : left.scale * right.scale;
        return emit({ ...place(left), op: node.op, left: left.result, right: right.result, scale, polynomials: 3, width, node: index });
      }
      case 'affine':
      case 'transform': {
        const of = ready(node.of, index, node.op === 'affine' && levels.relinearizesForMatrices !== true ? 3 : 2);
        const own = levels.plainScale(node, of);
        const plainScale = own === null ? null : own * (factors.get(index) ?? 1);
        const scale = of.scale === null || plainScale === null ? null : of.scale * plainScale;
        return emit({ ...place(of), op: node.op, of: of.result, plainScale, scale, width, node: index });
      }
      case 'addPlain': {
        const of = values[node.of]!;
        return emit({ ...place(of), op: 'addPlain', of: of.result, width, node: index });
      }
      case 'fold':
      case 'rotate':
      case 'rotateSum':
      case 'swapRows': {
        const of = ready(node.of, index, 2);
        return emit({ ...place(of), op: node.op, of: of.result, width, node: index });
      }
      case 'pick':
        return pick(index, node.from, width);
      case 'bootstrap': {
        const { min, max } = circuit.nodes[node.of]!.type;
        const renewed = levels.bootstrap!(ready(node.of, index, 2), { node: index, slots: node.slots, range: Math.max(-min, max) }, emit);
        if (renewed === null) throw outOfLevels(circuit, index);
        return renewed;
      }
      case 'table':
      case 'convolve':
        throw new Error('what no scheme of this kind claims is refused before lowering');
    }
  }

  function entryOf(index: number, node: Extract<Node, { op: 'input' }>): Pick<Place, 'limbs' | 'scale'> {
    const { limbs, scale } = meetingPlace(node, levels.input(node), sources);
    return { limbs: entries.get(index) ?? limbs, scale: scale && scale * (factors.get(index) ?? 1) };
  }

  /**
   * What would make two summands equal in scale; null: they are.
   *
   * @throws EnigmarkError SCALE_MISMATCH where nothing that is encoded for either summand can have another scale.
   */
  function unequalSum(
    left: Place,
    right: Place,
    leftNode: number,
    rightNode: number,
    index: number,
    tolerance = SCALE_TOLERANCE,
  ): UnequalSum | null {
    if (left.scale === null || right.scale === null || Math.abs(left.scale / right.scale - 1) <= tolerance) return null;
    const [byLeft, byRight] = [right.scale / left.scale, left.scale / right.scale];
    const sides = [
      [encodedBehind(circuit, rightNode), byRight],
      [encodedBehind(circuit, leftNode), byLeft],
    ] as const;
    // Layers before inputs, which other layers may read too.
    for (const isInput of [false, true]) {
      for (const [layer, factor] of sides) {
        if (layer !== null && !factors.has(layer) && (circuit.nodes[layer]!.op === 'input') === isInput) return { layer, factor };
      }
    }
    throw mismatch(circuit, index);
  }

  function pick(index: number, from: readonly (readonly [node: number, index: number])[], width: number): Place | UnequalSum {
    const limbs = Math.min(...from.map(([of]) => values[of]!.limbs));
    const first = values[from[0]![0]]!;
    // Ciphertexts of one bundle have as many polynomials each.
    const mixed = new Set(from.map(([of]) => values[of]!.polynomials)).size > 1;
    const moved: (readonly [Place, number])[] = [];
    for (const [of, at] of from) {
      const value = dropped(mixed ? relinearized(values[of]!, index) : values[of]!, limbs, index);
      const unequal = unequalSum(first, value, from[0]![0], of, index, 0);
      if (unequal !== null) return unequal;
      moved.push([value, at]);
    }
    const polynomials = moved[0]![0].polynomials;
    const registers = moved.map(([value, at]) => [value.result, at] as const);
    return emit({ op: 'pick', from: registers, limbs, scale: first.scale, polynomials, width, node: index });
  }
}

function place({ width, limbs, scale, polynomials }: Place): Omit<Place, 'result'> {
  return { width, limbs, scale, polynomials };
}

/** Summands whose scales differ only by the rounding of primes are added as they are: the error is below 18 bits of either. */
const SCALE_TOLERANCE = 2 ** -18;

function mismatch(circuit: Circuit, node: number): EnigmarkError {
  return new EnigmarkError('SCALE_MISMATCH', {
    expected: `values of one scale at node ${node} of circuit '${circuit.id}'`,
    got: 'values that were multiplied at different scales',
    remedy: 'multiply both sides equally often before they meet',
  });
}

function outOfLevels(circuit: Circuit, node: number): EnigmarkError {
  return new EnigmarkError('OUT_OF_LEVELS', {
    expected: `a prime left at node ${node} of circuit '${circuit.id}'`,
    got: 'a chain that is used up',
    remedy: 'take a set with more primes',
  });
}

/** Programs, or the EnigmarkError that says why there are none. @throws every other error */
export function tryLower(circuits: readonly Circuit[], levels: Levels): readonly CircuitProgram[] | EnigmarkError {
  try {
    return lower(circuits, levels);
  } catch (error) {
    if (error instanceof EnigmarkError) return error;
    throw error;
  }
}
