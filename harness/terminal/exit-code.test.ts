/** @module */
import { expect, test } from 'vitest';
import { recordWithoutResult } from '../record/record.examples.ts';
import { EXIT, exitCodeOfError, exitCodeOfRecords } from './exit-code.ts';

test.each([
  ['USAGE', EXIT.usage],
  ['NETWORK_SHAPE', EXIT.usage],
  ['INTERRUPTED', EXIT.interrupted],
  ['RUN_FOLDER_UNWRITABLE', EXIT.environmentUnusable],
  ['FOLDER_UNWRITABLE', EXIT.environmentUnusable],
  ['LIBRARY_UNUSABLE', EXIT.environmentUnusable],
])('%s ends with %i: what the user got wrong is told from what the machine lacks', (code, exit) => {
  expect(exitCodeOfError(code)).toBe(exit);
});

test('a refusal is an answer; a launch that failed or ran out of time is none', () => {
  expect(exitCodeOfRecords([recordWithoutResult('unsupported')])).toBe(EXIT.fine);
  for (const state of ['failed', 'timeout'] as const) expect(exitCodeOfRecords([recordWithoutResult(state)])).toBe(EXIT.caseFailed);
});
