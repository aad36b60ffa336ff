/**
 * The closed list of warnings: what can make a figure mean less than it seems to, and what to do about it.
 *
 * A new one is a line here and a function that finds it: in records of one case (`warningsOfCase`), or in run.json
 * (`warningsOfMachine`). Tables, terminal and report take it from there.
 *
 * @module
 */

export interface WarningKind {
  /** Two or three words, for the notes of a table. */
  readonly mark: string;
  /** One plain sentence. */
  readonly advice: string;
}

export const WARNINGS = {
  FEW_SAMPLES: {
    mark: 'few samples',
    advice: 'Take the time as a glimpse, or give the case more of it: --profile full, or more launches with --runs.',
  },
  SLOW_FIRST_SAMPLE: {
    mark: 'slow first sample',
    advice: 'The warm-up was too short: ask for more with --warmup.',
  },
  DRIFT: {
    mark: 'drift',
    advice: 'Times changed while they were taken, as on a machine that heats up or gets other work: repeat the run when it is idle.',
  },
  OUTLIERS: {
    mark: 'outliers',
    advice: 'Something interrupted the measuring again and again: the median bears it, but close other programs and repeat.',
  },
  MACHINE_BUSY: {
    mark: 'busy machine',
    advice: 'Other programs shared the processor: repeat the run on an idle machine before you publish its times.',
  },
  MACHINE_CHANGED: {
    mark: 'machine changed its speed',
    advice: 'A difference between rows may be the machine: repeat the run, with fixed clock and cooling if you can.',
  },
  ACCURACY_LOST: {
    mark: 'accuracy lost in conversion',
    advice:
      'The network that was encrypted is not as good as yours: take a scheme with tables, a wider interval or an activation of low degree, and train with it.',
  },
  PLANNING_ERROR: {
    mark: 'far from float',
    advice:
      'What was encrypted is another function than yours: give calibration inputs like the samples, more bits with --bits, or take CKKS; scale inputs to one size.',
  },
  OTHER_IMAGES: {
    mark: 'images of another kind',
    advice:
      'Accuracy is meaningless on images that the network has not learned; times, agreement with the float network and errors are not. Train weights on them for --network.',
  },
  RANGE_PASSED: {
    mark: 'samples past calibrated ranges',
    advice: 'What they decrypt to may be far off: give calibration inputs that reach as far as the samples, or wider ranges with --margin.',
  },
  INSECURE_PARAMETERS: {
    mark: 'insecure parameters',
    advice: 'Under 128 bits nothing is safe, and times are too short: for tests only.',
  },
  FALLBACK_KERNELS: {
    mark: 'fallback kernels',
    advice:
      'This engine does not fuse multiply-adds, so slower arithmetic ran in the place of our kernels: times are not those of our kernels.',
  },
  MADE_AHEAD: {
    mark: 'client works ahead',
    advice: 'Client has it ready and does not count it: where a client has no idle time before its data, add the column Offline.',
  },
  TABLE_ERRORS: {
    mark: 'probable table errors',
    advice: 'Noise moves inputs of tables to neighbouring entries by design: take the class as probable, not certain.',
  },
} as const satisfies Readonly<Record<string, WarningKind>>;

export type WarningCode = keyof typeof WARNINGS;

export interface Warning {
  readonly code: WarningCode;
  /** Id of the case; null: the whole run. */
  readonly about: string | null;
  /** What was seen, with its figures: no capital, no full stop. */
  readonly seen: string;
}
