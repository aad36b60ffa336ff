/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expectValues, expectWidth, portOf } from './ports.ts';
import type { Port } from './scheme.ts';

function port({
  width = 1,
  min = -2,
  max = 3,
  step = null,
}: { width?: number; min?: number; max?: number; step?: number | null } = {}): Port {
  return { type: { width, min, max, bound: 'proven', step }, shape: { rows: 2, columns: 2 }, passes: 1 };
}

describe('portOf', () => {
  test('gives the port of that name', () => {
    const pixels = port();
    expect(portOf({ pixels, other: port() }, 'pixels')).toBe(pixels);
  });

  test.each(['pixel', 'toString', '__proto__', 'constructor', ''])("knows no port '%s', and says which there are", (name) => {
    expect(() => portOf({ pixels: port() }, name)).toThrow(expect.objectContaining({ code: 'UNKNOWN_PORT', got: `'${name}'` }));
    expect(() => portOf({ pixels: port(), bias: port() }, name)).toThrow('pixels, bias');
  });
});

describe('expectWidth', () => {
  test('takes exactly the width', () => {
    expectWidth(port({ width: 3 }), 'x', 3);
    for (const width of [0, 2, 4]) {
      expect(() => expectWidth(port({ width: 3 }), 'x', width)).toThrow(expect.objectContaining({ code: 'WRONG_WIDTH', got: `${width}` }));
    }
  });
});

describe('expectValues', () => {
  test('takes the ends of the range, fewer numbers than slots, and none', () => {
    expectValues(port(), 'x', [Float64Array.of(-2, 3, 0.5)]);
    expectValues(port(), 'x', [Float64Array.of(-2, 3, 0, 1)]);
    expectValues(port(), 'x', [new Float64Array(0)]);
    expectValues(port({ step: 0.5 }), 'x', [[-2n, 3n, 0n]]);
  });

  test('takes zeros behind the filled slots, and nothing else', () => {
    const { type, ...rest } = port();
    const filled = { ...rest, type: { ...type, filled: 2 } };
    expectValues(filled, 'x', [Float64Array.of(1, 2)]);
    expectValues(filled, 'x', [Float64Array.of(1, 2, 0, 0)]);
    for (const values of [Float64Array.of(0, 0, 1), [0n, 0n, 0n, -1n]]) {
      expect(() => expectValues(filled, 'x', [values])).toThrow(expect.objectContaining({ code: 'TOO_MANY_VALUES' }));
    }
  });

  test('refuses a bundle of another width before it looks at values', () => {
    expect(() => expectValues(port({ width: 2 }), 'x', [Float64Array.of(99)])).toThrow(expect.objectContaining({ code: 'WRONG_WIDTH' }));
  });

  test('refuses more numbers than slots', () => {
    expect(() => expectValues(port(), 'x', [new Float64Array(5)])).toThrow(expect.objectContaining({ code: 'TOO_MANY_VALUES', got: '5' }));
  });

  test('refuses the numbers outside the range, and no others', () => {
    fc.assert(
      fc.property(fc.double(), fc.double({ min: -8, max: 8, noNaN: true }), (far, near) => {
        for (const value of [far, near]) {
          const check = (): void => expectValues(port(), 'x', [Float64Array.of(0, value)]);
          if (-2 <= value && value <= 3) check();
          else expect(check).toThrow(expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE' }));
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('refuses fractions where counts are wanted, and looks at every ciphertext of the bundle', () => {
    const counted = port({ width: 2, step: 0.25 });
    expectValues(counted, 'x', [Float64Array.of(1), Float64Array.of(-2)]);
    expect(() => expectValues(counted, 'x', [Float64Array.of(1), Float64Array.of(0.5)])).toThrow(/whole numbers from -2 to 3/);
  });

  test('compares big integers exactly beyond 2^53', () => {
    const wide = port({ min: 0, max: 2 ** 53, step: 1 });
    expectValues(wide, 'x', [[2n ** 53n]]);
    expect(() => expectValues(wide, 'x', [[2n ** 53n + 1n]])).toThrow(
      expect.objectContaining({ code: 'VALUE_OUT_OF_RANGE', got: expect.stringContaining(`${2n ** 53n + 1n}`) as string }),
    );
  });
});
