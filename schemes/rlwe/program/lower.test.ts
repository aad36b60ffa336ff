/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Circuit, Node, Operation, Source, SparseMatrix, TransformTerm } from '../../circuit.ts';
import { EnigmarkError } from '../../errors.ts';
import { lower, type Levels } from './lower.ts';
import { reads, type CircuitProgram, type Instruction } from './program.ts';

const COLUMNS = 4;
const SLOTS = 2 * COLUMNS;

/** Integers: no scale; `perProduct` primes go between two products. */
function integers(limbs: number, perProduct = 0, output = 0): Levels {
  return {
    input: () => ({ limbs, scale: null }),
    plainScale: () => null,
    divisions: (_value, products) => (products > 0 ? perProduct : 0),
    outputDivisions: () => output,
    divisor: () => 1,
  };
}

/** Reals on primes of exactly 2^20: inputs at 2^20, plaintexts at 2^10, divided as long as 2^20 remains. */
function reals(limbs: number): Levels {
  return {
    input: () => ({ limbs, scale: 2 ** 20 }),
    plainScale: () => 2 ** 10,
    divisions: ({ limbs: left, scale }) => Math.min(left - 1, Math.floor(Math.log2(scale!) / 20) - 1),
    outputDivisions: () => 0,
    divisor: (_limbs, primes) => 2 ** (20 * primes),
  };
}

/** The same without divisions, where scales of products tell how many there were. */
function undivided(limbs: number): Levels {
  return { ...reals(limbs), divisions: () => 0 };
}

function nodeOf(operation: Operation, width = 1): Node {
  return { ...operation, type: { width, min: -1, max: 1, bound: 'proven', step: 1 }, layer: 'layer' };
}
function circuitOf(nodes: readonly Node[], outputs: Readonly<Record<string, number>> = { y: nodes.length - 1 }, id = 'c'): Circuit {
  return { id, shape: { rows: 2, columns: COLUMNS }, nodes, outputs };
}
const input = (width = 1, sources: readonly Source[] = ['client'], port = 'x'): Node => nodeOf({ op: 'input', port, sources }, width);
const square = (of: number, width = 1): Node => nodeOf({ op: 'multiply', left: of, right: of }, width);
const rotate = (of: number): Node => nodeOf({ op: 'rotate', of, by: 1 });
const add = (left: number, right: number): Node => nodeOf({ op: 'add', left, right });

/** All ones: output r is the sum of `columns` inputs. */
function sums(rows: number, columns: number): SparseMatrix {
  const entries = rows * columns;
  return {
    rows,
    columns,
    step: 1,
    offsets: Uint32Array.from({ length: rows + 1 }, (_, row) => row * columns),
    indices: Uint32Array.from({ length: entries }, (_, entry) => entry % columns),
    values: new Float64Array(entries).fill(1),
  };
}
const affine = (of: number, rows: number, columns: number): Node =>
  nodeOf({ op: 'affine', of, matrix: sums(rows, columns), bias: new Float64Array(rows) }, rows);
const terms: readonly TransformTerm[] = [{ from: 0, baby: 1, giant: 0, plain: new Float64Array(SLOTS).fill(1) }];
const transform = (of: number): Node => nodeOf({ op: 'transform', of, step: 1, outputs: [terms] });

function lowered(nodes: readonly Node[], levels: Levels, outputs?: Readonly<Record<string, number>>): CircuitProgram {
  return lower([circuitOf(nodes, outputs)], levels)[0]!;
}
const shapeOf = ({ instructions }: CircuitProgram): string =>
  instructions.map(({ op, width }) => `${op}${width > 1 ? `*${width}` : ''}`).join(' ');
const coded = (code: string): Error => expect.objectContaining({ code }) as Error;

