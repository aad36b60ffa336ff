/**
 * The adapter describes itself completely, in data.
 *
 * @module
 */
import assert from 'node:assert/strict';
import { isRefusal } from '../../scheme.ts';
import type { Claim } from '../claim.ts';
import { identity } from '../circuits/operation-circuits.ts';

export const manifest: Claim = {
  title: 'manifest',
  add({ scheme, need }, test) {
    test('it has a name, a library with kernels, shapes and operations', async () => {
      assert.match(scheme.id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
      assert.ok(
        scheme.id === scheme.scheme || scheme.id.startsWith(`${scheme.scheme}-`),
        `'--scheme ${scheme.scheme}' finds '${scheme.id}'`,
      );
      assert.ok(scheme.library.kernels.length > 0);
      assert.ok(scheme.operations.has('input'));
      assert.ok(scheme.shapes.length > 0);
    });
    test('parameter sets are JSON, filed under their ids', async () => {
      for (const [id, set] of Object.entries(scheme.parameterSets)) {
        assert.equal(set.id, id);
        assert.deepEqual(JSON.parse(JSON.stringify(set)), set);
      }
    });
    test('every shape it names is taken by some set, on some of its kernels', async () => {
      const sets = Object.keys(scheme.parameterSets);
      const needs = scheme.library.kernels.flatMap((kernels) => sets.map((parameters) => ({ ...need, kernels, parameters })));
      for (const shape of scheme.shapes) {
        const circuits = [identity({ scheme, shape })];
        assert.ok(
          needs.some((asked) => !isRefusal(scheme.compile(circuits, asked))),
          `${shape.rows} x ${shape.columns}`,
        );
      }
    });
    test('a parameter set that does not exist is refused by name', async () => {
      const shape = scheme.shapes[0]!;
      const result = scheme.compile([identity({ scheme, shape })], { ...need, parameters: 'no-such-set' });
      assert.ok(isRefusal(result) && result.code.length > 0 && result.reason.includes('no-such-set'));
    });
  },
};
