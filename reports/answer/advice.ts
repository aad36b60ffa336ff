/**
 * The answer of plans in sentences, for who has not read a table of ours before.
 *
 * @module
 */
import { formatQuantity } from '../quantity.ts';
import type { AnswerRow, NetworkAnswer } from './answer.ts';

/**
 * What to take for what, what every scheme costs, and what was lost before encryption.
 *
 * @example
 * 'To answer one sample soonest take CKKS packed: 40.0 ms at the server, 192 KiB up and down, 2.00 MiB of keys, sent once. ...'
 */
export function adviceOf({ noun, rows, interactive, leastTraffic, byScheme = [], float }: NetworkAnswer): string {
  if (rows.length === 0 && interactive.length === 0) return 'No scheme that was asked computes this network as it is: below stands why.';
  const sentences = [
    ...rows.map((row) => `${purposeOf(row.question, noun)} take ${row.name}: ${costWords(row)}${resultWords(row)}.`),
    ...(leastTraffic === null
      ? []
      : [`The least traffic has ${leastTraffic.name}: ${formatQuantity(leastTraffic.bytes, 'bytes')} for one ${noun}.`]),
    ...(byScheme.length < 2
      ? []
      : [`One ${noun} at the server by scheme: ${byScheme.map((row) => `${row.name} ${timeOf(row)}`).join(', ')}.`]),
    ...(float === null ? [] : [`Without encryption the network is right on ${formatQuantity(float, 'share')}.`]),
    ...(interactive.length === 0
      ? []
      : [
          'Rows marked interactive need the client between layers, who then sees intermediate values; they are no replacement for the others.',
        ]),
  ];
  return sentences.join(' ');
}

function purposeOf(question: string, noun: string): string {
  if (question.startsWith('one ')) return `To answer one ${noun} soonest`;
  if (question.startsWith('exact')) return "For results that equal the converted network's to the last digit";
  if (question.startsWith('true ')) return `To keep ${question.slice('true '.length)} as it is`;
  return `For many ${noun}s at once`;
}

function costWords({ question, traffic_bytes = 0, keys_bytes, server_ns }: AnswerRow): string {
  const [, together] = /([\d,]+) at once/.exec(question) ?? [];
  const time = formatQuantity(server_ns, 'nanoseconds');
  const traffic = `${formatQuantity(traffic_bytes, 'bytes')} up and down`;
  const keys = keys_bytes === 0 ? 'no keys' : `${formatQuantity(keys_bytes, 'bytes')} of keys, sent once`;
  if (together === undefined) return `${time} at the server, ${traffic}, ${keys}`;
  return `${time} for each at the server where ${together} go together, ${traffic} for all of them, ${keys}`;
}

const RESULTS: Readonly<Record<string, string>> = {
  exact: 'results without any error',
  'approx.': 'results with a small error',
  noisy: 'results that are now and then off by a step',
};

/** ` (96.9% kept in conversion; results with a small error)` */
function resultWords({ conversion, encryption }: AnswerRow): string {
  const words = [conversion === null ? [] : `${conversion} in conversion`, RESULTS[encryption ?? ''] ?? []].flat();
  return words.length === 0 ? '' : ` (${words.join('; ')})`;
}

function timeOf({ server_ns }: AnswerRow): string {
  return formatQuantity(server_ns, 'nanoseconds');
}