describe('relinearisation', () => {
  const levels = integers(3);

  test.each<readonly [string, readonly Node[], string]>([
    ['a product that leaves', [input(), square(0)], 'input multiply'],
    [
      'sums of products, shifted, that leave',
      [input(), square(0), add(1, 0), nodeOf({ op: 'addPlain', of: 2, plains: [[1n]] })],
      'input multiply add addPlain',
    ],
    ['an affine map of products', [input(5), square(0, 5), affine(1, 2, 5)], 'input*5 multiply*5 affine*2'],
    ['a pick of products', [input(2), square(0, 2), nodeOf({ op: 'pick', from: [[1, 1]] })], 'input*2 multiply*2 pick'],
  ])('is left out of %s', (_what, nodes, expected) => {
    expect(shapeOf(lowered(nodes, levels))).toBe(expected);
  });

  test.each<readonly [string, readonly Node[], string]>([
    ['a product of products', [input(), square(0), square(1)], 'input multiply relinearize multiply'],
    ['a rotation', [input(), square(0), rotate(1)], 'input multiply relinearize rotate'],
    ['an exchange of rows', [input(), square(0), nodeOf({ op: 'swapRows', of: 1 })], 'input multiply relinearize swapRows'],
    ['a fold', [input(), square(0), nodeOf({ op: 'fold', of: 1, rotations: [1] })], 'input multiply relinearize fold'],
    ['a transform', [input(), square(0), transform(1)], 'input multiply relinearize transform'],
  ])('comes before %s', (_what, nodes, expected) => {
    expect(shapeOf(lowered(nodes, levels))).toBe(expected);
  });

  test('is done once, however many operations want it', () => {
    const program = lowered([input(), square(0), rotate(1), square(1), transform(1), add(2, 4)], levels, { a: 3, b: 5 });
    expect(shapeOf(program)).toBe('input multiply relinearize rotate multiply transform add');
  });

  test('is done on the few sums, not on the many products', () => {
    expect(shapeOf(lowered([input(64), square(0, 64), affine(1, 2, 64), square(2, 2)], levels))).toBe(
      'input*64 multiply*64 affine*2 relinearize*2 multiply*2',
    );
  });

  test('of a sum covers both sides, one of which was no product', () => {
    const program = lowered([input(), square(0), add(1, 0), rotate(2)], levels);
    expect(program.instructions.map(({ polynomials }) => polynomials)).toEqual([2, 3, 3, 2, 2]);
  });
});

describe('division', () => {
  test('waits until a value is used again; outputs are not divided', () => {
    const program = lowered([input(), square(0), square(1)], reals(4));
    expect(shapeOf(program)).toBe('input multiply relinearize divide multiply');
    expect(program.instructions.map(({ scale, limbs }) => [Math.log2(scale!), limbs])).toEqual([
      [20, 4],
      [40, 4],
      [40, 4],
      [20, 3],
      [40, 3],
    ]);
  });

  test('a linear layer and its square share one: two primes at once', () => {
    const program = lowered([input(), transform(0), square(1), transform(2)], reals(4));
    expect(shapeOf(program)).toBe('input transform multiply relinearize divide transform');
    expect(program.instructions[4]).toMatchObject({ primes: 2, limbs: 2, scale: 2 ** 20 });
  });

  test('is done once, however many operations read the quotient', () => {
    const program = lowered([input(), square(0), rotate(1), transform(1), square(1)], reals(4), { a: 2, b: 3, c: 4 });
    expect(program.instructions.filter(({ op }) => op === 'divide')).toHaveLength(1);
  });

  test('between products of integers, and of results, is by as many primes as the levels say', () => {
    const program = lowered([input(), square(0), square(1)], integers(5, 1, 2));
    expect(program.instructions.map(({ op, limbs }) => `${op}@${limbs}`)).toEqual([
      'input@5',
      'multiply@5',
      'divide@4',
      'relinearize@4',
      'multiply@4',
      'divide@2',
    ]);
  });

  test('brings two sides to one level: reals forget primes, integers are divided', () => {
    const real = lowered([input(), square(0), square(1), nodeOf({ op: 'multiply', left: 2, right: 0 })], reals(5));
    expect(shapeOf(real)).toBe('input multiply relinearize divide multiply relinearize divide drop multiply');
    expect(real.instructions.at(-2)).toMatchObject({ op: 'drop', primes: 2, limbs: 3, scale: 2 ** 20 });
    const whole = lowered([input(), square(0), square(1), add(2, 0)], integers(5, 1));
    expect(whole.instructions.at(-2)).toMatchObject({ op: 'divide', primes: 1, limbs: 4 });
  });
});

