/**
 * Sentences that more than one table needs to be read rightly.
 *
 * @module
 */

/** How to read times. */
export const MEDIANS =
  'Median [95% interval]; of several launches the median of their medians. The interval of one launch tells where the median of that launch lies and is none below n = 11; that of three launches or more tells how launches differ; two have none. Below n = 3 the samples themselves.';
