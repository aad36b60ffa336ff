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

/** Marks that stand over the letter before them, and joiners. */
const WIDTHLESS = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
/** Letters of East Asia, their forms of Latin ones, and emoji. */
const WIDE = /^[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]$/u;

/** Columns of a terminal that the words take. @example lengthOf('网络') // 4 */
export function lengthOf(words: string): number {
  if (/^[ -~]*$/.test(words)) return words.length;
  return Array.from(words).reduce((sum, character) => sum + (WIDTHLESS.test(character) ? 0 : WIDE.test(character) ? 2 : 1), 0);
}