describe('summands of unlike scales', () => {
  const scalesOf = ({ instructions }: CircuitProgram): readonly number[] => instructions.map(({ scale }) => Math.log2(scale!));

  test('meet as they are where both were multiplied equally often', () => {
    expect(scalesOf(lowered([input(), transform(0), transform(0), add(1, 2)], reals(3)))).toEqual([20, 30, 30, 30]);
  });

  test.each([
    ['left', add(1, 3)],
    ['right', add(3, 1)],
  ])('meet through the plaintext scale of a linear layer on the %s, bias included', (_side, sum) => {
    const nodes = [input(), square(0), transform(0), nodeOf({ op: 'addPlain', of: 2, plains: [[1n]] }), sum];
    const program = lowered(nodes, reals(3));
    expect(program.instructions[2]).toMatchObject({ op: 'transform', plainScale: 2 ** 20 });
    expect(scalesOf(program)).toEqual([20, 40, 40, 40, 40]);
  });

  test('meet in a bundle, and three at once', () => {
    const picked = nodeOf(
      {
        op: 'pick',
        from: [
          [1, 0],
          [2, 0],
          [3, 0],
        ],
      },
      3,
    );
    const program = lowered([input(), square(0), transform(0), affine(0, 1, 1), picked], reals(3));
    expect(scalesOf(program)).toEqual([20, 40, 40, 40, 40, 40]);
    // The ciphertexts of a bundle have as many polynomials each.
    expect(shapeOf(program)).toBe('input multiply transform affine relinearize pick*3');
    expect(program.instructions.at(-1)).toMatchObject({
      polynomials: 2,
      from: [
        [4, 0],
        [2, 0],
        [3, 0],
      ],
    });
  });
});

describe('inputs from the client', () => {
  const late = nodeOf({ op: 'input', port: 'late', sources: ['client'] });

  test('take the scale of what they are added to, and the level where they are first read', () => {
    const program = lowered([input(), late, square(0), square(2), nodeOf({ op: 'subtract', left: 3, right: 1 })], reals(4));
    expect(shapeOf(program)).toBe('input input multiply relinearize divide multiply subtract');
    expect(program.instructions[1]).toMatchObject({ limbs: 3, scale: 2 ** 40 });
  });

  test('stay where one of several readers needs them', () => {
    const program = lowered([input(), late, square(0), square(2), add(3, 1), square(1)], reals(4));
    expect(program.instructions[1]).toMatchObject({ op: 'input', limbs: 4 });
  });

  test('of whole numbers keep every prime: none can be left out', () => {
    const program = lowered([input(), late, square(0), square(2), add(3, 1)], integers(4, 1));
    expect(program.instructions[1]).toMatchObject({ op: 'input', limbs: 4 });
  });
});

