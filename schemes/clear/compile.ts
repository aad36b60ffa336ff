/**
 * Circuits to a cleartext plan: any circuit of any shape is accepted.
 *
 * @module
 */
import type { Circuit } from '../circuit.ts';
import { interpretedPlan } from '../interpreted-plan.ts';
import { refuse } from '../refuse.ts';
import type { Compiled, Correctness, Refusal, Requirement } from '../scheme.ts';
import { unknownParameters } from '../parameter-choice.ts';
import { parameterSets } from './parameters.ts';

const BYTES_PER_SLOT = 8;

export function compile(circuits: readonly Circuit[], need: Requirement): Compiled | Refusal {
  if (need.parameters !== undefined && need.parameters !== parameterSets.float64.id)
    return unknownParameters(need.parameters, parameterSets);
  const peak_bytes = widestBytes(circuits);
  if (peak_bytes > need.memory_bytes) {
    const reason = `the widest node needs ${peak_bytes} bytes; ${need.memory_bytes} are allowed`;
    return refuse('MEMORY_EXCEEDED', reason, { circuit: circuits[0]?.id });
  }
  const plan = interpretedPlan(circuits, need, {
    scheme: 'clear',
    parameters: parameterSets.float64,
    hardness: [],
    keys: {},
    hasAffine: true,
    peak_bytes,
    correctness: ({ type }) => correctnessOf(type.step, need),
    bytesOf: ({ type, shape }) => type.width * shape.rows * shape.columns * BYTES_PER_SLOT,
  });
  const { keys, ...bytes } = plan.estimate.bytes;
  return { ...plan, estimate: { ...plan.estimate, bytes: { keys, ...bytes, packed: { keys: 0, ...bytes } } } };
}

function correctnessOf(step: number | null, need: Requirement): Correctness {
  return step === null
    ? { kind: 'approximate', precision_bits: need.precision_bits, modelled_bits: null }
    : { kind: 'exact', failure_log2: null };
}

/** The widest bundles of a circuit twice over: what goes in and what comes out of its largest node. */
function widestBytes(circuits: readonly Circuit[]): number {
  const widths = circuits.flatMap(({ nodes, shape }) => nodes.map(({ type }) => type.width * shape.rows * shape.columns * BYTES_PER_SLOT));
  return 2 * Math.max(0, ...widths);
}
