/**
 * Layer events name the circuit's layers, in order, and their bundles can be looked at while they last.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Held } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { expectAgreement, expectedOutputs } from '../oracle.ts';
import { builderFor, plainSlots, usualInput } from '../circuits/operation-circuits.ts';
import { openParties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import { expectRefused } from '../refused.ts';

export const layers: Claim = {
  title: 'layers',
  add(subject, test) {
    if (!subject.scheme.operations.has('addPlain')) return;
    test('events come in order, end with the call, and do not change the result', async () => {
      const builder = builderFor(subject, 'layers');
      const uniform = uniforms(5);
      const first = builder.addPlain(usualInput(builder, subject, 'x', 1), [plainSlots(subject, uniform)]);
      const circuits = [builder.build({ y: builder.addPlain(first, [plainSlots(subject, uniform)]) })];
      await using parties = await openParties(subject, circuits);
      const inputs = randomInputs(circuits, subject.slots, uniform);
      const seen: string[] = [];
      const kept: Held[] = [];
      const outputs = await parties.run(inputs, async ({ layer, elapsed_ns, value }) => {
        seen.push(layer);
        assert.ok(Number.isFinite(elapsed_ns) && elapsed_ns >= 0);
        if (value !== null) {
          kept.push(value);
          assert.equal((await parties.evaluator.store(value)).length, 1);
        }
      });
      const names = circuits[0]!.nodes.map(({ layer }) => layer);
      assert.deepEqual(
        seen.slice(0, names.length),
        names.filter((name) => seen.includes(name)),
      );
      assert.equal(seen.at(-1), names.at(-1), 'the last layer is told');
      expectAgreement(parties.compiled, outputs, await expectedOutputs(subject, circuits, inputs));
      for (const value of kept) await expectRefused('a bundle after its event', () => parties.evaluator.store(value));
    });
  },
};
