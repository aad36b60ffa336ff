/** @module */
import { describe, expect, it } from 'vitest';
import { wrap } from './text-lines.ts';

describe('lines of text', () => {
  it('end at spaces, and later ones are indented', () => {
    expect(wrap('one two three four', 9, '  ')).toEqual(['one two', '  three', '  four']);
  });

  it('keep a figure beside its unit', () => {
    expect(wrap('least traffic: 58.4 KiB', 20, '')).toEqual(['least traffic:', '58.4 KiB']);
    expect(wrap('it takes about 12 s, limit 10 s', 28, '')).toEqual(['it takes about 12 s, limit', '10 s']);
  });

  it('break behind a figure that counts something', () => {
    expect(wrap('and 9 secrets', 7, '')).toEqual(['and 9', 'secrets']);
  });
});
