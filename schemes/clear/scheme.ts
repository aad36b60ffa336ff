/**
 * The cleartext adapter: the oracle that results are checked against, and the smallest complete example of an adapter. It interprets
 * circuits, so its times say nothing of a network without encryption: the float baseline does (`workloads/network/compiled-network.ts`).
 *
 * @module
 */
import { interpret } from '../interpreter.ts';
import type { HEScheme } from '../scheme.ts';
import { createClient } from './client.ts';
import { compile } from './compile.ts';
import { clearPrimitives } from './evaluator.ts';
import { exactPrimitives } from './exact-evaluator.ts';
import { parameterSets, shapes } from './parameters.ts';
import { isWide } from './slots.ts';

export const scheme: HEScheme = {
  id: 'clear',
  scheme: 'clear',
  library: { name: 'none', version: process.version, kernels: ['library'] },
  family: 'none',
  arithmetic: 'real',
  operations: new Set([
    'input',
    'add',
    'subtract',
    'multiply',
    'dot',
    'affine',
    'addPlain',
    'transform',
    'convolve',
    'fold',
    'rotate',
    'rotateSum',
    'swapRows',
    'pick',
    'table',
    'bootstrap',
  ]),
  shapes,
  parameterSets,
  compile,
  createClient: (plan) => Promise.resolve(createClient(plan)),
  createEvaluator(compiled) {
    const ports = Object.values(compiled.client.ports);
    const shape = ports[0]?.shape ?? { rows: 1, columns: 1 };
    const counted = ports.every(({ type }) => type.step !== null);
    const wide = ports.some(({ type }) => isWide(type));
    return Promise.resolve(counted ? interpret(compiled, exactPrimitives(shape, wide)) : interpret(compiled, clearPrimitives(shape)));
  },
};
