/** @module */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the suite runs under another runner, without vitest', async () => {
  const file = join(import.meta.dirname, 'outsider.fixture.ts');
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      ['--test', '--test-reporter=tap', file],
      { env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
      (_error, stdout) => resolve(stdout),
    );
  });
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(output)?.[1]);
  expect(count('pass')).toBeGreaterThan(100);
  expect(count('fail')).toBe(0);
  expect(output).toContain('# Subtest: masked conforms, 1 x 8');
});
