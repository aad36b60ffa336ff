/**
 * The client plan is public: it names its ports and its digest, and holds no weight of the model.
 *
 * @module
 */
import assert from 'node:assert/strict';
import type { Circuit } from '../../circuit.ts';
import { planDigest } from '../../envelope.ts';
import type { Claim } from '../claim.ts';
import { builderFor, filledInput, identity, operationCircuit, usualInput } from '../circuits/operation-circuits.ts';
import { compiledBy, type Subject } from '../subject.ts';
import { weightsIn } from '../circuits/weight-search.ts';

/** Numbers that nothing else in a plan would be; the planner rounds ranges, so that no port tells them. */
const WEIGHTS = { real: [0.7310585786300049, 0.5772156649015329, 0.6180339887498949], integer: [48611, 91193, 77689] };
const ROUND_RANGE = { real: 8, integer: 2 ** 20 };

export const clientPlan: Claim = {
  title: 'client plan',
  add(subject, test) {
    const { scheme } = subject;
    test('its id is the digest of its content, for all operations', async () => {
      for (const op of scheme.operations) {
        const compiled = compiledBy(subject, [operationCircuit(subject, op)]);
        const { id, ...content } = compiled.client;
        assert.equal(id, planDigest(content), op);
        assert.equal(compiled.id, id, op);
        assert.equal(compiled.client.scheme, scheme.id);
      }
    });
    test('its ports are the inputs and outputs of the circuits, with their types and shapes', async () => {
      for (const op of scheme.operations) {
        const circuit = operationCircuit(subject, op);
        const { client, estimate } = compiledBy(subject, [circuit]);
        const inputs = circuit.nodes.flatMap((node) => (node.op === 'input' ? [[node.port, node.type] as const] : []));
        const outputs = Object.entries(circuit.outputs).map(([name, at]) => [`${circuit.id}.${name}`, circuit.nodes[at]!.type] as const);
        assert.deepEqual(Object.keys(client.ports).sort(), [...inputs, ...outputs].map(([name]) => name).sort());
        assert.deepEqual(Object.keys(estimate.correctness).sort(), outputs.map(([name]) => name).sort());
        for (const [name, type] of [...inputs, ...outputs]) {
          assert.deepEqual(client.ports[name]!.type, type);
          assert.deepEqual(client.ports[name]!.shape, subject.shape);
          assert.ok(client.ports[name]!.passes >= 1);
        }
      }
    });
    test('plans that differ in public content differ in id', async () => {
      const one = compiledBy(subject, [identity(subject, 1)]);
      const two = compiledBy(subject, [identity(subject, 2)]);
      assert.notEqual(one.id, two.id);
    });
    for (const op of ['affine', 'addPlain', 'transform', 'convolve', 'table'] as const) {
      if (!scheme.operations.has(op)) continue;
      test(`no weight of ${op} occurs in it`, async () => {
        const { client } = compiledBy(subject, [weighted(subject, op)]);
        assert.deepEqual(weightsIn(client, WEIGHTS[scheme.arithmetic]), []);
      });
    }
  },
};

/** A circuit whose operands are the distinctive weights. */
function weighted(subject: Subject, op: 'affine' | 'addPlain' | 'transform' | 'convolve' | 'table'): Circuit {
  const { arithmetic } = subject.scheme;
  const [a, b, c] = WEIGHTS[arithmetic] as [number, number, number];
  const builder = builderFor(subject, 'weighted');
  if (op === 'table') {
    const x = builder.input('x', 1, { min: 0, max: 2 }, 1);
    const values = arithmetic === 'real' ? WEIGHTS.integer : [a, b, c];
    const y = builder.table(x, { min: 0, step: 1, outputs: Float64Array.from(values), negacyclic: false });
    return builder.build({ y: builder.widen(y, { min: 0, max: ROUND_RANGE.integer }) });
  }
  const x = op === 'convolve' ? filledInput(builder, subject, 'x', 1, 1) : usualInput(builder, subject, 'x', 1);
  const slots = Float64Array.from({ length: subject.slots }, (_, slot) => [a, b, c][slot % 3]!);
  const y =
    op === 'affine' ? builder.affine(x, [[a], [-b]], Float64Array.of(c, 0))
    : op === 'addPlain' ? builder.addPlain(x, [slots])
    : op === 'convolve' ? builder.convolve(x, [[{ from: 0, weights: slots }]])
    : builder.transform(x, [[{ from: 0, baby: 0, giant: 0, plain: slots }]]); // prettier-ignore
  const most = ROUND_RANGE[arithmetic];
  return builder.build({ y: builder.widen(y, { min: -most, max: most }) });
}
