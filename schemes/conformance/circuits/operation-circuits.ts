/**
 * The smallest circuit for each operation, in the arithmetic and shape of the adapter.
 *
 * @module
 */
import type { Circuit, Operation, ProductTerm, SlotShape } from '../../circuit.ts';
import type { HEScheme } from '../../scheme.ts';
import { CircuitBuilder } from './circuit-builder.ts';
import { numberOf, uniforms } from './random-values.ts';

/** What a circuit depends on. */
export interface Setting {
  readonly scheme: Pick<HEScheme, 'arithmetic'>;
  readonly shape: SlotShape;
}

/** Range and step of inputs: real numbers in [-1, 1], whole ones in [-8, 7]. */
export function inputType({ scheme }: Setting): { readonly min: number; readonly max: number; readonly step: number | null } {
  return scheme.arithmetic === 'real' ? { min: -1, max: 1, step: null } : { min: -8, max: 7, step: 1 };
}

/** Range of weights, biases and plains. */
export function plainType({ scheme }: Setting): { readonly min: number; readonly max: number; readonly step: number | null } {
  return scheme.arithmetic === 'real' ? { min: -1, max: 1, step: null } : { min: -4, max: 4, step: 1 };
}

/** An empty circuit whose inputs and plains count in the adapter's arithmetic. */
export function builderFor(setting: Setting, id: string): CircuitBuilder {
  return new CircuitBuilder(id, setting.shape, plainType(setting).step);
}

/** An input that the client fills, of the usual range. */
export function usualInput(builder: CircuitBuilder, setting: Setting, port: string, width: number): number {
  const type = inputType(setting);
  return builder.input(port, width, type, type.step);
}

/** The same with zeros behind its first slots. */
export function filledInput(builder: CircuitBuilder, setting: Setting, port: string, width: number, filled: number): number {
  const type = inputType(setting);
  return builder.filledInput(port, width, type, type.step, filled);
}

/** One plain number per slot. */
export function plainSlots(setting: Setting, uniform: () => number): Float64Array {
  return Float64Array.from({ length: setting.shape.rows * setting.shape.columns }, () => numberOf(plainType(setting), uniform));
}

/** A value that goes in and comes out. */
export function identity(setting: Setting, width = 1): Circuit {
  const builder = builderFor(setting, 'identity');
  return builder.build({ y: usualInput(builder, setting, 'x', width) });
}

/** A circuit with nothing but inputs and one node of the operation, named for it. */
export function operationCircuit(setting: Setting, op: Operation['op']): Circuit {
  const uniform = uniforms(7);
  const plain = (): number => numberOf(plainType(setting), uniform);
  const builder = builderFor(setting, op);
  if (op === 'table') return tableCircuit(builder);
  if (op === 'convolve') return convolutionCircuit(builder, setting, plain);
  const x = usualInput(builder, setting, 'x', 2);
  switch (op) {
    case 'input':
      return builder.build({ y: x });
    case 'add':
    case 'subtract':
    case 'multiply':
      return builder.build({ y: builder[op](x, usualInput(builder, setting, 'z', 2)) });
    case 'dot': {
      const terms: readonly (readonly ProductTerm[])[] = [[[0, 0], [1, 2], [1, 0]], [[1, 1]]]; // prettier-ignore
      return builder.build({ y: builder.dot(x, usualInput(builder, setting, 'z', 3), terms) });
    }
    case 'affine': {
      const rows = [0, 1, 2].map(() => [plain(), plain()]);
      return builder.build({ y: builder.affine(x, rows, Float64Array.from(rows, plain)) });
    }
    case 'addPlain':
      return builder.build({ y: builder.addPlain(x, [plainSlots(setting, uniform), plainSlots(setting, uniform)]) });
    case 'transform': {
      const term = (from: number, baby: number, giant: number) => ({ from, baby, giant, plain: plainSlots(setting, uniform) });
      return builder.build({ y: builder.transform(x, [[term(0, 0, 0), term(1, 1, 0), term(0, 1, 2)], [term(1, -1, 0)]]) });
    }
    case 'fold':
      return builder.build({ y: builder.fold(x, [1, 2, 4]) });
    case 'rotate':
      return builder.build({ y: builder.rotate(x, 3), back: builder.rotate(x, -1), whole: builder.rotate(x, setting.shape.columns) });
    case 'rotateSum': {
      const term = (from: number, by: number) => ({ from, by });
      const outputs = [[term(0, 1), term(1, -2), term(0, 0)], [term(1, 0)], [term(0, 1)], [term(0, 0), term(1, setting.shape.columns)]];
      return builder.build({ y: builder.rotateSum(x, outputs) });
    }
    case 'swapRows':
      return builder.build({ y: builder.swapRows(x) });
    case 'bootstrap':
      return builder.build({ y: builder.bootstrap(x) });
    case 'pick':
      return builder.build({ y: builder.pick([[x, 1], [x, 0], [x, 1]]) }); // prettier-ignore
  }
}

/** Filled slots and weights reach just to the last slot. */
function convolutionCircuit(builder: CircuitBuilder, setting: Setting, plain: () => number): Circuit {
  const slots = setting.shape.rows * setting.shape.columns;
  const filled = Math.min(3, slots);
  const x = filledInput(builder, setting, 'x', 2, filled);
  const term = (from: number, weights: number) => ({ from, weights: Float64Array.from({ length: weights }, plain) });
  const all = Math.min(6, slots - filled + 1);
  return builder.build({ y: builder.convolve(x, [[term(0, all), term(1, all)], [term(1, 1)]]) }); // prettier-ignore
}

/** Counted in whole numbers in every arithmetic: halves between two entries would round either way. */
function tableCircuit(builder: CircuitBuilder): Circuit {
  const x = builder.input('x', 2, { min: 0, max: 7 }, 1);
  return builder.build({ y: builder.table(x, { min: 0, step: 1, outputs: Float64Array.of(5, 1, 4, 0, 7, 2, 6, 3), negacyclic: false }) });
}
