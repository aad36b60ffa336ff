/** @module */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { mutateBytes } from '../../data/fuzz.fixture.ts';
import { Random } from '../../data/random.ts';
import { readCsv } from './csv.ts';
import { readNpy, readNpz } from './npy.ts';

const archive = readFileSync(new URL('../../onnx/fixtures/torch-residual-13.npz', import.meta.url));

/** An array as numpy.save writes it. */
function npy(descr: string, shape: string, body: Uint8Array, fortran = 'False'): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': (${shape}), }`.padEnd(117) + '\n';
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), Buffer.from([header.length, 0]), Buffer.from(header), body]);
}

test('an archive that NumPy compressed', () => {
  const tensors = readNpz(archive);
  expect(tensors.names).toEqual(['x_test', 'y_test', 'x_train']);
  expect(tensors.read('x_test')!.shape).toEqual([12, 1, 6, 6]);
  expect(tensors.read('y_test')!.data.every((label) => [0, 1, 2, 3].includes(label))).toBe(true);
  expect(tensors.read('x_train')!.data.every((value) => value >= 0 && value < 1)).toBe(true);
  expect(tensors.read('nothing')).toBeNull();
});

test.each<[string, Uint8Array, number[]]>([
  ['<f4', new Uint8Array(Float32Array.of(1.5, -2).buffer), [1.5, -2]],
  ['>f4', Buffer.from('3fc00000c0000000', 'hex'), [1.5, -2]],
  ['<f2', Buffer.from('003e00c0', 'hex'), [1.5, -2]],
  ['<i8', new Uint8Array(BigInt64Array.of(7n, -3n).buffer), [7, -3]],
  ['|u1', Uint8Array.of(200, 3), [200, 3]],
  ['|b1', Uint8Array.of(1, 0), [1, 0]],
])('numbers of type %s', (descr, body, numbers) => {
  expect(readNpy(npy(descr, '2,', body), 'x')).toEqual({ shape: [2], data: Float64Array.from(numbers) });
});

describe('is refused', () => {
  const one = new Uint8Array(Float32Array.of(1).buffer);
  test.each<[string, RegExp, Uint8Array]>([
    ['text', /numbers in x/, npy('<U4', '1,', one)],
    ['too few numbers', /2 numbers of 4 bytes.*4 bytes/, npy('<f4', '2,', one)],
    ['columns before rows', /row by row/, npy('<f4', '1, 1', one, 'True')],
    ['no number', /finite/, npy('<f4', '1,', new Uint8Array(Float32Array.of(NaN).buffer))],
    ['another file', /array of NumPy/, Buffer.from('PK and so on, and so on')],
  ])('%s', (_, words, bytes) => {
    const refusal: unknown = expect.objectContaining({ code: 'NUMPY_FILE', message: expect.stringMatching(words) as unknown });
    expect(() => readNpy(bytes, 'x')).toThrow(refusal);
  });

  test('a damaged archive, with a code', () => {
    const random = Random.from(1, 'damaged archives');
    let refused = 0;
    for (let count = 0; count < 300; count++) {
      try {
        const tensors = readNpz(mutateBytes(archive, random));
        for (const name of tensors.names) tensors.read(name);
      } catch (error) {
        if (!(error instanceof EnigmarkError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(30);
  });
});

test('tables of text: any separator, with names or without', () => {
  const numbers = (text: string): number[] => [...readCsv(Buffer.from(text)).read('inputs')!.data];
  expect(numbers('1,2\n3,4\n')).toEqual([1, 2, 3, 4]);
  expect(numbers('a;b\r\n1;2e-3\r\n')).toEqual([1, 0.002]);
  expect(readCsv(Buffer.from('"x"\t"Class"\n0.5\t2\n')).read('labels')).toEqual({ shape: [1], data: Float64Array.of(2) });
  for (const text of ['', 'a,b\n', '1,2\n3\n', '1,2\n3,x\n']) {
    expect(() => readCsv(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'CSV_FILE' }));
  }
});
