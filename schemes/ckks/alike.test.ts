/** @module */
import { describe, expect, it } from 'vitest';
import type { Circuit, Node } from '../circuit.ts';
import { isRefusal, type Requirement } from '../scheme.ts';
import { compile } from './compile.ts';
import { distinctCircuits } from './alike.ts';
import type { RlweProgram } from '../rlwe/program/program.ts';

const type = { width: 1, min: -1, max: 1, step: null, bound: 'proven' } as const;
const SLOTS = 4096;

/** a x^2, masked. */
function scaledSquare(id: string, factor: number, port = 'x'): Circuit {
  const matrix = {
    rows: 1,
    columns: 1,
    step: null,
    offsets: Uint32Array.of(0, 1),
    indices: Uint32Array.of(0),
    values: Float64Array.of(factor),
  };
  const plain = new Float64Array(SLOTS).fill(factor, 0, 8);
  const nodes: Node[] = [
    { op: 'input', port, sources: ['client'], type, layer: 'in' },
    { op: 'multiply', left: 0, right: 0, type, layer: 'square' },
    { op: 'affine', of: 1, matrix, bias: new Float64Array(1), type, layer: 'factor' },
    { op: 'transform', of: 2, step: null, outputs: [[{ from: 0, baby: 0, giant: 0, plain }]], type, layer: 'mask' },
  ];
  return { id, shape: { rows: 1, columns: SLOTS }, nodes, outputs: { y: 3 } };
}

const need: Requirement = {
  ...{
    security_bits: 128,
    precision_bits: 8,
    failure_log2: -40,
    kernels: 'own',
    threads: 1,
    memory_bytes: 2 ** 32,
    encryption: 'symmetric',
  },
};

describe('alike circuits', () => {
  it('are those that differ in plaintext numbers alone', () => {
    const [one, two, other] = [scaledSquare('one', 0.5), scaledSquare('two', 0.3), scaledSquare('other', 0.5, 'z')];
    const { circuits, like } = distinctCircuits([one, other, two]);
    expect(like).toEqual([0, 1, 0]);
    expect(circuits).toEqual([one, other]);
  });

  it('each stand for themselves where one starts from another', () => {
    const [one, two] = [scaledSquare('one', 0.5), scaledSquare('two', 0.3)];
    const next: Node = { ...one.nodes[0]!, op: 'input', port: 'z', sources: [{ circuit: 'one', output: 'y' }] };
    const after: Circuit = { ...one, id: 'after', nodes: [next, ...one.nodes.slice(1)] };
    expect(distinctCircuits([one, two, after]).like).toEqual([0, 1, 2]);
  });

  it('have one program, and each its own outputs', () => {
    const [small, large] = [scaledSquare('small', 0.01), scaledSquare('large', 1)];
    const together = compile([small, large], need);
    if (isRefusal(together)) throw new Error(together.reason);
    const [first, second] = (together.evaluator as RlweProgram).circuits;
    expect([first?.id, second?.id]).toEqual(['small', 'large']);
    expect(first?.instructions).toEqual(second?.instructions);
    expect(Object.keys(together.client.ports)).toEqual(['x', 'small.y', 'large.y']);
  });
});
