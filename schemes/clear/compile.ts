/**
 * Circuits to a cleartext plan: any circuit of any shape is accepted.
 *
 * @module
 */
import { multiplicativeDepth, portsOf } from '../analysis.ts';
import type { Circuit } from '../circuit.ts';
import { planDigest } from '../envelope.ts';
import { interpretedCounts } from '../interpreter.ts';
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
  const ports = portsOf(circuits, 1);
  const content = { scheme: 'clear', parameters: parameterSets.float64, encryption: need.encryption, ports, keys: [], details: null };
  const id = planDigest(content);
  const outputs = circuits.flatMap((circuit) => Object.keys(circuit.outputs).map((name) => `${circuit.id}.${name}`));
  const bytesOf = (names: readonly string[]): number =>
    names.reduce((sum, name) => {
      const port = ports[name]!;
      return sum + port.type.width * port.shape.rows * port.shape.columns * BYTES_PER_SLOT;
    }, 0);
  const input = bytesOf(Object.keys(ports).filter((name) => !outputs.includes(name)));
  const output = bytesOf(outputs);
  return {
    id,
    client: { id, ...content },
    evaluator: circuits.map((circuit) => circuit.id),
    hardness: [],
    estimate: {
      counts: interpretedCounts(circuits, { affine: true }),
      depth: multiplicativeDepth(circuits),
      correctness: Object.fromEntries(outputs.map((name) => [name, correctnessOf(ports[name]!.type.step, need)])),
      evaluate_ns: null,
      prepare_ns: null,
      peak_bytes,
      bytes: { keys: {}, input, output, packed: { keys: 0, input, output } },
    },
  };
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
