/** @module */
import { expect, test } from 'vitest';
import { runCommand } from './command-line.fixture.ts';

test('every activation is right under every leveled scheme, on the kernels of both', async () => {
  const { code, stdout, stderr } = await runCommand('verify', '--scheme', 'ckks,bfv,bgv', '--workload', 'activation', '--json');
  const verdicts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; result: string });
  expect(
    verdicts.filter(({ result }) => result !== 'right'),
    stderr,
  ).toEqual([]);
  expect(verdicts.length).toBe(36);
  expect(code).toBe(0);
});