describe('refusals', () => {
  test('a chain that is used up', () => {
    const nodes = [input(), square(0), square(1), square(2)];
    expect(() => lowered(nodes, integers(2, 1))).toThrow(coded('OUT_OF_LEVELS'));
    expect(shapeOf(lowered(nodes, integers(3, 1)))).toContain('multiply');
    expect(() => lowered([input()], integers(2, 0, 2))).toThrow(coded('OUT_OF_LEVELS'));
  });

  test('summands of unlike scales, and bundles picked from them, where no linear layer can make up for it', () => {
    const cube = nodeOf({ op: 'multiply', left: 1, right: 0 });
    expect(() => lowered([input(), square(0), cube, add(2, 1)], undivided(3))).toThrow(coded('SCALE_MISMATCH'));
    expect(() => lowered([input(), square(0), cube, nodeOf({ op: 'subtract', left: 1, right: 2 })], undivided(3))).toThrow(
      coded('SCALE_MISMATCH'),
    );
    expect(() =>
      lowered(
        [
          input(),
          square(0),
          cube,
          nodeOf(
            {
              op: 'pick',
              from: [
                [1, 0],
                [2, 0],
              ],
            },
            2,
          ),
        ],
        undivided(3),
      ),
    ).toThrow(coded('SCALE_MISMATCH'));
  });

  test('bundles of scales that differ by a little', () => {
    const levels: Levels = { ...reals(5), divisor: (limbs, primes) => 2 ** (20 * primes) * (limbs === 5 ? 1 + 2 ** -20 : 1) };
    const picked = nodeOf(
      {
        op: 'pick',
        from: [
          [2, 0],
          [4, 0],
        ],
      },
      2,
    );
    const nodes = [input(), square(0), nodeOf({ op: 'multiply', left: 1, right: 0 }), square(0), square(3), picked];
    expect(() => lowered(nodes, levels)).toThrow(coded('SCALE_MISMATCH'));
  });

  test.each([
    [2 ** -20, true],
    [2 ** -16, false],
  ])('scales that differ by %f of themselves meet: %s', (difference, meets) => {
    const levels: Levels = { ...reals(5), divisor: (limbs, primes) => 2 ** (20 * primes) * (limbs === 5 ? 1 + difference : 1) };
    // (x * x) / q5 against x: the division's prime decides the difference.
    const nodes = [input(), square(0), nodeOf({ op: 'multiply', left: 1, right: 0 }), square(0), square(3), add(2, 4)];
    const lower = (): CircuitProgram => lowered(nodes, levels);
    if (meets) expect(shapeOf(lower())).toContain('add');
    else expect(lower).toThrow(coded('SCALE_MISMATCH'));
  });
});

describe('ports between circuits', () => {
  const source = (circuit: string): Source => ({ circuit, output: 'y' });
  const first = (id: string, nodes: readonly Node[] = [input(), square(0), square(1)]): Circuit => circuitOf(nodes, undefined, id);

  test('start where the value was left', () => {
    const [, second] = lower([first('a'), circuitOf([input(1, [source('a')])])], reals(4));
    expect(second!.instructions[0]).toMatchObject({ op: 'input', limbs: 3, scale: 2 ** 40 });
  });

  test('take several sources that agree, the client among them', () => {
    const [, , third] = lower([first('a'), first('b'), circuitOf([input(1, ['client', source('a'), source('b')])])], reals(4));
    expect(third!.instructions[0]).toMatchObject({ limbs: 3, scale: 2 ** 40 });
  });

  test('refuse sources that disagree', () => {
    const other = first('b', [input(), square(0)]);
    expect(() => lower([first('a'), other, circuitOf([input(1, [source('a'), source('b')])])], reals(4))).toThrow(coded('LEVEL_MISMATCH'));
  });

  test.each<readonly [string, readonly Source[]]>([
    ['alone', [source('c')]],
    ['beside the client', ['client', source('c')]],
  ])('refuse loops, %s', (_beside, sources) => {
    expect(() => lower([circuitOf([input(1, sources), square(0), square(1)])], reals(4))).toThrow(coded('LEVEL_MISMATCH'));
  });

  test('leave two polynomials to the circuit that starts there, and no division; three to the client', () => {
    const [held, sent] = [source('a'), 'client' as const].map(
      (from) => lower([first('a', [input(), square(0)]), circuitOf([input(1, [from])])], integers(4, 0, 1))[0]!,
    );
    expect(shapeOf(held!)).toBe('input multiply relinearize');
    expect(shapeOf(sent!)).toBe('input multiply divide');
    expect(held!.instructions[held!.outputs['y']!]).toMatchObject({ polynomials: 2, limbs: 4 });
    expect(sent!.instructions[sent!.outputs['y']!]).toMatchObject({ polynomials: 3, limbs: 3 });
  });
});

