/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Network } from '../network/network.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { vectorShape } from '../network/shape.ts';
import { withClassAlone } from './class-alone.ts';

/** Outputs are its inputs. */
function identity(classes: number): Network {
  const weights = Float64Array.from({ length: classes * classes }, (_, at) => (at % (classes + 1) === 0 ? 1 : 0));
  return {
    input: { shape: vectorShape(classes), min: -9, max: 9 },
    layers: [{ kind: 'dense', name: 'output', inputs: classes, outputs: classes, weights, bias: new Float64Array(classes) }],
  };
}

test('the largest output is +1 and all others are -1; of equal ones, the first', () => {
  // Few values, so that many are equal.
  const outputs = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 2, maxLength: 12 });
  const property = fc.property(outputs, (values) => {
    const found = evaluateNetwork(withClassAlone(identity(values.length)), Float64Array.from(values));
    const largest = values.indexOf(Math.max(...values));
    expect(Array.from(found)).toEqual(values.map((_, index) => (index === largest ? 1 : -1)));
  });
  fc.assert(property);
});

test('ten classes take 45 signs, then 10', () => {
  const network = withClassAlone(identity(10));
  expect(network.layers.flatMap((layer) => (layer.kind === 'dense' ? [layer.outputs] : []))).toEqual([10, 45, 10]);
});
