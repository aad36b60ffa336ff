/**
 * `estimate.depth` is the longest chain of encrypted multiplications, and a chain that `compile` accepts can be walked.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Circuit } from '../../circuit.ts';
import { isRefusal, type Compiled } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { expectRight } from '../oracle.ts';
import { builderFor, inputType, operationCircuit, usualInput } from '../circuits/operation-circuits.ts';
import { openParties, Parties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import { compiledBy, type Subject } from '../subject.ts';

const LONGEST_CHAIN = 8;

export const depth: Claim = {
  title: 'depth',
  add(subject, test) {
    const { operations } = subject.scheme;
    test('single operations have depth 0, multiplications and tables 1', async () => {
      for (const op of operations) {
        const { estimate } = compiledBy(subject, [operationCircuit(subject, op)]);
        assert.equal(estimate.depth, op === 'multiply' || op === 'dot' || op === 'table' ? 1 : 0, op);
      }
    });
    if (!operations.has('multiply')) return;
    test('the longest way counts, not the number of products', async () => {
      const builder = builderFor(subject, 'ways');
      const [x, z] = [usualInput(builder, subject, 'x', 1), usualInput(builder, subject, 'z', 1)];
      const outputs = { a: builder.multiply(x, x), b: builder.multiply(x, z), c: builder.multiply(z, z) };
      assert.equal(compiledBy(subject, [builder.build(outputs)]).estimate.depth, 1);
    });
    test('the longest chain of squares that is accepted decrypts rightly', async () => {
      let deepest: { readonly compiled: Compiled; readonly circuits: readonly Circuit[] } | null = null;
      for (let length = 1; length <= LONGEST_CHAIN; length++) {
        const circuits = [squares(subject, length)];
        const compiled = subject.scheme.compile(circuits, subject.need);
        if (isRefusal(compiled)) break;
        assert.equal(compiled.estimate.depth, length);
        deepest = { compiled, circuits };
      }
      assert.ok(deepest, 'one square is accepted');
      await using parties = await Parties.open(subject.scheme, deepest.compiled, deepest.circuits);
      await expectRight(subject, parties, randomInputs(deepest.circuits, subject.slots, uniforms(subject.seed)));
    });
    test('noise margins, where the client tells them, are left and shrink', async () => {
      const circuits = [squares(subject, 1)];
      await using parties = await openParties(subject, circuits);
      const { client, evaluator } = parties;
      if (client.noise === undefined) return;
      const envelopes = await client.encrypt('x', [Float64Array.of(1)]);
      const results = await evaluator.run('squares', { x: await evaluator.load('x', envelopes) });
      const fresh = await client.noise(envelopes[0]!);
      const used = await client.noise((await evaluator.store(results['y']!))[0]!);
      assert.ok(used.margin_bits > 0 && fresh.margin_bits > used.margin_bits, `${fresh.margin_bits} bits, then ${used.margin_bits}`);
    });
  },
};

/** Squares of numbers in [-1, 1] stay there. */
function squares(subject: Subject, length: number): Circuit {
  const builder = builderFor(subject, 'squares');
  let value = builder.input('x', 1, { min: -1, max: 1 }, inputType(subject).step);
  for (let at = 0; at < length; at++) value = builder.multiply(value, value);
  return builder.build({ y: value });
}
