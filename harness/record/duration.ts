/**
 * Durations as people write and read them.
 *
 * @module
 */

const UNITS_NS = { ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 } as const;

/** '500ms', '30s', '10m', '1.5h' to nanoseconds; null where the text is no duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (match === null) return null;
  return Math.round(Number(match[1]) * UNITS_NS[match[2] as keyof typeof UNITS_NS]);
}

/** '83 µs', '48.4 ms', '1.3 s', '8 s', '4 min 10 s', '2 h 5 min' */
export function formatDuration(time_ns: number): string {
  if (time_ns < UNITS_NS.ms) return `${short(time_ns / 1e3)} µs`;
  if (time_ns < UNITS_NS.s) return `${short(time_ns / UNITS_NS.ms)} ms`;
  if (time_ns < 10 * UNITS_NS.s) return `${Number((time_ns / UNITS_NS.s).toFixed(1))} s`;
  const whole = Math.round(time_ns / UNITS_NS.s);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joined(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(whole / 60);
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** For guesses: '40 s', '2 min', '1 h 20 min' */
export function formatRoughly(time_ns: number): string {
  const unit_ns = time_ns < 100 * UNITS_NS.s ? UNITS_NS.s : UNITS_NS.m;
  const rounded_ns = Math.max(1, Math.round(time_ns / unit_ns)) * unit_ns;
  return rounded_ns < 100 * UNITS_NS.s ? `${rounded_ns / UNITS_NS.s} s` : formatDuration(rounded_ns);
}

/** A limit that this time keeps to with some room, as an option takes it: '30s' for 20 s, '2m' for 80 s, '2h' for 70 min */
export function durationOption(time_ns: number): string {
  const roomy_ns = 1.25 * time_ns;
  if (roomy_ns <= UNITS_NS.m) return `${10 * Math.ceil(roomy_ns / (10 * UNITS_NS.s))}s`;
  if (roomy_ns <= UNITS_NS.h) return `${Math.ceil(roomy_ns / UNITS_NS.m)}m`;
  return `${Math.ceil(roomy_ns / UNITS_NS.h)}h`;
}

/** Three digits, none of them an exponent. */
function short(value: number): string {
  return String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)));
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
