/** @module */
import { expect, test } from 'vitest';
import { warningLinesOf } from './warn.ts';

const long = `few samples: ${'case '.repeat(60)}`;

test('a warning is wrapped on a terminal, and one line in a log', () => {
  const lines = warningLinesOf(long, { isTTY: true, columns: 80 });
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(lines.join(' ').replaceAll(/\s+/g, ' ').trim()).toBe(`warning: ${long}`.trim());
  expect(warningLinesOf(long, { isTTY: false, columns: 80 })).toEqual([`warning: ${long}`]);
});

test('text of others moves no cursor', () => {
  expect(warningLinesOf('a[2Jb\r', { isTTY: true, columns: 80 }).join('')).not.toMatch(/\p{Cc}/u);
});
