/** @module */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imageValues } from '../data/images.ts';
import { loadMnist } from '../data/mnist.ts';
import { loadModel } from '../models/load-model.ts';
import { compileNetwork } from './compiled-network.ts';
import { networkAndInput } from './network.fixture.ts';
import { evaluateNetwork } from './reference.ts';

/** The reference adds the zeros of a padding, and may turn the sign of a zero. */
const withoutSignedZeros = (values: Float64Array): number[] => Array.from(values, (value) => value + 0);

describe('a compiled network', () => {
  test('gives the values of the reference, to the last bit: it adds in the same order', () => {
    fc.assert(
      fc.property(networkAndInput, ({ network, input }) => {
        expect(withoutSignedZeros(compileNetwork(network)(input))).toEqual(withoutSignedZeros(evaluateNetwork(network, input)));
      }),
    );
  });

  test.each(['cnn-cryptonets', 'cnn-relu', 'cnn-tenseal', 'cnn-lola-small', 'mlp-dinn-30'])('%s on images of digits', (id) => {
    const { network } = loadModel(id);
    const { heldOut } = loadMnist();
    const run = compileNetwork(network);
    for (let index = 0; index < 20; index++) {
      const image = imageValues(heldOut, index);
      expect(withoutSignedZeros(run(image))).toEqual(withoutSignedZeros(evaluateNetwork(network, image)));
    }
  });

  test('forgets the call before', () => {
    fc.assert(
      fc.property(networkAndInput, ({ network, input }) => {
        const run = compileNetwork(network);
        const once = run(input).slice();
        run(input.map((value) => -value));
        expect(run(input)).toEqual(once);
      }),
      { numRuns: 20 },
    );
  });

  test('leaves its input as it is', () => {
    fc.assert(
      fc.property(networkAndInput, ({ network, input }) => {
        const before = input.slice();
        compileNetwork(network)(input);
        expect(input).toEqual(before);
      }),
      { numRuns: 20 },
    );
  });

  test('refuses an input of another size', () => {
    const { network } = loadModel('cnn-relu');
    expect(() => compileNetwork(network)(new Float64Array(3))).toThrow(expect.objectContaining({ code: 'NETWORK_SHAPE' }));
  });
});
