/**
 * Warnings about the machine of a run, from run.json.
 *
 * @module
 */
import type { RunInformation } from '../../harness/record/run-information.ts';
import { median } from '../../harness/record/statistics.ts';
import type { Warning } from './list.ts';

/** Beyond it, a machine that changed its speed may explain what looks like a difference between rows. */
const TOLERATED_CHANGE = 0.05;
/** Processes that were ready to run, per core. Before a run there is none of its own; after it, those of its threads. */
const MOST_LOAD_BEFORE = 0.5;
const MOST_LOAD_AFTER = 1.5;

export function warningsOfMachine({ load, calibration, processor: { cores } }: RunInformation): Warning[] {
  const warnings: Warning[] = [];
  const busy = (when: string, average: number): void => {
    warnings.push({ code: 'MACHINE_BUSY', about: null, seen: `load ${average} on ${cores} cores ${when} the run` });
  };
  if (load.before[0] > MOST_LOAD_BEFORE * cores) busy('before', load.before[0]);
  else if (load.after !== null && load.after[0] > MOST_LOAD_AFTER * cores) busy('after', load.after[0]);
  if (calibration.after_ns !== null) {
    const change = median(calibration.after_ns) / median(calibration.before_ns) - 1;
    if (Math.abs(change) > TOLERATED_CHANGE) {
      const words = `${(100 * Math.abs(change)).toFixed(1)}% ${change > 0 ? 'more' : 'less'}`;
      warnings.push({ code: 'MACHINE_CHANGED', about: null, seen: `the calibration loop took ${words} time after the run than before it` });
    }
  }
  return warnings;
}
