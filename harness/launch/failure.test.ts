/** @module */
import { expect, test } from 'vitest';
import { EnigmarkError } from '../../schemes/errors.ts';
import { deathOf, failureOf } from './failure.ts';

const V8_OUT_OF_MEMORY = `
<--- Last few GCs --->
FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----
 1: 0xe3f0a0 node::OOMErrorHandler(char const*, v8::OOMDetails const&)`;

test('memory used up is told from other deaths', () => {
  const { code, message } = deathOf(null, 'SIGABRT', V8_OUT_OF_MEMORY);
  expect(code).toBe('OUT_OF_MEMORY');
  expect(message).toMatch(/SIGABRT .* FATAL ERROR: Reached heap limit/);
  expect(message).not.toContain('\n');
  expect(failureOf(new Error('Out of memory: Cannot allocate Wasm memory for new instance')).code).toBe('OUT_OF_MEMORY');
});

test.each([
  [null, 'SIGKILL', 'CHILD_KILLED'],
  [null, 'SIGTERM', 'CHILD_KILLED'],
  [null, 'SIGSEGV', 'CHILD_CRASHED'],
  [7, null, 'CHILD_CRASHED'],
] as const)('exit code %j, signal %j: %s', (exitCode, signal, code) => {
  expect(deathOf(exitCode, signal, '').code).toBe(code);
});

test('a coded error keeps its code; lines become one, and control characters are shown', () => {
  const error = new EnigmarkError('RANGE', { expected: 'a\nb', got: '\u001b[2Jc', remedy: 'd' });
  expect(failureOf(error)).toEqual({ code: 'RANGE', message: 'expected a b, got \\x1b[2Jc; d' });
});
