/** @module */
import { describe, expect, test } from 'vitest';
import { describeError, EnigmarkError } from './errors.ts';

const parts = { expected: 'a whole number', got: "'x'", remedy: 'give one' };

describe('EnigmarkError', () => {
  test('says what was expected, what was met and what to do, and keeps the parts apart', () => {
    const cause = new Error('beneath');
    const error = new EnigmarkError('NOT_A_NUMBER', { ...parts, cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe("expected a whole number, got 'x'; give one");
    expect(error).toMatchObject({ name: 'EnigmarkError', code: 'NOT_A_NUMBER', ...parts, cause });
  });

  test('has no cause where none was given', () => {
    expect(new EnigmarkError('NOT_A_NUMBER', parts).cause).toBeUndefined();
  });
});

describe('describeError', () => {
  test('keeps the code of an expected failure', () => {
    expect(describeError(new EnigmarkError('NOT_A_NUMBER', parts))).toEqual({
      code: 'NOT_A_NUMBER',
      message: "expected a whole number, got 'x'; give one",
    });
  });

  test('names the class of a bug, on one line', () => {
    expect(describeError(new RangeError('too far\n  by two'))).toEqual({ code: 'UNEXPECTED', message: 'RangeError: too far' });
  });

  test.each([
    ['a word', 'a word'],
    [undefined, 'undefined'],
    [null, 'null'],
    [7, '7'],
  ])('takes what is no error: %j', (thrown, message) => {
    expect(describeError(thrown)).toEqual({ code: 'UNEXPECTED', message });
  });
});
