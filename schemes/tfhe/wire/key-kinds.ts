/**
 * Kinds of evaluation key, known to both sides.
 *
 * @module
 */

/** Keyswitch and bootstrap bodies with their seeds; needed where the plan has a table. */
export const BOOTSTRAPPING_KEY = 'bootstrapping';
