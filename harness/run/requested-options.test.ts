/** @module */
import { expect, test } from 'vitest';
import { requestedOptions } from './requested-options.ts';

test.each([
  { one: [], same: ['--threads', '1', '--shard=1/1'] },
  { one: ['--scheme', 'ckks,bfv'], same: ['--scheme=bfv', '--scheme', 'ckks'] },
  { one: ['--scheme', 'ckks, bfv'], same: ['--scheme', 'bfv,ckks'] },
  { one: ['--adapter', './mine.ts'], same: ['--adapter', 'mine.ts'] },
  {
    one: ['--runs', '2'],
    same: ['--runs=2', '--resume', '--out', 'elsewhere', '--timeout=1h', '--longest=1m', '--json', '--profile', 'quick', '--seed', '1'],
  },
])('$one asks for the same as $same', ({ one, same }) => {
  expect([...requestedOptions(['bench', ...one])]).toEqual([...requestedOptions(['bench', ...same])]);
});

test.each([
  [['--scheme', 'ckks']],
  [['--workload', 'dense']],
  [['--parameters', 'small']],
  [['--layout', 'packed']],
  [['--threads', '2']],
  [['--kernels', 'library']],
  [['--runs', '1']],
  [['--warmup', '3']],
  [['--budget', '20s']],
  [['--shard', '1/2']],
  [['--adapter', 'mine']],
  [['--network', 'mine.json']],
  [['--data', 'mnist']],
  [['--refresh', 'never']],
  [['--updates', '4']],
  // Trainings are planned for it.
  [['--link', '20Mbit/s,60ms']],
  [['--an-option-of-a-later-version', 'value']],
])('%j asks for something else than nothing does', (words) => {
  expect([...requestedOptions(['bench', ...words])]).not.toEqual([...requestedOptions(['bench'])]);
});
