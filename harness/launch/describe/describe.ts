/**
 * Entry of a process that imports one outsider's adapter, answers what a run must know of it, and ends.
 *
 * @module
 */
import { EnigmarkError } from '../../../schemes/errors.ts';
import { loadAdapter } from '../../../schemes/registry.ts';
import { workloads } from '../../../workloads/registry.ts';
import { factsOf } from './scheme-facts.ts';
import type { DescribeAnswer, DescribeRequest } from './messages.ts';
import { expectAdapter } from './expect-adapter.ts';

// The parent is gone, or has its answer.
process.on('disconnect', () => process.exit());
// Ctrl-C reaches the whole process group: the parent decides, and kills.
process.on('SIGINT', () => undefined);
process.once('message', (message) => void answer(message as DescribeRequest));

async function answer({ adapter, primitives }: DescribeRequest): Promise<void> {
  try {
    const scheme = expectAdapter(await loadAdapter(adapter), adapter);
    const single = workloads.find((workload) => workload.layouts === null);
    tell({ kind: 'facts', facts: factsOf(scheme, primitives && single !== undefined ? single : null) });
  } catch (error) {
    if (!(error instanceof EnigmarkError)) throw error;
    const { code, expected, got, remedy } = error;
    tell({ kind: 'refused', code, expected, got, remedy });
  }
}

function tell(said: DescribeAnswer): void {
  process.send?.(said);
}
