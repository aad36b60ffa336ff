/** @module */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endMarked, markedEnvironment } from './marked-processes.ts';

/** Waits in a session of its own, with what it starts in turn. */
function sleeper(mark: string): ChildProcess {
  return spawn('sh', ['-c', 'sleep 600 & sleep 600'], { detached: true, env: markedEnvironment(mark), stdio: 'ignore' });
}

test.runIf(existsSync('/proc/self/environ'))('those with the mark end, in whichever session they are, and no others', async () => {
  const [marked, other] = [sleeper('first'), sleeper('first-other')];
  const ended = once(marked, 'exit');
  await endMarked('first');
  expect(await ended).toEqual([null, 'SIGKILL']);
  expect(other.exitCode ?? other.signalCode).toBeNull();
  const otherEnded = once(other, 'exit');
  await endMarked('first-other');
  expect(await otherEnded).toEqual([null, 'SIGKILL']);
});

test('where there is nothing with the mark, nothing happens', async () => {
  await expect(endMarked('of nobody')).resolves.toBeUndefined();
});