/** Random circuits on bundles of one. */
const circuits: fc.Arbitrary<Circuit> = fc
  .record({
    steps: fc.array(fc.tuple(fc.nat({ max: 10 }), fc.nat(), fc.nat()), { minLength: 1, maxLength: 14 }),
    outputs: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  })
  .map(({ steps, outputs }) => {
    const nodes: Node[] = [input()];
    for (const [kind, a, b] of steps) {
      const [of, right] = [a % nodes.length, b % nodes.length];
      const plain = Float64Array.from({ length: SLOTS }, (_, slot) => ((slot * 7 + b) % 5) - 2);
      const drawn: TransformTerm[] = [0, 1, 2].map((at) => ({ from: 0, baby: (at * b) % COLUMNS, giant: at & 2, plain }));
      const choices: Operation[] = [
        { op: 'add', left: of, right },
        { op: 'subtract', left: of, right },
        { op: 'multiply', left: of, right },
        { op: 'rotate', of, by: b % COLUMNS },
        { op: 'swapRows', of },
        { op: 'fold', of, rotations: [1, 2] },
        { op: 'pick', from: [[of, 0]] },
        { op: 'addPlain', of, plains: [plain] },
        { op: 'transform', of, step: 1, outputs: [drawn] },
        { op: 'dot', left: of, right, outputs: [[[0, 0], [0, 0]]] }, // prettier-ignore
        { op: 'rotateSum', of, outputs: [[0, b % COLUMNS, 1].map((by) => ({ from: 0, by }))] },
      ];
      nodes.push(nodeOf(choices[kind]!));
    }
    return circuitOf(nodes, Object.fromEntries(outputs.map((of, at) => [`o${at}`, of % nodes.length])));
  });

/** Slots modulo a prime, so that any depth stays exact. */
type Slots = readonly number[];
const MODULUS = 10007;
const modulo = (value: number): number => ((value % MODULUS) + MODULUS) % MODULUS;
const rotated = (values: Slots, by: number): Slots =>
  values.map((_, slot) => values[Math.floor(slot / COLUMNS) * COLUMNS + ((slot + by) % COLUMNS)]!);
const zip = (a: Slots, b: Slots, operate: (x: number, y: number) => number): Slots => a.map((x, slot) => modulo(operate(x, b[slot]!)));

function apply(op: string, node: Node, [a, b]: readonly Slots[]): Slots {
  if (op === 'add') return zip(a!, b!, (x, y) => x + y);
  if (op === 'subtract') return zip(a!, b!, (x, y) => x - y);
  if (node.op === 'dot') return zip(a!, b!, (x, y) => node.outputs[0]!.length * x * y);
  if (node.op === 'rotateSum')
    return node.outputs[0]!.map(({ by }) => rotated(a!, by)).reduce((sum, moved) => zip(sum, moved, (x, y) => x + y));
  if (op === 'multiply') return zip(a!, b!, (x, y) => x * y);
  if (node.op === 'rotate') return rotated(a!, node.by);
  if (node.op === 'swapRows') return a!.map((_, slot) => a![(slot + COLUMNS) % SLOTS]!);
  if (node.op === 'fold') return node.rotations.reduce((sum, by) => zip(sum, rotated(sum, by), (x, y) => x + y), a!);
  if (node.op === 'addPlain') return zip(a!, node.plains[0] as Float64Array as unknown as Slots, (x, y) => x + y);
  if (node.op !== 'transform') return a!;
  return node.outputs[0]!.reduce<Slots>(
    (sum, { baby, giant, plain }) =>
      zip(
        sum,
        rotated(
          zip(rotated(a!, baby), [...plain], (x, y) => x * y),
          giant,
        ),
        (x, y) => x + y,
      ),
    a!.map(() => 0),
  );
}

