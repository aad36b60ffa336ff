/**
 * Words of others, shown as they are: names in files, and what adapters say.
 *
 * @module
 */

const BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** What moves a cursor, colours, rings or turns the direction of writing, and halves of characters. */
const CONTROLS = /[\p{Cc}\p{Bidi_Control}\p{Cs}]/gu;
/** Of these, what JSON's own rules leave as they are; and the ends of lines that are none in JSON. */
const LEFT_BY_JSON = /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu;

/** On one line, and every control character as its number: `\x1b[2J` instead of a cleared screen. */
export function printable(text: string): string {
  return text.replace(BREAKS, ' ').replace(CONTROLS, escaped);
}

/**
 * JSON that a terminal can be shown: the same value to every reader of JSON, with control characters as their numbers.
 *
 * @param indent Spaces of a level; without it, one line.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(LEFT_BY_JSON, (control) => `\\u${codeOf(control).padStart(4, '0')}`);
}

function escaped(control: string): string {
  const code = codeOf(control);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}

function codeOf(character: string): string {
  return character.charCodeAt(0).toString(16);
}
