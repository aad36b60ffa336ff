/**
 * Plain text in lines of a given width.
 *
 * @module
 */

/** Breaks at spaces; every line but the first begins with `indent`, and a longer word has a line of its own. */
export function wrap(line: string, width: number, indent: string): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
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
