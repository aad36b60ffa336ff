/** @module */
import { describe, expect, it } from 'vitest';
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { operationCircuit } from '../conformance/circuits/operation-circuits.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import type { Circuit } from '../circuit.ts';
import { isRefusal, type Compiled, type Refusal, type Requirement } from '../scheme.ts';
import { securityOf } from '../security.ts';
import { compile } from './compile.ts';

const need: Requirement = {
  ...{ security_bits: 128, precision_bits: 6, failure_log2: -40, kernels: 'own', threads: 1 },
  ...{ memory_bytes: 2 ** 32, encryption: 'symmetric' },
};
const setting = { scheme: { arithmetic: 'integer' }, shape: { rows: 1, columns: 127 } } as const;

function compiled(circuits: readonly Circuit[], more: Partial<Requirement> = {}): Compiled {
  const result = compile(circuits, { ...need, ...more });
  if (isRefusal(result)) throw new Error(result.reason);
  return result;
}
function refusal(circuits: readonly Circuit[], more: Partial<Requirement> = {}): Refusal {
  const result = compile(circuits, { ...need, ...more });
  if (!isRefusal(result)) throw new Error('compile accepted it');
  return result;
}

/** An affine map of random weights, a share of them zero. */
function layer(inputs: number, outputs: number, most: number, zeros: number, columns = 127): Circuit {
  const uniform = uniforms(5);
  const weight = (): number => (uniform() < zeros ? 0 : Math.round((2 * uniform() - 1) * most));
  const rows = Array.from({ length: outputs }, () => Array.from({ length: inputs }, weight));
  const builder = new CircuitBuilder('layer', { rows: 1, columns }, 1);
  const x = builder.input('x', inputs, { min: 0, max: 7 }, 1);
  return builder.build({ y: builder.affine(x, rows, new Float64Array(outputs)) });
}

describe('a plan', () => {
  it('has 128 bits against classical attacks, and says so', () => {
    const { hardness, client } = compiled([layer(4, 2, 31, 0)]);
    const security = securityOf(hardness, 128, client.parameters.id);
    expect(security.bits).toBe(128);
    expect(security.source).toMatch(/NIST.*classical/);
  });

  it('has slots as wide as what is encrypted and decrypted, not as what lies between', () => {
    const widthOf = (circuit: Circuit): unknown => (compiled([circuit]).client.details as { slot_bits: unknown }).slot_bits;
    const builder = new CircuitBuilder('detour', { rows: 1, columns: 127 }, 1);
    const far = builder.addPlain(builder.input('x', 1, { min: -8, max: 7 }, 1), [[10n ** 30n]]);
    const back = builder.widen(builder.addPlain(far, [[-(10n ** 30n)]]), { min: -8, max: 7 });
    expect(widthOf(builder.build({ y: back }))).toBe(5);
    expect(widthOf(operationCircuit(setting, 'add'))).toBe(6);
  });

  it('takes far fewer products than bits of weights, and says what they take at least', () => {
    const { counts, floor_ns, evaluate_ns } = compiled([layer(200, 10, 31, 0.4)]).estimate;
    expect(counts['multiply']).toBeLessThan(200 * 10);
    expect(counts['invert']).toBe(1);
    expect(floor_ns).toBe(counts['multiply']! * 4490 + counts['square']! * 3580);
    expect(evaluate_ns).toBeGreaterThan(floor_ns!);
  });

  it('of a hidden layer of 845 x 100 has not many more products than there are weights', () => {
    // Trained weights, a third of them zero, take 47,691; without sharing these would take 190,000.
    expect(compiled([layer(845, 100, 31, 0.35)]).estimate.counts['multiply']).toBeLessThan(66_000);
  });
});

describe('refused is', () => {
  it.each(['multiply', 'table'] as const)("'%s', with the way that activations have", (op) => {
    const circuit = op === 'table' ? operationCircuit({ ...setting, shape: { rows: 1, columns: 1 } }, op) : operationCircuit(setting, op);
    expect(refusal([circuit])).toMatchObject({
      code: 'OPERATION_UNSUPPORTED',
      circuit: op,
      reason: expect.stringContaining('`--activation client`') as string,
    });
  });

  it('what does not fit: slots too wide, a convolution too long, more threads than one', () => {
    expect(refusal([layer(4, 2, 2 ** 24, 0)])).toMatchObject({
      code: 'RANGE_EXCEEDED',
      reason: expect.stringContaining('127 slots') as string,
    });
    const builder = new CircuitBuilder('long', { rows: 1, columns: 7 }, 1);
    const x = builder.filledInput('x', 1, { min: 0, max: 1 }, 1, 3);
    const long = builder.build({ y: builder.convolve(x, [[{ from: 0, weights: new Float64Array(6).fill(1) }]]) });
    expect(refusal([long])).toMatchObject({ code: 'SLOTS_EXCEEDED', circuit: 'long', node: 1 });
    expect(refusal([layer(4, 2, 3, 0)], { threads: 2 }).code).toBe('THREADS_UNSUPPORTED');
  });
});
