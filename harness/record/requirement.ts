/**
 * What the harness asks of every scheme, so that rows can be compared.
 *
 * @module
 */
import type { Circuit, ValueType } from '../../schemes/circuit.ts';
import type { Requirement } from '../../schemes/scheme.ts';
import type { CaseKey } from './record.ts';

/** Bits that every key must be worth. */
export const REQUIRED_SECURITY_BITS = 128;
/** Error of real outputs: at most 2^-6 of the largest output of the float network. */
const PRECISION_BITS = 6;
/** Error of an entry of a gradient: at most 2^-3 of a typical one. One standard deviation of it is then 2 %. */
export const TRAINING_PRECISION_BITS = 3;
/** Wrong results per evaluation where a scheme can fail: at most 2^-40. */
const FAILURE_LOG2 = -40;
/** Of the memory that the system can give; the rest is for the other side, the harness and the data. */
const MEMORY_SHARE = 0.75;

/** How the client encrypts: seeded symmetric ciphertexts are half as long. */
export const ENCRYPTION = 'symmetric';

export function requirementOf(key: Pick<CaseKey, 'parameters' | 'kernels' | 'threads'>): Requirement {
  return {
    security_bits: REQUIRED_SECURITY_BITS,
    precision_bits: PRECISION_BITS,
    failure_log2: FAILURE_LOG2,
    kernels: key.kernels,
    threads: key.threads,
    memory_bytes: Math.floor(process.availableMemory() * MEMORY_SHARE),
    encryption: ENCRYPTION,
    ...(key.parameters === null ? {} : { parameters: key.parameters }),
  };
}

/**
 * The requirement with its precision counted as a scheme counts it: of the range that the circuits give their outputs. Margins, and slots
 * that hold nothing, make that range wider than outputs are; then more bits of it are asked for, so that every plan of a network is held
 * to the same error.
 *
 * @param largest absolute output of the float network
 * @param gains where errors of one output reach another through the client
 */
export function heldAgainst(
  largest: number,
  circuits: readonly Circuit[],
  need: Requirement,
  gains?: Readonly<Record<string, number>>,
): Requirement {
  const outputs = circuits.flatMap(({ id, nodes, outputs }) =>
    Object.entries(outputs).map(([name, node]) => [`${id}.${name}`, nodes[node]!.type] as const),
  );
  const planned = reachOf(outputs, gains);
  if (!(planned > 0 && largest > 0)) return need;
  return { ...need, precision_bits: need.precision_bits + Math.log2(planned / largest) };
}

/**
 * The range, in real numbers, that errors of all outputs together are a share of: the widest; or, where errors reach the result through
 * the client, the sum of ranges, each as often as its error counts.
 */
export function reachOf(outputs: readonly (readonly [name: string, type: ValueType])[], gains?: Readonly<Record<string, number>>): number {
  const reaches = outputs.map(([name, { min, max, step }]) => Math.max(-min, max) * (step ?? 1) * (gains?.[name] ?? 1));
  return gains === undefined ? Math.max(...reaches) : reaches.reduce((sum, reach) => sum + reach, 0);
}
