/**
 * Circuits that need keys, without repetition: making and damaging keys is what costs most.
 *
 * @module
 */
import type { Circuit } from '../../circuit.ts';
import { isRefusal } from '../../scheme.ts';
import { operationCircuit } from './operation-circuits.ts';
import type { Subject } from '../subject.ts';

/** For every combination of kinds of key that single operations need, one circuit that needs it; the first may need none. */
export function keyCircuits(subject: Subject): readonly Circuit[] {
  const byKinds = new Map<string, Circuit>();
  for (const op of subject.scheme.operations) {
    const circuit = operationCircuit(subject, op);
    const compiled = subject.scheme.compile([circuit], subject.need);
    if (isRefusal(compiled)) continue;
    const kinds = [...compiled.client.keys].sort().join();
    if (!byKinds.has(kinds)) byKinds.set(kinds, circuit);
  }
  return [...byKinds.values()];
}
