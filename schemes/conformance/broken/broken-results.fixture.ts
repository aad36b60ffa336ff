/**
 * For tests: adapters that compute wrongly, or promise what they do not keep.
 *
 * @module
 */
import type { Slots } from '../../clear/evaluator.ts';
import { withCompiled, withDetails, withEstimate, withPrimitives, type BrokenAdapter } from './broken-adapter.fixture.ts';
import { cleartext } from '../toy.fixture.ts';

type Change = (value: number, slot: number) => number;

function spoilt(c: Slots, change: Change): Slots {
  return { values: c.values.map(change) };
}

/** In units of what is bootstrapped exactly: values beyond a quarter of its circumference come back as others. */
const BEND = 2 ** 10 / (2 * Math.PI);

const wrapped: Change = (value) => ((((value + 2 ** 15) % 2 ** 16) + 2 ** 16) % 2 ** 16) - 2 ** 15;

/** Noise enough to be wrong after a third multiplication in a row. `renews`: whether a bootstrap takes the noise away. */
function shallow(renews: boolean) {
  const depths = new WeakMap<Slots, number>();
  return withPrimitives((sound) => ({
    bootstrap(c, reach) {
      const result = sound.bootstrap!(c, reach);
      if (!renews) depths.set(result, depths.get(c) ?? 0);
      return result;
    },
    multiply(a, b) {
      const depth = Math.max(depths.get(a) ?? 0, depths.get(b) ?? 0) + 1;
      const product = spoilt(sound.multiply!(a, b), (value) => (depth > 2 ? value + 0.5 : value));
      depths.set(product, depth);
      return product;
    },
  }));
}

/** One stored number in 500 is off by one. */
function unreliable() {
  let stored = 0;
  return withPrimitives(
    (sound) => ({ store: (c) => sound.store(spoilt(c, (value) => value + (++stored % 500 === 0 ? 1 : 0))) }),
    'integer',
  );
}

export const wrongResults: readonly BrokenAdapter[] = [
  {
    way: 'wrong sign in subtract',
    caughtBy: 'claimed operations',
    scheme: withPrimitives((sound) => ({ subtract: (a, b) => sound.subtract(b, a) })),
  },
  {
    way: 'rotates the other way',
    caughtBy: 'claimed operations',
    scheme: withPrimitives((sound) => ({ rotate: (c, by) => sound.rotate!(c, -by) })),
  },
  {
    way: 'rotation loses the slots that come round',
    caughtBy: 'claimed operations',
    scheme: withPrimitives((sound) => ({
      rotate: (c, by) => spoilt(sound.rotate!(c, by), (value, slot) => (slot + by < c.values.length ? value : 0)),
    })),
  },
  {
    way: 'forgets the bias of an affine map',
    caughtBy: 'claimed operations',
    scheme: withPrimitives((sound) => ({ affine: (inputs, matrix) => sound.affine!(inputs, matrix, new Float64Array(matrix.rows)) })),
  },
  {
    way: 'less precise than promised, in one slot',
    caughtBy: 'claimed operations',
    scheme: withPrimitives((sound) => ({
      multiply: (a, b) => spoilt(sound.multiply!(a, b), (value, slot) => (slot === 3 ? value + 2 ** -7 : value)),
    })),
  },
  {
    way: 'adds into its first operand',
    caughtBy: 'combined operations',
    scheme: withPrimitives(() => ({
      add(a, b) {
        for (const [slot, value] of b.values.entries()) a.values[slot]! += value;
        return a;
      },
    })),
  },
  {
    way: 'wraps around modulo 2^16 in silence',
    caughtBy: 'value range',
    scheme: withPrimitives((sound) => ({ add: (a, b) => spoilt(sound.add(a, b), wrapped) }), 'integer'),
  },
  { way: 'one integer in 500 is off by one', caughtBy: 'round trip', scheme: unreliable() },
  {
    way: 'loses the last slot on the wire',
    caughtBy: 'round trip',
    scheme: withPrimitives((sound) => ({
      store: (c) => sound.store(spoilt(c, (value, slot) => (slot === c.values.length - 1 ? 0 : value))),
    })),
  },
  {
    way: 'a little noise, however much precision is promised',
    caughtBy: 'limits',
    scheme: withPrimitives((sound) => ({ rotate: (c, by) => spoilt(sound.rotate!(c, by), (value) => value + 2 ** -20) })),
  },
  { way: 'wrong after three multiplications in a row', caughtBy: 'depth', scheme: shallow(true) },
  { way: 'bootstraps that renew nothing', caughtBy: 'bootstrapping', scheme: shallow(false) },
  {
    way: 'bootstraps as if every value lay within [-1, 1], which bends larger ones',
    caughtBy: 'bootstrapping',
    scheme: withPrimitives((sound) => ({
      bootstrap: (c, reach) => spoilt(sound.bootstrap!(c, reach), (value) => BEND * Math.sin(value / BEND)),
    })),
  },
];

export const brokenPromises: readonly BrokenAdapter[] = [
  {
    way: 'files a parameter set under another name',
    caughtBy: 'manifest',
    scheme: cleartext('real', { manifest: { parameterSets: { fast: { id: 'float64' } } } }),
  },
  {
    way: 'claims an operation that compile refuses',
    caughtBy: 'claimed operations',
    scheme: withCompiled((compiled, circuits) => {
      const swaps = circuits.some(({ nodes }) => nodes.some(({ op }) => op === 'swapRows'));
      return swaps ? { code: 'OPERATION_UNSUPPORTED', reason: 'no rows', circuit: 'swapRows', node: null } : compiled;
    }),
  },
  {
    way: 'does an operation that it does not claim',
    caughtBy: 'unclaimed operations',
    scheme: cleartext('real', { manifest: { operations: new Set(['input', 'add', 'subtract', 'multiply']) } }),
  },
  {
    way: 'counts half of its rotations',
    caughtBy: 'operation counts',
    scheme: cleartext('real', {
      evaluator: (sound) => ({ ...sound, counts: () => ({ ...sound.counts(), rotate: (sound.counts()['rotate'] ?? 0) / 2 }) }),
    }),
  },
  {
    way: 'predicts no additions',
    caughtBy: 'operation counts',
    scheme: withEstimate(({ counts }) => ({ counts: { ...counts, add: 0 } })),
  },
  { way: 'understates its depth', caughtBy: 'depth', scheme: withEstimate(({ depth }) => ({ depth: Math.min(1, depth) })) },
  {
    way: 'counts products for depth',
    caughtBy: 'depth',
    scheme: withCompiled((compiled, circuits) => {
      const products = circuits.flatMap(({ nodes }) => nodes).filter(({ op }) => op === 'multiply' || op === 'table');
      return { ...compiled, estimate: { ...compiled.estimate, depth: products.length } };
    }),
  },
  {
    way: 'compiles to something else every time',
    caughtBy: 'compilation',
    scheme: withCompiled((compiled) => withDetails(compiled, Math.random())),
  },
  {
    way: 'a program that cannot be sent',
    caughtBy: 'compilation',
    scheme: withCompiled((compiled) => ({ ...compiled, evaluator: () => 0 })),
  },
  {
    way: 'sorts the matrices that it is given',
    caughtBy: 'compilation',
    scheme: withCompiled((compiled, circuits) => {
      for (const { nodes } of circuits) for (const node of nodes) if (node.op === 'affine') node.matrix.values.sort();
      return compiled;
    }),
  },
];
