/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable, printableJson } from './printable.ts';

test.each([
  ['plain words, umlauts äöü and π', 'plain words, umlauts äöü and π'],
  ['\u001b[2Jgone\u0007', '\\x1b[2Jgone\\x07'],
  ['first\r\nsecond\tthird', 'first second third'],
  ['\u009b31mred', '\\x9b31mred'],
  ['abc\u202egnp.exe', 'abc\\u202egnp.exe'],
  ['an Arabic letter mark \u061c turns, too', 'an Arabic letter mark \\u061c turns, too'],
  ['half \ud83d of a character, and a whole one 😀', 'half \\ud83d of a character, and a whole one 😀'],
])('%j', (text, shown) => expect(printable(text)).toBe(shown));

const OBEYED = /\p{Cc}|\p{Zl}|\p{Zp}|\p{Bidi_Control}|\p{Cs}/u;

test('nothing that a terminal obeys is left', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !OBEYED.test(printable(text))));
});

test('JSON is the same to its readers, and nothing in it moves a terminal', () => {
  const hostile = { '\u009b2J': ['\u007f\u0085', 'a\u202eb\u061c', '\u2028'] };
  expect(printableJson(hostile)).toBe('{"\\u009b2J":["\\u007f\\u0085","a\\u202eb\\u061c","\\u2028"]}');
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = printableJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(text).not.toMatch(OBEYED);
    }),
  );
});
