/** @module */
import { expect, test } from 'vitest';
import { runCommand } from '../command-line.fixture.ts';

/** Of the library as well with ENIGMARK_FULL. */
const KERNELS = process.env['ENIGMARK_FULL'] === undefined ? ['own'] : ['own', 'library'];

test(`every activation is right under every leveled scheme, on kernels ${KERNELS.join()}`, async () => {
  const words = ['--scheme', 'ckks,bfv,bgv', '--workload', 'activation', '--kernels', KERNELS.join(), '--json'];
  const { code, stdout, stderr } = await runCommand('verify', ...words);
  const verdicts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string; result: string });
  expect(
    verdicts.filter(({ result }) => result !== 'right'),
    stderr,
  ).toEqual([]);
  expect(verdicts.length).toBe(18 * KERNELS.length);
  expect(code).toBe(0);
});
