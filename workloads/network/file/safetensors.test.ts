/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EnigmarkError } from '../../../schemes/errors.ts';
import { readSafetensors, type Tensor, writeSafetensors } from './safetensors.ts';

/** A file written by hand: header text, then little-endian floats. */
function file(header: string, floats: readonly number[], headerBytes = BigInt(header.length)): Uint8Array {
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerBytes);
  const body = Buffer.alloc(4 * floats.length);
  floats.forEach((value, index) => body.writeFloatLE(value, 4 * index));
  return Buffer.concat([length, Buffer.from(header, 'latin1'), body]);
}
const entry = (shape: string, begin: number, end: number, dtype = 'F32'): string =>
  `{"dtype":"${dtype}","shape":[${shape}],"data_offsets":[${begin},${end}]}`;

test('reads a file written by hand, entries in any order', () => {
  const tensors = readSafetensors(
    file(`{"b":${entry('', 16, 20)},"__metadata__":{"by":"hand"},"w":${entry('2,2', 0, 16)}}  `, [1, 2, 3, -4.5, 9]),
  );
  expect(tensors.read('w')).toEqual({ shape: [2, 2], data: Float64Array.of(1, 2, 3, -4.5) });
  expect(tensors.read('b')).toEqual({ shape: [], data: Float64Array.of(9) });
  expect(tensors.read('c')).toBeNull();
  expect(tensors.names).toEqual(['w', 'b']);
});

test('what is written is read again', () => {
  const tensor = fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 9 }).map((values): Tensor => ({
    shape: [values.length],
    data: Float32Array.from(values),
  }));
  const names = fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__');
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(names, tensor), { selector: ([name]) => name, maxLength: 4 }), (entries) => {
      const tensors = new Map(entries);
      const read = readSafetensors(writeSafetensors(tensors, { trained: 'never' }));
      expect(new Set(read.names)).toEqual(new Set(tensors.keys()));
      for (const [name, { shape, data }] of tensors) expect(read.read(name)).toEqual({ shape, data: Float64Array.from(data) });
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.each<[string, string, Uint8Array]>([
  ['no bytes', 'SAFETENSORS_TRUNCATED', new Uint8Array()],
  ['a cut length', 'SAFETENSORS_TRUNCATED', new Uint8Array(7)],
  ['a header past the end', 'SAFETENSORS_TRUNCATED', file('{}', [], 3n)],
  ['a header of 2^63 bytes', 'SAFETENSORS_TRUNCATED', file('{}', [], 1n << 63n)],
  ['no header', 'SAFETENSORS_HEADER', file('', [])],
  ['a header that is no JSON', 'SAFETENSORS_HEADER', file('{', [])],
  ['a header that is no UTF-8', 'SAFETENSORS_HEADER', file('{"\xff":1}', [])],
  ['a list as header', 'SAFETENSORS_HEADER', file('[]', [])],
  ['a type that is no text', 'SAFETENSORS_HEADER', file('{"w":{"dtype":32,"shape":[],"data_offsets":[0,4]}}', [0])],
  ['a negative length of an unknown type', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('1', 0, 0, 'X')},"v":${entry('1', 4, 0, 'X')}}`, [0])],
  ['another length than the type', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('1', 0, 4, 'F16')}}`, [0])],
  ['an unknown field', 'SAFETENSORS_HEADER', file('{"w":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', [0])],
  ['a negative size', 'SAFETENSORS_HEADER', file(`{"w":${entry('-1', 0, 4)}}`, [0])],
  ['half a size', 'SAFETENSORS_HEADER', file(`{"w":${entry('0.5', 0, 4)}}`, [0])],
  ['metadata that is no text', 'SAFETENSORS_HEADER', file('{"__metadata__":{"a":1}}', [])],
  ['an absurd shape', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('4294967295,4294967295', 0, 4)}}`, [0])],
  ['offsets the wrong way round', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('1', 4, 0)}}`, [0])],
  ['another length than the shape', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('2', 0, 4)}}`, [0])],
  ['a hole', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('1', 4, 8)}}`, [0, 0])],
  ['an overlap', 'SAFETENSORS_LAYOUT', file(`{"v":${entry('2', 0, 8)},"w":${entry('1', 4, 8)}}`, [0, 0])],
  ['a tensor past the end', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('2', 0, 8)}}`, [0])],
  ['bytes that belong to no tensor', 'SAFETENSORS_LAYOUT', file(`{"w":${entry('1', 0, 4)}}`, [0, 0])],
])('refuses %s', (_, code, bytes) => {
  expect(() => readSafetensors(bytes)).toThrow(expect.objectContaining({ code }));
});

/** A file of one tensor `w` in a type, from its bytes as hexadecimal digits. */
function oneTensor(dtype: string, hex: string): Uint8Array {
  const bytes = Buffer.from(hex, 'hex');
  const header = `{"w":{"dtype":"${dtype}","shape":[${dtype === 'F4' ? 4 : 1}],"data_offsets":[0,${bytes.length}]}}`;
  return Buffer.concat([file(header, []), bytes]);
}

// Little endian, encoded by hand: 1.5 is 0x3ff8 0000 0000 0000 as a double, 0x3e00 as a half, 0x3fc0 as a bfloat16.
test.each([
  ['F64', '000000000000f83f', 1.5],
  ['F32', '0000c03f', 1.5],
  ['F16', '003e', 1.5],
  ['BF16', 'c03f', 1.5],
  ['I64', 'feffffffffffffff', -2],
  ['U64', 'ffffffffffff1f00', 2 ** 53 - 1],
  ['I32', 'feffffff', -2],
  ['U32', 'feffffff', 2 ** 32 - 2],
  ['I16', 'feff', -2],
  ['U16', 'feff', 65534],
  ['I8', 'fe', -2],
  ['U8', 'fe', 254],
])('a number of type %s is read exactly', (dtype, hex, value) => {
  expect(readSafetensors(oneTensor(dtype, hex)).read('w')).toEqual({ shape: [1], data: Float64Array.of(value) });
});

test.each([
  ['infinity', 'F32', '0000807f', 'SAFETENSORS_VALUE'],
  ['no number', 'BF16', 'c07f', 'SAFETENSORS_VALUE'],
  ['a whole number that no double holds', 'U64', 'ffffffffffffffff', 'SAFETENSORS_VALUE'],
  ['an unknown type', 'F4', 'ffff', 'SAFETENSORS_TYPE'],
])('a tensor with %s stays unread, and is refused when it is asked for', (_, dtype, hex, code) => {
  const tensors = readSafetensors(oneTensor(dtype, hex));
  expect(tensors.names).toEqual(['w']);
  expect(() => tensors.read('w')).toThrow(expect.objectContaining({ code }));
});

test('changed, cut or lengthened files are read or refused with a code, and a changed length never passes', () => {
  const sound = writeSafetensors(new Map([['w', { shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }]]), { trained: 'never' });
  const change = fc.record({ at: fc.nat(sound.length - 1), byte: fc.nat(255), length: fc.integer({ min: 0, max: sound.length + 4 }) });
  fc.assert(
    fc.property(change, ({ at, byte, length }) => {
      const damaged = new Uint8Array(length);
      damaged.set(sound.subarray(0, length));
      if (at < length) damaged[at] = byte;
      try {
        const tensors = readSafetensors(damaged);
        expect(length).toBe(sound.length);
        expect(tensors.names.reduce((sum, name) => sum + tensors.read(name)!.data.length, 0)).toBe(6);
      } catch (error) {
        expect(error).toBeInstanceOf(EnigmarkError);
      }
    }),
    { seed: 2, numRuns: 2000 },
  );
});
