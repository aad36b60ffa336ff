/** @module */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { conformanceError } from './conformance.fixture.ts';

const files = z.record(z.string(), z.object({ model: z.string(), inputs: z.array(z.string()), outputs: z.array(z.string()) }));
const packed = readFileSync(new URL('fixtures/conformance.json.gz', import.meta.url));
const cases = Object.entries(files.parse(JSON.parse(gunzipSync(packed).toString())));

const decoded = (text: string): Uint8Array => Buffer.from(text, 'base64');

describe("the ONNX project's own cases have the outputs that they must have", () => {
  test('there are some of every operator', () => {
    expect(cases.length).toBeGreaterThan(200);
  });

  test.each(cases)('%s', (_, { model, inputs, outputs }) => {
    expect(conformanceError({ model: decoded(model), inputs: inputs.map(decoded), outputs: outputs.map(decoded) })).toBeLessThan(1e-4);
  });
});
