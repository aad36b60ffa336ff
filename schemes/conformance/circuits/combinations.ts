/**
 * Circuits of several operations that adapters tend to fuse, reorder or trip over.
 *
 * @module
 */
import type { Circuit, Operation } from '../../circuit.ts';
import type { CircuitBuilder } from './circuit-builder.ts';
import { builderFor, inputType, operationCircuit, plainSlots, plainType, usualInput, type Setting } from './operation-circuits.ts';
import { numberOf, uniforms } from './random-values.ts';

export interface Combination {
  readonly name: string;
  readonly uses: readonly Operation['op'][];
  /** Whether an honest adapter may refuse it: its numbers of products differ where they meet. */
  readonly refusable?: boolean;
  readonly circuits: (setting: Setting) => readonly Circuit[];
}

interface Tools {
  readonly builder: CircuitBuilder;
  readonly input: (port: string, width: number) => number;
  readonly plain: () => number;
  readonly slots: () => Float64Array;
  /** A small number of the arithmetic, but not zero. */
  readonly small: number;
  readonly setting: Setting;
}

/** A combination of one circuit; `write` returns the outputs. */
function one(
  name: string,
  uses: readonly Operation['op'][],
  write: (tools: Tools) => Record<string, number>,
  refusable = false,
): Combination {
  return {
    name,
    uses,
    refusable,
    circuits: (setting) => {
      const tools = toolsFor(setting, 'combination');
      return [tools.builder.build(write(tools))];
    },
  };
}

function toolsFor(setting: Setting, id: string): Tools {
  const builder = builderFor(setting, id);
  const uniform = uniforms(11);
  return {
    builder,
    input: (port, width) => usualInput(builder, setting, port, width),
    plain: () => numberOf(plainType(setting), uniform),
    slots: () => plainSlots(setting, uniform),
    small: setting.scheme.arithmetic === 'real' ? 0.01 : 1,
    setting,
  };
}

