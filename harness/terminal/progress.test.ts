/** @module */
import { expect, test } from 'vitest';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import type { Launch } from '../run/matrix.ts';
import { factsOf } from '../launch/describe/scheme-facts.ts';
import { Progress, type ProgressOptions } from './progress.ts';
import { completedRecord, primitivesRecord, recordWithoutResult, trainingRecord } from '../record/record.examples.ts';
import { terminalStyle } from './style.ts';

function launch(id: string): Launch {
  const selected = { scheme: factsOf(clear, null), adapter: null, replaces: false };
  const key = { scheme: 'ckks', workload: 'dense-64', parameters: null, layout: 'packed', kernels: 'library', threads: 1 } as const;
  return { case: { ...key, id, selected, group: 'dense' }, number: 1, order: 0 };
}

function progress(changes: Partial<ProgressOptions> = {}): { progress: Progress; written: string[] } {
  const written: string[] = [];
  const terminal = { write: (text: string) => written.push(text) };
  const style = { live: false, colour: false, width: 60 };
  return { progress: new Progress(terminal, { launches: 3, expected_ns: 40e9, ...style, ...changes }), written };
}

test('in a log: one plain line when a launch ends, and none while it runs', () => {
  const { progress: log, written } = progress();
  log.begin(launch('first'));
  log.stage({ kind: 'progress', stage: 'evaluate', done: 1, total: 4 });
  expect(written).toEqual([]);
  log.end({ kind: 'record', record: completedRecord() });
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^\[1\/3\] first: completed, server 49.5 ms, n = 15 \(.*, about .* left\)\n$/);
  log.begin(launch('second'));
  log.end({ kind: 'record', record: recordWithoutResult('failed') });
  expect(written[1]).toMatch(/^\[2\/3\] second: failed: .* \[CHILD_KILLED\]/);
});

test('single operations: how many were timed, how often, and how many were refused', () => {
  const { progress: log, written } = progress();
  const [first, ...others] = primitivesRecord().primitives;
  const untimed = [{ name: 'fold', level: null, state: 'unsupported', reason: 'no rotations' } as const];
  log.begin(launch('first'));
  log.end({ kind: 'record', record: primitivesRecord({ primitives: [{ ...first!, samples_ns: [5] }, ...others], untimed }) });
  expect(written[0]).toMatch(/^\[1\/3\] first: completed, 3 operations, n = 1 to 10, 1 unsupported \(/);
});

test('trainings: epoch, update and time left at the pace so far; then what was learned', () => {
  const { progress: live, written } = progress({ live: true, width: 120 });
  live.begin(launch('first'));
  live.stage({ kind: 'progress', stage: 'evaluate', done: 0, total: 2, epoch: 3, epochs: 4 });
  expect(written.at(-1)).toContain('first: evaluate, epoch 3 of 4, update 1 of 2');
  expect(written.at(-1)).not.toContain('left of it');
  live.stage({ kind: 'progress', stage: 'evaluate', done: 1, total: 2, epoch: 3, epochs: 4 });
  expect(written.at(-1)).toMatch(/epoch 3 of 4, update 2 of 2, about .* left of it$/);
  live.end({ kind: 'record', record: trainingRecord() });
  expect(written.at(-1)).toContain('2 epochs of 197 features, server 26.5 ms an update, 95.0 % held out');
});

test('skipped launches count as done', () => {
  const { progress: log, written } = progress();
  log.skip();
  log.skip();
  log.begin(launch('third'));
  log.end({ kind: 'leftOut', reason: 'skipped: too long' });
  expect(written[0]).toMatch(/^\[3\/3\] third: skipped: too long \([^,]*\)\n$/);
});

test('on a terminal: one live line with case, stage, position and time left, never wider than the terminal', () => {
  const { progress: live, written } = progress({ live: true });
  live.begin(launch('first'));
  live.stage({ kind: 'progress', stage: 'evaluate', done: 1, total: 4 });
  expect(written.at(-1)).toBe('\r\u001b[K[1/3] first: evaluate 1/4, about 2 min left');
  live.stage({ kind: 'progress', stage: 'evaluate', done: 1, total: 4, layer: 'sign\n1' });
  expect(written.at(-1)).toContain('first: evaluate, batch 2 of 4: sign 1 done');
  live.begin(launch('x'.repeat(100)));
  for (const text of written) expect(text.replace('\r\u001b[K', '').length).toBeLessThan(60);
});

test("an adapter's words cannot move the cursor", () => {
  const { progress: log, written } = progress();
  log.begin(launch('first'));
  log.end({ kind: 'record', record: recordWithoutResult('failed', { error: { code: 'X', message: 'a\u001b[2Jb\rc\nd' } }) });
  expect(written[0]).toContain('a\\x1b[2Jb c d');
});

test.each([
  { isTTY: true, environment: {}, live: true, colour: true },
  { isTTY: false, environment: {}, live: false, colour: false },
  { isTTY: true, environment: { CI: 'true' }, live: false, colour: true },
  { isTTY: true, environment: { NO_COLOR: '1' }, live: true, colour: false },
  { isTTY: false, environment: { FORCE_COLOR: '1' }, live: false, colour: true },
  { isTTY: false, environment: { FORCE_COLOR: '1', NO_COLOR: '1' }, live: false, colour: false },
  { isTTY: true, environment: { TERM: 'dumb' }, live: false, colour: false },
])('terminal $isTTY with $environment', ({ isTTY, environment, live, colour }) => {
  expect(terminalStyle({ isTTY, columns: 100 }, environment)).toMatchObject({ live, colour });
});
