/**
 * What the harness asks of every scheme, so that rows can be compared.
 *
 * @module
 */
import type { Requirement } from '../../schemes/scheme.ts';
import type { CaseKey } from './record.ts';

/** Bits that every key must be worth. */
export const REQUIRED_SECURITY_BITS = 128;
/** Error of real outputs: at most 2^-6 of their range. */
const PRECISION_BITS = 6;
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
