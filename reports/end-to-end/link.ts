/**
 * Connections between client and server that end-to-end times are computed for: a report is of records and of these.
 *
 * @module
 */

/** The same in both directions. */
export interface Link {
  readonly bits_per_s: number;
  /** Of an empty message and its answer. */
  readonly roundTrip_ns: number;
}

/** A rack, a city, a phone. */
export const LINKS: readonly Link[] = [
  { bits_per_s: 1e9, roundTrip_ns: 1e6 },
  { bits_per_s: 1e8, roundTrip_ns: 20e6 },
  { bits_per_s: 2e7, roundTrip_ns: 60e6 },
];

const UNITS = { Gbit: 1e9, Mbit: 1e6, kbit: 1e3 } as const;

/** `100 Mbit/s, 20 ms` */
export function linkText({ bits_per_s, roundTrip_ns }: Link): string {
  const [unit, bits] = Object.entries(UNITS).find(([, bits]) => bits_per_s >= bits) ?? ['kbit', UNITS.kbit];
  return `${bits_per_s / bits} ${unit}/s, ${roundTrip_ns / 1e6} ms`;
}

const SPELLED = /^(\d+(?:\.\d+)?) ?([GMk])bit\/s, ?(\d+(?:\.\d+)?) ?ms$/i;
const MOST_BITS_PER_S = 1e12;
const LONGEST_ROUND_TRIP_MS = 60_000;

/** Of a text such as `100Mbit/s,20ms`; null: not one. */
export function parseLink(text: string): Link | null {
  const [, size, prefix, wait] = SPELLED.exec(text) ?? [];
  if (size === undefined || prefix === undefined || wait === undefined) return null;
  const unit = Object.entries(UNITS).find(([name]) => name[0]!.toLowerCase() === prefix.toLowerCase())![1];
  const [bits_per_s, wait_ms] = [Number(size) * unit, Number(wait)];
  if (bits_per_s < UNITS.kbit || bits_per_s > MOST_BITS_PER_S || wait_ms > LONGEST_ROUND_TRIP_MS) return null;
  return { bits_per_s, roundTrip_ns: wait_ms * 1e6 };
}

/** What a batch spends on the way: its bytes, and a round trip for every time that the client waits. */
export function onTheWay_ns(
  { bits_per_s, roundTrip_ns }: Link,
  { input, output, rounds }: { readonly input: number; readonly output: number; readonly rounds: number },
): number {
  return Math.round((8e9 * (input + output)) / bits_per_s + rounds * roundTrip_ns);
}
