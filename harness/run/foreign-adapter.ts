/**
 * An outsider's adapter, asked about itself in a process of its own: importing it may take for ever, print, or end the process.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { describeAnswer, type DescribeAnswer, type DescribeRequest } from '../launch/describe/messages.ts';
import { deathOf, failureOf } from '../launch/failure.ts';
import type { SchemeFacts } from '../launch/describe/scheme-facts.ts';
import { formatDuration } from '../record/duration.ts';
import { askChild, moduleUrl, type Reply } from './child.ts';

/** An import that takes longer is not waited for, whatever launches are allowed. */
const LONGEST_IMPORT_NS = 60e9;

export interface DescribeOptions {
  readonly timeout_ns: number;
  readonly signal: AbortSignal;
}

/** @throws EnigmarkError ADAPTER_UNUSABLE, ADAPTER_INVALID; INTERRUPTED where the signal aborts. */
export async function describeAdapter(request: DescribeRequest, { timeout_ns, signal }: DescribeOptions): Promise<SchemeFacts> {
  const longest_ns = Math.min(timeout_ns, LONGEST_IMPORT_NS);
  const reply = await askChild<DescribeAnswer>({
    module: moduleUrl('../launch/describe/describe', import.meta.url),
    request,
    timeout_ns: longest_ns,
    signal,
    hear: (message) => describeAnswer.safeParse(message).data ?? null,
  });
  if (reply.kind === 'answer' && reply.answer.kind === 'facts') return reply.answer.facts;
  if (reply.kind === 'answer' && reply.answer.kind === 'refused') throw new EnigmarkError(reply.answer.code, reply.answer);
  if (reply.kind === 'interrupted') throw interrupted();
  throw unusable(request.adapter, reasonOf(reply, longest_ns));
}

function reasonOf(reply: Reply<DescribeAnswer>, longest_ns: number): string {
  if (reply.kind === 'died') return deathOf(reply.code, reply.signal, reply.errorOutput, 'while it was imported').message;
  if (reply.kind === 'unstarted') return failureOf(reply.error).message;
  return `no end of its import within ${formatDuration(longest_ns)}`;
}

function unusable(adapter: string, got: string): EnigmarkError {
  return new EnigmarkError('ADAPTER_UNUSABLE', {
    expected: `a usable adapter '${adapter}'`,
    got,
    remedy: 'importing the module must end, and leave the process running; what it prints is shown with ENIGMARK_DEBUG=1',
  });
}

function interrupted(): EnigmarkError {
  return new EnigmarkError('INTERRUPTED', { expected: 'to begin', got: 'an interruption', remedy: 'nothing was measured yet' });
}
