/**
 * Plain text in lines of a given width.
 *
 * @module
 */

/** Spaces that a line may end at: a figure and its unit stay together. */
const BREAKS = /(?<!\d) | (?!(?:[KMGT]iB|B|ns|µs|ms|s|min|h)(?![\w-]))/;

/** Breaks at spaces, but not between a figure and its unit; every line but the first begins with `indent`, and a longer word has a line of its own. */
export function wrap(line: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(BREAKS)) {
    if (current !== '' && lengthOf(current) + 1 + lengthOf(word) > width) {
      lines.push(current);
      current = indent + word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}

export function lengthOf(words: string): number {
  return Array.from(words).length;
}