export const combinations: readonly Combination[] = [
  one('an affine map and its square', ['affine', 'multiply'], ({ builder, input, plain }) => {
    const rows = [0, 1].map(() => [plain(), plain(), plain()]);
    const sum = builder.affine(input('x', 3), rows, Float64Array.of(plain(), plain()));
    return { y: builder.multiply(sum, sum) };
  }),
  one('a square and an affine map', ['affine', 'multiply'], ({ builder, input, plain }) => {
    const x = input('x', 3);
    return { y: builder.affine(builder.multiply(x, x), [[plain(), plain(), plain()]], Float64Array.of(plain())) };
  }),
  one('a transform, a fold and a square', ['transform', 'fold', 'multiply'], ({ builder, input, slots }) => {
    const terms = [0, 1, 2].map((baby) => ({ from: 0, baby, giant: 2 * baby, plain: slots() }));
    const folded = builder.fold(builder.transform(input('x', 1), [terms]), [1, 2]);
    return { y: builder.multiply(folded, folded) };
  }),
  one('a plain added, and the difference of picked ciphertexts', ['addPlain', 'subtract', 'pick'], ({ builder, input, slots }) => {
    const x = input('x', 2);
    const moved = builder.addPlain(x, [slots(), slots()]);
    const swapped = builder.pick([[moved, 1], [x, 0]]); // prettier-ignore
    return { y: builder.subtract(moved, swapped), z: swapped };
  }),
  one('a product of picked ciphertexts, one of them with itself', ['pick', 'multiply'], ({ builder, input }) => {
    const x = input('x', 2);
    return { y: builder.multiply(x, builder.pick([[x, 0], [x, 0]])) }; // prettier-ignore
  }),
  one(
    'a square picked beside its input',
    ['pick', 'multiply'],
    ({ builder, input }) => {
      const x = input('x', 1);
      return { y: builder.pick([[builder.multiply(x, x), 0], [x, 0]]) }; // prettier-ignore
    },
    true,
  ),
  one(
    'the sum of a square and its input',
    ['add', 'multiply'],
    ({ builder, input }) => {
      const x = input('x', 1);
      return { y: builder.add(builder.multiply(x, x), x) };
    },
    true,
  ),
  one(
    'a product of a product',
    ['multiply'],
    ({ builder, input }) => {
      const x = input('x', 1);
      const square = builder.multiply(x, x);
      return { y: builder.multiply(square, square) };
    },
    true,
  ),
  one('products of one value with others', ['multiply', 'add'], ({ builder, input }) => {
    const [x, z] = [input('x', 1), input('z', 1)];
    return { y: builder.add(builder.multiply(x, z), builder.multiply(z, z)), z: builder.multiply(x, x) };
  }),
  one(
    'rotations by nothing, past the end and backwards',
    ['rotate', 'add'],
    ({
      builder,
      input,
      setting: {
        shape: { columns },
      },
    }) => {
      const x = input('x', 1);
      const steps = [0, columns, columns + 1, -columns - 2, columns - 1];
      return { y: steps.map((by) => builder.rotate(x, by)).reduce((sum, moved) => builder.add(sum, moved)) };
    },
  ),
  one('sums of products, rotated and summed, times what they were made of', ['dot', 'rotateSum'], ({ builder, input }) => {
    const [x, z] = [input('x', 3), input('z', 2)];
    const turned = builder.rotateSum(z, [[{ from: 0, by: 0 }], [{ from: 0, by: 1 }], [{ from: 1, by: -3 }, { from: 0, by: 2 }]]); // prettier-ignore
    const sums = builder.dot(x, turned, [[[0, 0], [1, 1], [2, 2]], [[0, 2]]]); // prettier-ignore
    return { y: builder.rotateSum(sums, [[{ from: 0, by: 0 }, { from: 1, by: 4 }]]), z: sums }; // prettier-ignore
  }),
  one(
    'an input that enters where others have been multiplied, and a bundle read at two levels',
    ['multiply', 'subtract', 'dot'],
    ({ builder, input }) => {
      const [x, z, late] = [input('x', 2), input('z', 1), input('late', 1)];
      const scores = builder.dot(x, z, [[[0, 0], [1, 0]]]); // prettier-ignore
      const errors = builder.subtract(builder.multiply(scores, scores), late);
      return { y: builder.dot(x, errors, [[[0, 0]], [[1, 0]]]), z: errors }; // prettier-ignore
    },
    true,
  ),
  one('rows swapped and rotated', ['swapRows', 'rotate', 'subtract'], ({ builder, input }) => {
    const x = input('x', 1);
    return { y: builder.subtract(builder.rotate(builder.swapRows(x), 1), x) };
  }),
  one('rotations by nothing need no rows to swap', ['rotate', 'swapRows'], ({ builder, input }) => {
    const x = input('x', 1);
    return { y: builder.rotate(x, 0), z: builder.swapRows(x) };
  }),
  one('weights of zero, and a row without any', ['affine'], ({ builder, input }) => ({
    y: builder.affine(input('x', 2), [[0, 0], [1, 0]], Float64Array.of(1, 0)), // prettier-ignore
  })),
  one('an affine map into a small range', ['affine'], ({ builder, input, small }) => ({
    y: builder.affine(input('x', 2), [[small, -small]], Float64Array.of(small)),
  })),
  one('a transform by zero', ['transform'], ({ builder, input, slots }) => {
    const zero = { from: 0, baby: 1, giant: 0, plain: slots().fill(0) };
    return { y: builder.transform(input('x', 1), [[zero], [{ ...zero, baby: 0, plain: slots() }]]) };
  }),
  one(
    'a transform with an output of no terms',
    ['transform'],
    ({ builder, input, slots }) => ({
      y: builder.transform(input('x', 1), [[], [{ from: 0, baby: 0, giant: 0, plain: slots() }]]),
    }),
    true,
  ),
  one('one value under several names, and an input as output', ['add'], ({ builder, input }) => {
    const x = input('x', 1);
    const sum = builder.add(x, x);
    return { a: sum, b: sum, c: x };
  }),
  one('a value that nobody reads', ['add', 'subtract'], ({ builder, input }) => {
    const x = input('x', 1);
    builder.subtract(x, x);
    return { y: builder.add(x, input('z', 1)) };
  }),
  one(
    'a detour through values far outside the output',
    ['addPlain'],
    ({ builder, input, slots }) => {
      const far = slots().fill(1e6);
      const there = builder.addPlain(input('x', 1), [far]);
      const back = builder.addPlain(there, [far.map((value) => -value)]);
      return { y: builder.widen(back, builder.typeOf(0)) };
    },
    true,
  ),
  {
    name: 'a bundle that stays at the evaluator for a later circuit',
    uses: ['add', 'subtract'],
    circuits(setting) {
      const [first, second] = [toolsFor(setting, 'first'), toolsFor(setting, 'second')];
      const x = first.input('x', 1);
      const sum = first.builder.add(x, x);
      const type = first.builder.typeOf(sum);
      const held = second.builder.input('held', 1, type, type.step, [{ circuit: 'first', output: 'sum' }]);
      return [
        first.builder.build({ sum }),
        second.builder.build({ y: second.builder.subtract(held, held), z: second.builder.add(held, held) }),
      ];
    },
  },
  ...([2, 3, 4] as const).map((rounds): Combination => ({
    name: `squares in ${rounds} circuits, one after the other at the evaluator`,
    uses: ['multiply'],
    refusable: true,
    circuits: (setting) => Array.from({ length: rounds }, (_, round) => squareOfRound(setting, round)),
  })),
  {
    name: 'several circuits that share nothing',
    uses: ['add', 'addPlain'],
    circuits: (setting) => {
      const one = operationCircuit(setting, 'add');
      const tools = toolsFor(setting, 'other');
      return [one, tools.builder.build({ y: tools.builder.addPlain(tools.input('other', 1), [tools.slots()]) })];
    },
  },
];

/** Squares of -1, 0 and 1 stay within [-1, 1], so that only noise and levels are used up. */
function squareOfRound(setting: Setting, round: number): Circuit {
  const builder = builderFor(setting, `round${round}`);
  const { step } = inputType(setting);
  const source = round === 0 ? 'client' : ({ circuit: `round${round - 1}`, output: 'y' } as const);
  const x = builder.input(`x${round}`, 1, { min: -1, max: 1 }, step, [source]);
  return builder.build({ y: builder.widen(builder.multiply(x, x), { min: -1, max: 1 }) });
}
