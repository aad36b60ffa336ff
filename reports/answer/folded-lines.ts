/**
 * What was left out, one line for each reason.
 *
 * @module
 */
import type { LeftOut } from './not-shown.ts';

/**
 * `one, two, three: reason`; reasons that differ only in names in quotation marks are one. `most`: ids that a line names, of the others it
 * has the number.
 */
export function foldedLines(absent: readonly LeftOut[], most = Infinity): readonly string[] {
  const byReason = Map.groupBy(absent, ({ reason }) => reason.replace(/'[^']*'/g, "''"));
  return [...byReason.values()].map((same) => {
    const ids = [...new Set(same.map(({ id }) => id))];
    const more = ids.length > most ? ` and ${ids.length - most} more` : '';
    return `${ids.slice(0, most).join(', ')}${more}: ${same[0]!.reason}`;
  });
}
