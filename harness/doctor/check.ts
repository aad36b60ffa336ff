/**
 * What one check of this machine found, in words that say what to do.
 *
 * @module
 */

export interface Check {
  /** 'Timer', 'ckks' */
  readonly name: string;
  /** warning: figures will be worse than they could be. unusable: nothing, or not this, can be measured. */
  readonly state: 'fine' | 'warning' | 'unusable';
  /** One sentence. */
  readonly found: string;
  /** What to do about it; null where nothing needs to be done. */
  readonly advice: string | null;
}

export function fine(name: string, found: string): Check {
  return { name, state: 'fine', found, advice: null };
}

export function warning(name: string, found: string, advice: string): Check {
  return { name, state: 'warning', found, advice };
}

export function unusable(name: string, found: string, advice: string): Check {
  return { name, state: 'unusable', found, advice };
}
