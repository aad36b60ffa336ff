/**
 * Options about the connection between client and server: what it is, and how often the updates of a training use it.
 *
 * @module
 */
import { type Link, LINKS, linkText, parseLink } from '../../../reports/end-to-end/link.ts';
import { type Given, paths, single, usageError, valueOption, wholeNumber } from '../usage.ts';

const MOST_UPDATES = 10_000;

/** Of `bench` and `report`. */
export const LINK_OPTION = `A connection that trainings are planned for and end-to-end times are computed for, beside ${LINKS.map(linkText).join('; ')}: 50Mbit/s,30ms. May be repeated`;

/** Of trainings. */
export const courseChoices = {
  updates: valueOption('Updates of a training between two refreshes of its weights: 1, 4 [default: what is fastest over the connection]'),
};

/** What is never refreshed has all updates in one stretch. */
export function updatesBetweenRefreshes({
  refresh,
  updates,
}: {
  readonly refresh?: Given;
  readonly updates?: Given;
}): number | 'all' | null {
  const text = single('--updates', updates);
  const never = single('--refresh', refresh) === 'never';
  if (text === null) return never ? 'all' : null;
  if (never)
    throw usageError('--updates or --refresh never', 'both', 'leave one of them out: what is never refreshed has all updates in one');
  return wholeNumber('--updates', text, 1, MOST_UPDATES);
}

/** The connection that was stated last; otherwise the usual one that is fastest. */
export function plannedConnection(given: Given): Link {
  return statedLinks(given).at(-1) ?? LINKS[0]!;
}

/**
 * The usual connections, and those that were stated.
 *
 * @throws EnigmarkError USAGE
 */
export function links(given: Given): readonly Link[] {
  return [...new Map([...LINKS, ...statedLinks(given)].map((link) => [linkText(link), link])).values()];
}

function statedLinks(given: Given): readonly Link[] {
  return paths('--link', given).map((text) => {
    const link = parseLink(text);
    if (link !== null) return link;
    throw usageError(
      'a bandwidth and a round-trip time such as 50Mbit/s,30ms for --link',
      `'${text}'`,
      'Gbit/s, Mbit/s or kbit/s; at most 60000ms',
    );
  });
}
