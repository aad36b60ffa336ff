/**
 * Timing for the benches of this folder: contenders take turns in one process, so that what disturbs one disturbs the other.
 *
 * @module
 */

export interface Contenders {
  readonly library: () => void;
  readonly own: () => void;
}

export interface Result {
  readonly library_ns: number;
  readonly own_ns: number;
  /** Median of the ratios of neighbouring samples. */
  readonly ratio: number;
}

/** So many calls in a row that what the other left in the caches matters little. */
const SAMPLE_MS = 20;

export function interleaved({ library, own }: Contenders, pairs: number): Result {
  const [ofLibrary, ofOwn] = [library, own].map((work) => {
    for (let run = 0; run < 10; run++) work();
    return Math.ceil(SAMPLE_MS / elapsed_ms(work, 1));
  }) as [number, number];
  const samples = Array.from({ length: pairs }, () => ({ library: elapsed_ms(library, ofLibrary), own: elapsed_ms(own, ofOwn) }));
  return {
    library_ns: 1e6 * median(samples.map((sample) => sample.library)),
    own_ns: 1e6 * median(samples.map((sample) => sample.own)),
    ratio: median(samples.map((sample) => sample.library / sample.own)),
  };
}

function elapsed_ms(work: () => void, repeats: number): number {
  const started = performance.now();
  for (let run = 0; run < repeats; run++) work();
  return (performance.now() - started) / repeats;
}

export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** One line of a table on stdout. */
export function print(setting: string, operation: string, { library_ns, own_ns, ratio }: Result): void {
  const milliseconds = (ns: number): string => (ns / 1e6).toFixed(3).padStart(9);
  console.log(
    `${setting.padEnd(42)} ${operation.padEnd(26)} ${milliseconds(library_ns)} ${milliseconds(own_ns)} ${ratio.toFixed(1).padStart(6)}`,
  );
}

export function printHeader(library = 'node-seal', own = 'own'): void {
  console.log(
    `${'set'.padEnd(42)} ${'operation'.padEnd(26)} ${library.padStart(9)} ${own.padStart(9)} ${'times'.padStart(6)}   (ms, medians)`,
  );
}
