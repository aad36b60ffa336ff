/**
 * What was released is gone: live objects return to their level, and memory stays flat.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Claim } from '../claim.ts';
import { collectGarbage } from '../collect-garbage.ts';
import { combinations } from '../circuits/combinations.ts';
import { operationCircuit } from '../circuits/operation-circuits.ts';
import { openParties, Parties } from '../parties.ts';
import { randomInputs, uniforms } from '../circuits/random-values.ts';
import type { Subject } from '../subject.ts';
import { held_bytes, isRefusal } from '../../scheme.ts';

/** First runs may fill caches. */
const WARM_UP = 3;

export const memory: Claim = {
  title: 'memory',
  add(subject, test) {
    const { effort, scheme } = subject;
    for (const op of scheme.operations) {
      test(`${op}: live objects return to their level over ${effort.objectCycles} cycles`, async () => {
        await using parties = await openParties(subject, [operationCircuit(subject, op)]);
        await expectSameObjects(subject, parties);
      });
    }
    test('combinations: live objects return to their level', async () => {
      for (const { uses, circuits } of combinations) {
        if (!uses.every((op) => scheme.operations.has(op))) continue;
        const compiled = scheme.compile(circuits(subject), subject.need);
        if (isRefusal(compiled)) continue;
        await using parties = await Parties.open(scheme, compiled, circuits(subject));
        await expectSameObjects(subject, parties, 2);
      }
    });
    test('what fails to load leaves nothing behind', async () => {
      const circuits = [operationCircuit(subject, 'input')];
      await using parties = await openParties(subject, circuits);
      const { client, evaluator } = parties;
      const [good] = await client.encrypt('x', [0, 1].map(() => new Float64Array(subject.slots))); // prettier-ignore
      const before = evaluator.memory().objects;
      for (let cycle = 0; cycle < effort.objectCycles; cycle++) {
        await evaluator.load('x', [good!, good!.subarray(0, good!.length - 1)]).then(
          () => assert.fail('a cut ciphertext was accepted'),
          () => undefined,
        );
      }
      assert.equal(evaluator.memory().objects, before);
    });
    test('no more is in use than was taken', async () => {
      await using parties = await openParties(subject, [operationCircuit(subject, 'input')]);
      await parties.run(randomInputs(parties.circuits, subject.slots, uniforms(subject.seed)));
      for (const { reserved_bytes, live_bytes, buffers_bytes } of [parties.client.memory(), parties.evaluator.memory()]) {
        assert.ok(buffers_bytes >= 0 && (live_bytes ?? 0) >= 0 && (live_bytes ?? 0) <= (reserved_bytes ?? Infinity));
      }
    });
    test(`memory stays flat over ${effort.memoryCycles} cycles`, async () => {
      await using parties = await openParties(subject, [operationCircuit(subject, scheme.operations.has('add') ? 'add' : 'input')]);
      await expectFlatMemory(subject, parties);
    });
  },
};

async function expectSameObjects(subject: Subject, parties: Parties, cycles = subject.effort.objectCycles): Promise<void> {
  const inputs = randomInputs(parties.circuits, subject.slots, uniforms(subject.seed));
  const levels = async (): Promise<readonly number[]> => {
    await parties.run(inputs, () => undefined);
    return [parties.client.memory().objects, parties.evaluator.memory().objects];
  };
  for (let cycle = 0; cycle < WARM_UP; cycle++) await levels();
  const before = await levels();
  for (let cycle = 1; cycle <= cycles; cycle++) assert.deepEqual(await levels(), before, `objects of client and evaluator, cycle ${cycle}`);
}

/** Growth of less than half an input ciphertext per cycle: a leak of one of them would be twice that. */
async function expectFlatMemory(subject: Subject, parties: Parties): Promise<void> {
  const { memoryCycles } = subject.effort;
  const inputs = randomInputs(parties.circuits, subject.slots, uniforms(subject.seed));
  const [envelope] = await parties.client.encrypt('x', inputs['x']!);
  const bytes = async (): Promise<readonly number[]> => {
    const sides = [parties.client.memory(), parties.evaluator.memory()];
    if (sides.every(({ reserved_bytes }) => reserved_bytes !== 0)) return sides.map(held_bytes);
    // What a side keeps in JavaScript, only the process can tell for certain.
    await collectGarbage();
    return [...sides.map(held_bytes), process.memoryUsage().arrayBuffers];
  };
  for (let cycle = 0; cycle < memoryCycles / 10; cycle++) await parties.run(inputs);
  const before = await bytes();
  for (let cycle = 0; cycle < memoryCycles; cycle++) await parties.run(inputs);
  const most = (memoryCycles * envelope!.length) / 2;
  for (const [side, after] of (await bytes()).entries()) {
    const growth = after - before[side]!;
    assert.ok(growth < most, `the ${['client', 'evaluator', 'process'][side]} grew by ${growth} bytes in ${memoryCycles} cycles`);
  }
}
