/**
 * One colour for each scheme, in every picture. Each has a contrast of at least 3 with white and with the dark page.
 *
 * @module
 */

const KNOWN: ReadonlyMap<string, string> = new Map([
  ['ckks', '#2f78e0'],
  ['bfv', '#d5640f'],
  ['bgv', '#b44da3'],
  ['tfhe', '#1f8f5f'],
  ['paillier', '#a17800'],
  ['hybrid', '#8a63d2'],
  ['clear', '#7b828c'],
]);
/** For adapters of others, in the order of their names. */
const OTHERS = ['#c2484d', '#0e8f9e', '#7c8a1e', '#a2684a', '#6a7bb5', '#b0558a'];

export interface ColourScale {
  readonly domain: readonly string[];
  readonly range: readonly string[];
}

/** For the schemes of a run, in the order of their ids; the seventh unknown one has the colour of the first again. */
export function coloursOf(schemes: Iterable<string>): ColourScale {
  const domain = [...new Set(schemes)].sort();
  const unknown = domain.filter((scheme) => !KNOWN.has(scheme));
  return { domain, range: domain.map((scheme) => KNOWN.get(scheme) ?? OTHERS[unknown.indexOf(scheme) % OTHERS.length]!) };
}
