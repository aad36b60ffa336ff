/**
 * Words of others, shown as they are: names in files, and what adapters say.
 *
 * @module
 */

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** What moves a cursor, colours, rings or turns the direction of writing. */
const CONTROLS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** On one line, and every control character as its number: `\x1b[2J` instead of a cleared screen. */
export function printable(text: string): string {
  return text.replace(BREAKS, ' ').replace(CONTROLS, escaped);
}

function escaped(control: string): string {
  const code = control.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
}
