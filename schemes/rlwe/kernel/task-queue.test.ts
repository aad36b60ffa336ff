/** @module */
import { afterEach, expect, it, vi } from 'vitest';
import { TaskQueue } from './task-queue.ts';

afterEach(() => vi.restoreAllMocks());

/** A queue whose one function keeps what it is called with. */
function listening(): { readonly queue: TaskQueue; readonly heard: number[][] } {
  const heard: number[][] = [];
  const keep = (...operands: number[]): void => {
    if (operands[0] === 13) throw new Error('unlucky');
    heard.push(operands);
  };
  return { queue: new TaskQueue([keep]), heard };
}

it('makes the calls of tasks in their order, with their operands', () => {
  const { queue, heard } = listening();
  queue.call(0, [1, 2.5, -3]);
  queue.call(0, []);
  queue.publish(0);
  queue.call(0, [2 ** 40]);
  queue.publish(1);
  expect(heard).toEqual([]);
  queue.finish();
  expect(heard).toEqual([[1, 2.5, -3], [], [2 ** 40]]);
  queue.finish();
  expect(heard).toHaveLength(3);
});

it('forgets the calls of a task that was abandoned', () => {
  const { queue, heard } = listening();
  queue.call(0, [1]);
  queue.publish(0);
  queue.call(0, [2]);
  queue.abandon();
  queue.call(0, [3]);
  queue.publish(0);
  queue.finish();
  expect(heard).toEqual([[1], [3]]);
});

it('says that a call failed when all tasks are done, and goes on', () => {
  const { queue, heard } = listening();
  for (const operand of [1, 13, 2]) {
    queue.call(0, [operand]);
    queue.publish(operand);
  }
  expect(() => queue.finish()).toThrow('a kernel failed');
  expect(heard).toEqual([[1], [2]]);
  queue.call(0, [3]);
  queue.publish(0);
  queue.finish();
  expect(heard).toEqual([[1], [2], [3]]);
});

it('says when it is full, and runs more tasks than it has slots for', () => {
  const { queue, heard } = listening();
  let finished = 0;
  for (let task = 0; task < 1000; task++) {
    if (queue.isFull) {
      queue.finish();
      finished++;
    }
    queue.call(0, [100 + task]);
    queue.publish(task % 4);
  }
  queue.finish();
  expect(finished).toBeGreaterThan(1);
  expect(heard.map(([operand]) => operand)).toEqual(Array.from({ length: 1000 }, (_, task) => 100 + task));
});

it('has room for long tasks, and refuses what is longer', () => {
  const { queue } = listening();
  const operands = Array<number>(14).fill(1);
  for (let call = 0; call < 30_000; call++) queue.call(0, operands);
  expect(queue.isFull).toBe(false);
  expect(() => {
    for (let call = 0; call < 100_000; call++) queue.call(0, operands);
  }).toThrow('too many calls');
});

/** Another thread's view of a queue: claims the next task and does no more. */
function claimAndDie({ buffer }: TaskQueue): void {
  const claimed = 1;
  Atomics.add(new Int32Array(buffer), claimed, 1);
}

it.each([
  ['a task that nobody finishes', (queue: TaskQueue) => queue.publish(null)],
  ['a task behind one that nobody finishes', (queue: TaskQueue) => [queue.publish(0), queue.publish(0)]],
  ['a fence behind one that nobody finishes', (queue: TaskQueue) => [queue.publish(null), queue.fence(), queue.publish(null)]],
])('%s is given up after a while, and for good', (_name, publish) => {
  const { queue, heard } = listening();
  publish(queue);
  claimAndDie(queue);
  let minutes = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => 60_001 * minutes++);
  vi.spyOn(Atomics, 'wait').mockReturnValue('timed-out');
  expect(() => queue.finish()).toThrow('does not answer');
  expect(() => queue.finish()).toThrow('has ended');
  expect(heard).toEqual([]);
});

it('a thread that waits at a fence when it is stopped ends', () => {
  const { queue } = listening();
  queue.publish(null);
  queue.fence();
  queue.publish(null);
  claimAndDie(queue);
  const other = new TaskQueue([], queue.buffer);
  let looks = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => {
    if (looks === 1) queue.stop();
    return looks++;
  });
  other.serve();
  expect(() => queue.finish()).toThrow('has ended');
});

it('tasks behind a fence begin when those before are done, whatever their rows', () => {
  const { queue, heard } = listening();
  for (const row of [0, 1, null]) {
    queue.call(0, [1]);
    queue.publish(row);
    queue.fence();
    queue.call(0, [2]);
    queue.publish(row);
  }
  queue.finish();
  expect(heard).toEqual([[1], [2], [1], [2], [1], [2]]);
});
