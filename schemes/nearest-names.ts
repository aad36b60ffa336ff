/**
 * What a user may have meant: valid names near a mistyped one.
 *
 * @module
 */

const MOST_SUGGESTIONS = 3;

/** Fewest insertions, deletions and substitutions between two words (Levenshtein 1966), row by row (Wagner and Fischer 1974). */
function editDistance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const substitution = previous[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[to.length]!;
}

/** 'did you mean a or b? ' to begin a remedy with, and nothing where no name is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const nearest = nearestNames(given, names);
  return nearest.length === 0 ? '' : `did you mean ${nearest.join(' or ')}? `;
}

/** Up to three of `names`, nearest first: few typing errors away, or beginning with what was given. Letter case is ignored. */
export function nearestNames(given: string, names: readonly string[]): readonly string[] {
  // A word much longer than any name is no typing error, and its distance would be costly.
  const word = given.trim().toLowerCase();
  const longest = Math.max(0, ...names.map((name) => name.length));
  if (word === '' || word.length > 2 * longest) return [];
  return names
    .map((name) => {
      const candidate = name.toLowerCase();
      const distance = editDistance(word, candidate);
      const near = distance <= Math.max(2, Math.floor(candidate.length / 3));
      return { name, distance, near: near || candidate.startsWith(word) };
    })
    .filter(({ near }) => near)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, MOST_SUGGESTIONS)
    .map(({ name }) => name);
}