const start = Array.from({ length: SLOTS }, (_, slot) => slot + 1);
const keepsValue = new Set(['relinearize', 'divide', 'drop', 'pick', 'input']);

function outputsOfProgram({ instructions, outputs }: CircuitProgram, { nodes }: Circuit): Record<string, Slots> {
  const registers: Slots[] = [];
  for (const instruction of instructions) {
    const operands = reads(instruction).map((register) => registers[register]!);
    registers.push(keepsValue.has(instruction.op) ? (operands[0] ?? start) : apply(instruction.op, nodes[instruction.node]!, operands));
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, register]) => [name, registers[register]!]));
}

function outputsOfCircuit({ nodes, outputs }: Circuit): Record<string, Slots> {
  const values: Slots[] = [];
  for (const node of nodes) {
    const of = 'left' in node ? [node.left, node.right] : 'of' in node ? [node.of] : 'from' in node ? node.from.map(([from]) => from) : [];
    values.push(
      node.op === 'input'
        ? start
        : apply(
            node.op,
            node,
            of.map((at) => values[at]!),
          ),
    );
  }
  return Object.fromEntries(Object.entries(outputs).map(([name, at]) => [name, values[at]!]));
}

const needsTwo = new Set<Instruction['op']>(['multiply', 'dot', 'transform', 'fold', 'rotate', 'rotateSum', 'swapRows']);

/** Whether something needs two polynomials of a register, as it is or brought to another level. */
function wantedByTwo(program: CircuitProgram, register: number): boolean {
  return program.instructions.some((reader) => {
    if (!reads(reader).includes(register)) return false;
    return needsTwo.has(reader.op) || ((reader.op === 'divide' || reader.op === 'drop') && wantedByTwo(program, reader.result));
  });
}

describe.each([
  ['integers that are not divided', integers(2)],
  ['integers divided after every product', integers(40, 1, 1)],
  ['reals', reals(40)],
])('programs for %s', (_name, levels) => {
  const programOf = (circuit: Circuit): CircuitProgram | null => {
    try {
      return lower([circuit], levels)[0]!;
    } catch (error) {
      if (error instanceof EnigmarkError && error.code === 'SCALE_MISMATCH' && levels.input(input()).scale !== null) return null;
      throw error;
    }
  };

  test('compute what the circuit says', () => {
    fc.assert(
      fc.property(circuits, (circuit) => {
        const program = programOf(circuit);
        if (program !== null) expect(outputsOfProgram(program, circuit)).toEqual(outputsOfCircuit(circuit));
      }),
      { seed: 15, numRuns: 300 },
    );
  });

  test('read only registers written before, at levels and polynomials that fit, and do nothing twice', () => {
    fc.assert(
      fc.property(circuits, (circuit) => {
        const program = programOf(circuit);
        if (program === null) return;
        const { instructions } = program;
        const relinearized: number[] = [];
        for (const [at, instruction] of instructions.entries()) {
          expect(instruction.result).toBe(at);
          const before = reads(instruction).map((register) => instructions[register]!);
          expect(before).not.toContain(undefined);
          expect(reads(instruction).every((register) => register < at)).toBe(true);
          for (const { limbs, polynomials } of before) {
            expect(limbs).toBe(instruction.limbs + ('primes' in instruction ? instruction.primes : 0));
            if (needsTwo.has(instruction.op)) expect(polynomials).toBe(2);
          }
          if (instruction.op === 'relinearize') {
            expect(before[0]!.polynomials).toBe(3);
            relinearized.push(instruction.of);
            expect(wantedByTwo(program, at)).toBe(true);
          }
        }
        expect(new Set(relinearized).size).toBe(relinearized.length);
      }),
      { seed: 16, numRuns: 300 },
    );
  });
});
