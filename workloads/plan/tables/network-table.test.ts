/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ActivationName, functionOf } from '../../network/activation.ts';
import { networkTable } from './network-table.ts';

const sums = fc.record({
  min: fc.integer({ min: -5000, max: 0 }),
  max: fc.integer({ min: 1, max: 5000 }),
  step: fc.double({ min: 1e-4, max: 1, noNaN: true }),
});
const names = fc.constantFrom<ActivationName>('square', 'relu', 'sigmoid');

test('every sum has an entry within half an entry, whose output is the function there within half a step', () => {
  fc.assert(
    fc.property(sums, names, fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 9 }), (range, name, entryBits, outputBits) => {
      const { table, output } = networkTable([{ activation: name }], range, { entryBits, outputBits });
      expect(table.outputs.length).toBeLessThanOrEqual(2 ** entryBits);
      expect(table.negacyclic).toBe(false);
      // As few and as wide entries as bits ask for.
      expect(table.step).toBeLessThanOrEqual(Math.max(1, (range.max - range.min) / (2 ** entryBits - 1) + 1));
      const inputs = Array.from({ length: table.outputs.length }, (_, index) => table.min + index * table.step);
      expect(inputs).toContain(0);
      expect(inputs[0]).toBeLessThanOrEqual(range.min + table.step / 2);
      expect(inputs.at(-1)).toBeGreaterThanOrEqual(range.max - table.step / 2);
      const exact = inputs.map((input) => functionOf({ activation: name })(input * range.step));
      exact.forEach((value, index) =>
        expect(Math.abs(Number(table.outputs[index]) * output.step! - value)).toBeLessThanOrEqual(output.step! * 0.501),
      );
      const outputs = Array.from(table.outputs, Number);
      expect([Math.min(...outputs), Math.max(...outputs)]).toEqual([output.min, output.max]);
      // All output bits are used, where there is anything to put out.
      expect(output.max).toBe(exact.every((value) => value === 0) ? 0 : 2 ** outputBits - 1);
    }),
    { seed: 41, numRuns: 200 },
  );
});

test('a sign is one entry for zero and above in half a torus that holds every sum, and its opposite below', () => {
  const { table, output } = networkTable([{ activation: 'sign' }], { min: -341, max: 448, step: 1 }, { entryBits: 8, outputBits: 8 });
  expect(table).toEqual({ min: 449 / 2, step: 449, outputs: Float64Array.of(1), negacyclic: true });
  expect(output).toEqual({ min: -1, max: 1, step: 1 });
});
