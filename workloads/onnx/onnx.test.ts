/** @module */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as ort from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { EnigmarkError } from '../../schemes/errors.ts';
import { mutateBytes } from '../data/fuzz.fixture.ts';
import { Random } from '../data/random.ts';
import { compileNetwork } from '../network/compiled-network.ts';
import { chainOutputsOf, outputsOf } from './conformance.fixture.ts';
import { loadOnnx } from './load-onnx.ts';
import { lowerModel } from './lower.ts';
import { readModel } from './model.ts';

const FOLDER = fileURLToPath(new URL('fixtures/', import.meta.url));
const models = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.onnx'))
  .map((file) => file.slice(0, -'.onnx'.length));
const bytesOf = (model: string): Uint8Array => readFileSync(join(FOLDER, `${model}.onnx`));

ort.env.wasm.numThreads = 1;

/** The last float output of the model for one sample. */
async function runtimeOutputs(model: string, shape: readonly number[], sample: Float64Array): Promise<Float64Array> {
  const session = await ort.InferenceSession.create(bytesOf(model));
  const outputs = await session.run({ [session.inputNames[0]!]: new ort.Tensor('float32', Float32Array.from(sample), shape) });
  return Float64Array.from(outputs[session.outputNames.at(-1)!]!.data as Float32Array);
}

describe('models are what onnxruntime computes, within 1e-4', () => {
  test.each(models)('%s', async (model) => {
    const lowered = lowerModel(readModel(bytesOf(model)));
    const { inputShape, input, layers } = lowered;
    const random = Random.from(1, model);
    const run = compileNetwork({ input: { shape: input, min: -1, max: 1 }, layers });
    for (let count = 0; count < 4; count++) {
      const size = inputShape.reduce((product, length) => product * length, 1);
      const sample = Float64Array.from({ length: size }, () => Math.fround(random.uniform(-1, 1)));
      const expected = await runtimeOutputs(model, inputShape, sample);
      // The label comes first: scores behind it are what is compared, as the client finds them.
      const client = lowered.leftToClient === 'argmax' ? 'softmax' : lowered.leftToClient;
      const found = outputsOf({ ...lowered, leftToClient: client }, sample);
      expect(found).toHaveLength(expected.length);
      found.forEach((value, at) => expect(Math.abs(value - expected[at]!)).toBeLessThan(1e-4));
      const planned = chainOutputsOf({ ...lowered, leftToClient: client }, sample);
      planned.forEach((value, at) => expect(Math.abs(value - found[at]!)).toBeLessThan(1e-9));
      const logits = outputsOf({ ...lowered, leftToClient: null }, sample);
      run(sample).forEach((value, at) => expect(Math.abs(value - logits[at]!)).toBeLessThan(1e-9));
    }
  });
});

describe('samples of a model', () => {
  test('come from an archive of NumPy; their interval is the one of the input', () => {
    const { id, network, samples } = loadOnnx(join(FOLDER, 'torch-residual-13.onnx'), join(FOLDER, 'torch-residual-13.npz'));
    expect(id).toBe('torch-residual-13');
    expect(samples!.inputs).toHaveLength(12);
    expect(samples!.labels).toHaveLength(12);
    expect(samples!.calibration).toHaveLength(20);
    const numbers = [...samples!.inputs, ...samples!.calibration!].flatMap((row) => [...row]);
    expect([network.input.min, network.input.max]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
  });

  test('come from a table of text, with a column of labels', () => {
    const folder = mkdtempSync(join(tmpdir(), 'enigmark-onnx-'));
    try {
      const path = join(folder, 'data.csv');
      writeFileSync(path, 'a,b,label,c,d\n1,2,0,3,4\n5,6,2,7,8.5\n');
      const { samples, leftToClient } = loadOnnx(join(FOLDER, 'sklearn-logistic.onnx'), path);
      expect(samples!.inputs.map((row) => [...row])).toEqual([[1, 2, 3, 4], [5, 6, 7, 8.5]]); // prettier-ignore
      expect([...samples!.labels!]).toEqual([0, 2]);
      expect(leftToClient).toBe('argmax');
      writeFileSync(path, 'a,b,c,d\n1,2,three,4\n');
      expect(() => loadOnnx(join(FOLDER, 'sklearn-logistic.onnx'), path)).toThrow(expect.objectContaining({ code: 'CSV_FILE' }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

/** 20,000 once; fewer wherever tests run. */
const MUTATIONS = process.env['ENIGMARK_FULL'] === undefined ? 400 : 20_000;

test('a damaged file is a network, or an error with a code', () => {
  const random = Random.from(1, 'damaged models');
  const sound = models.map(bytesOf);
  let refused = 0;
  for (let count = 0; count < MUTATIONS; count++) {
    const damaged = mutateBytes(sound[random.below(sound.length)]!, random);
    try {
      lowerModel(readModel(damaged));
    } catch (error) {
      if (!(error instanceof EnigmarkError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(MUTATIONS / 10);
});

describe('what is not read is refused in words', () => {
  /** A message of Protocol Buffers: fields of a number and bytes, or a whole number below 128. */
  const message = (...fields: readonly (readonly [number, number | Uint8Array])[]): Uint8Array =>
    Buffer.concat(
      fields.map(([number, value]) =>
        typeof value === 'number'
          ? Buffer.from([number << 3, value])
          : Buffer.concat([
              Buffer.from(
                [((number << 3) | 2) & 0x7f, ...(number > 15 ? [number >> 4] : []), value.length].map((byte, at) =>
                  at === 0 && number > 15 ? byte | 0x80 : byte,
                ),
              ),
              value,
            ]),
      ),
    );
  const graph = message([2, Buffer.from('graph')]);

  test.each([
    ['nothing', 'ONNX_DAMAGED', /a graph/, new Uint8Array(0)],
    ['an old format', 'ONNX_UNSUPPORTED', /version 3/, message([1, 2], [7, graph])],
    ['local functions', 'ONNX_UNSUPPORTED', /local functions/, message([1, 8], [7, graph], [25, new Uint8Array(1)])],
    ['constants in another file', 'ONNX_UNSUPPORTED', /another file/, message([1, 8], [7, message([5, message([14, 1])])])],
    ['sparse constants', 'ONNX_UNSUPPORTED', /sparse/, message([1, 8], [7, message([15, new Uint8Array(0)])])],
    ['a model without inputs', 'ONNX_INPUT', /one input/, message([1, 8], [7, graph])],
    ['text', 'ONNX_DAMAGED', /ONNX file/, Buffer.from('this is no model at all')],
  ])('%s', (_, code, words, bytes) => {
    const refusal: unknown = expect.objectContaining({ code, message: expect.stringMatching(words) as unknown });
    expect(() => lowerModel(readModel(bytes))).toThrow(refusal);
  });
});
