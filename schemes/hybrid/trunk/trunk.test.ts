/** @module */
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../scheme.ts';
import type { Circuit } from '../../circuit.ts';
import { securityOf } from '../../security.ts';
import { NEED, tableOf } from '../../tfhe/session.fixture.ts';
import { scheme } from '../scheme.ts';
import type { TrunkProgram } from './plan.ts';
import { compiledTrunk, slotRows, trunkCircuits } from './trunk-circuits.fixture.ts';

const LEVELS = 8;
const table = tableOf(0, 1, [5, 2, 7, 1, 0, 6, 3, 4]);
const step = 1 / (LEVELS - 1);

/** Tiny rings; sums are pairs of neighbours, with weights a half, and a constant. */
function tinyCircuits(): readonly [Circuit, Circuit] {
  const columns = 512;
  const rows = slotRows(8, columns).map((row, at) => row.with(at, 0.5).with(at + 8, 0.5));
  const biases = Array.from({ length: 8 }, (_, at) => (at % 2 === 0 ? step : 0));
  const range = { min: 0, max: LEVELS - 1 };
  return trunkCircuits({ shape: { rows: 1, columns }, rows, biases, table, step, sums: range, outputs: range });
}

test('values go through squares and sums under CKKS, then through a table', async () => {
  const circuits = tinyCircuits();
  const compiled = compiledTrunk(circuits, { parameters: 'insecure-n1024' });
  await using client = await scheme.createClient(compiled.client);
  const keys = await client.generateKeys();
  expect(keys.map(({ kind }) => kind).sort()).toEqual(['bootstrapping', 'packing', 'relinearization', 'switching']);
  await using evaluator = await scheme.createEvaluator(compiled, keys);
  await evaluator.prepare(circuits);
  for (let repeat = 0; repeat < 4; repeat++) {
    const levels = Array.from({ length: 8 }, () => Math.floor(Math.random() * (LEVELS - 1)));
    const slots = Float64Array.from([...levels, ...levels], (level) => (level * step) ** (1 / 4));
    const x = await evaluator.load('x', await client.encrypt('x', [slots]));
    const { y } = await evaluator.run('trunk', { x });
    const { result } = await evaluator.run('head', { sums: y! });
    const found = await client.decrypt('head.result', [await evaluator.store(result!)]);
    expect(found.map(([value]) => value)).toEqual(levels.map((level, at) => Number(table.outputs[level + (at % 2 === 0 ? 1 : 0)])));
    for (const held of [x, y!, result!]) evaluator.release(held);
  }
  expect(evaluator.memory().objects).toBe(0);
  const counts = evaluator.counts();
  for (const [name, times] of Object.entries(compiled.estimate.counts)) expect([name, counts[name] ?? 0]).toEqual([name, 4 * times]);
});

test('the simulation draws around the same outputs', async () => {
  const circuits = tinyCircuits();
  const compiled = compiledTrunk(circuits, { parameters: 'insecure-n1024' });
  const simulator = await scheme.createSimulator!(compiled, circuits, { normal: () => 0 });
  const levels = [0, 1, 2, 3, 4, 5, 6, 0];
  const slots = Float64Array.from([...levels, ...levels], (level) => (level * step) ** (1 / 4));
  const { y } = await simulator.run('trunk', { x: simulator.load('x', [slots]) });
  const { result } = await simulator.run('head', { sums: y! });
  const expected = levels.map((level, at) => Number(table.outputs[level + (at % 2 === 0 ? 1 : 0)]));
  expect(simulator.read('head.result', result!).map(([value]) => value)).toEqual(expected);
});

describe('a plan', () => {
  const columns = 4096;
  const range = { min: 0, max: LEVELS - 1 };
  const circuits = trunkCircuits({ shape: { rows: 1, columns }, rows: slotRows(8, columns), table, step, sums: range, outputs: range });
  const compiled = compiledTrunk(circuits);

  test('declares the keys of both schemes, and what stands under TFHE’s secret', () => {
    expect(compiled.hardness.map(({ key, problem, dimension, secret }) => [key, problem, dimension, secret])).toEqual([
      ['secret', 'rlwe', 8192, 'ternary'],
      ['lwe', 'lwe', expect.any(Number), 'binary'],
      ['glwe', 'glwe', 2048, 'binary'],
      ['switching', 'rlwe', 2048, 'binary'],
      ['packing', 'rlwe', 2048, 'binary'],
    ]);
    expect(securityOf(compiled.hardness, 128, 'n2048').bits).toBe(128);
    expect(compiled.client.keys).toEqual(['relinearization', 'bootstrapping', 'packing', 'switching']);
  });

  test('takes inputs of the trunk and gives outputs of the head; what lies between is no port', () => {
    expect(Object.keys(compiled.client.ports)).toEqual(['x', 'head.result']);
  });

  test('errs little before the tables: what arrives is a small part of what these add', () => {
    const { arrivalVariance, factor } = compiled.evaluator as TrunkProgram;
    // Six deviations are 2^-8 of the range, which is half the torus.
    expect(Math.sqrt(arrivalVariance)).toBeLessThan(2 ** -9 / 6);
    // Weights are encoded no more coarsely than the model says.
    expect(factor).toBeGreaterThanOrEqual(1);
  });
});

describe('refused are', () => {
  const [trunk, head] = tinyCircuits();
  const unsupported = (circuits: readonly Circuit[]): string => {
    const refused = scheme.compile(circuits, { ...NEED, parameters: 'insecure-n1024' });
    return isRefusal(refused) ? refused.code : 'compiled';
  };

  test('circuits in another order, or several of them', () => {
    expect(unsupported([head, trunk])).toBe('TRUNK_UNSUPPORTED');
    expect(unsupported([trunk, head, { ...head, id: 'another' }])).toBe('TRUNK_UNSUPPORTED');
  });

  test('a trunk that does not end with sums over all slots', () => {
    const nodes = trunk.nodes.map((node) => (node.op === 'fold' ? { ...node, rotations: node.rotations.slice(1) } : node));
    expect(unsupported([{ ...trunk, nodes }, head])).toBe('TRUNK_UNSUPPORTED');
    expect(unsupported([{ ...trunk, outputs: { y: 2 } }, head])).toBe('TRUNK_UNSUPPORTED');
  });

  test('a head that reads what the client sends', () => {
    const nodes = head.nodes.map((node) => (node.op === 'input' ? { ...node, sources: ['client'] as const } : node));
    expect(unsupported([trunk, { ...head, nodes }])).toBe('TRUNK_UNSUPPORTED');
  });

  test('a trunk without a head', () => {
    expect(unsupported([trunk])).toBe('OPERATION_UNSUPPORTED');
  });
});
