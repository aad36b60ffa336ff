/** @module */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from './printable.ts';

test.each([
  ['plain words, umlauts äöü and π', 'plain words, umlauts äöü and π'],
  ['\u001b[2Jgone\u0007', '\\x1b[2Jgone\\x07'],
  ['first\r\nsecond\tthird', 'first second third'],
  ['\u009b31mred', '\\x9b31mred'],
  ['abc\u202egnp.exe', 'abc\\u202egnp.exe'],
])('%j', (text, shown) => expect(printable(text)).toBe(shown));

test('nothing that a terminal obeys is left', () => {
  const obeyed = /\p{Cc}|\p{Zl}|\p{Zp}|[\u202a-\u202e]/u;
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !obeyed.test(printable(text))));
});
