/**
 * Tasks for the threads of one evaluator, in shared memory. A task is a list of kernel calls that follow one another; tasks are claimed
 * in order and run at the same time. One thread writes them, and publishes each as soon as it is complete, so that the others begin
 * while it goes on. A task begins when those that it must follow are done: the one before in its row, and all before the last fence.
 * As they were claimed earlier, waiting for them ends.
 *
 * Whatever is written before a task is published is seen by the thread that claims it, and what a task leaves by whoever sees that it
 * is done: counters change by atomic operations, which order everything else (ECMAScript, memory model).
 *
 * @module
 */

/** Tasks for each thread that may run at the same time: each has working memory of its own, so that none waits for another. */
export const WINDOWS_PER_THREAD = 2;

/** Counters; they may wrap. */
const PUBLISHED = 0;
const CLAIMED = 1;
const DONE = 2;
/** Threads asleep on PUBLISHED, and whether the writer sleeps on DONE. */
const SLEEPERS = 3;
const WAITING = 4;
const STOPPED = 5;
const FAILED = 6;
/**
 * A slot for each task between two `finish`: where its calls begin, the task it must follow, how many must be done before it, and its own
 * number once it has run.
 */
const FIRST_SLOT = 16;
const SLOTS = 256;
const SLOT_WORDS = 4;
const [BEGIN, AFTER, FENCE, FINISHED] = [0, 1, 2, 3];
const CONTROL_BYTES = 4 * (FIRST_SLOT + SLOTS * SLOT_WORDS);

/** Room for calls; memory that no call reaches is never taken from the system. */
const CALL_BYTES = 8 * 2 ** 20;
/** Ends the calls of a task. */
const END = -1;

/** How long a thread looks for work before it sleeps: longer than the writer needs between two groups of tasks. */
const SPIN_MS = 0.2;
/** How often a thread looks before it looks at the clock. */
const SPINS = 100;
/** How long a thread sleeps, at most, that waits for another one's task. */
const NAP_MS = 0.5;
/** Longer than any task takes: then a thread must be gone. */
const PATIENCE_MS = 60_000;

/** Functions that a call names by their number. */
export type Functions = readonly ((...operands: number[]) => void)[];

export class TaskQueue {
  readonly buffer: SharedArrayBuffer;
  readonly #control: Int32Array<SharedArrayBuffer>;
  readonly #words: Float64Array<SharedArrayBuffer>;
  readonly #functions: Functions;
  /** The writer's own: the end of what is written, the tasks since `finish`, the last task of each row, the tasks before the last fence. */
  #begin = 0;
  #end = 0;
  #tasks = 0;
  #fence: number;
  readonly #rows = new Map<number, number>();

  /** A new queue, or one that another thread has made. */
  constructor(functions: Functions, buffer = new SharedArrayBuffer(CONTROL_BYTES + CALL_BYTES)) {
    this.#functions = functions;
    this.buffer = buffer;
    this.#control = new Int32Array(buffer, 0, CONTROL_BYTES / 4);
    this.#words = new Float64Array(buffer, CONTROL_BYTES);
    this.#fence = Atomics.load(this.#control, DONE);
  }

  /** Adds a call to the task that is being written. @throws RangeError where there is no more room: `isFull` tells before. */
  call(name: number, operands: readonly number[]): void {
    const words = this.#words;
    let at = this.#end;
    if (at + operands.length + 3 > words.length) throw new RangeError('a task of too many calls');
    words[at++] = name;
    words[at++] = operands.length;
    for (const operand of operands) words[at++] = operand;
    this.#end = at;
  }

  /** Ends a task. It follows the one before in its row, if it has one. */
  publish(row: number | null): void {
    const control = this.#control;
    this.#words[this.#end++] = END;
    const task = Atomics.load(control, PUBLISHED);
    const slot = slotOf(task);
    control[slot + BEGIN] = this.#begin;
    control[slot + AFTER] = row === null ? task : (this.#rows.get(row) ?? task);
    control[slot + FENCE] = this.#fence;
    if (row !== null) this.#rows.set(row, task);
    this.#begin = this.#end;
    this.#tasks++;
    // Never a number that the slot's last task left there.
    Atomics.store(control, slot + FINISHED, ~task);
    Atomics.store(control, PUBLISHED, (task + 1) | 0);
    if (Atomics.load(control, SLEEPERS) > 0) Atomics.notify(control, PUBLISHED);
  }

  /** What is published from now on begins when all tasks before are done. */
  fence(): void {
    this.#fence = Atomics.load(this.#control, PUBLISHED);
  }

  /** Forgets the calls since the last task. */
  abandon(): void {
    this.#end = this.#begin;
  }

  /** Whether `finish` must come before the next task. */
  get isFull(): boolean {
    return this.#tasks === SLOTS || this.#end > this.#words.length / 2;
  }

  /** Works until every task is done. @throws Error where a kernel failed, or a thread is gone, or all were stopped. */
  finish(): void {
    try {
      this.#work();
      this.#wait();
    } catch (error) {
      // A task that a thread took with it is never done: no other work can follow.
      this.stop();
      throw error;
    }
    this.#begin = 0;
    this.#end = 0;
    this.#tasks = 0;
    this.#rows.clear();
    if (Atomics.exchange(this.#control, FAILED, 0) !== 0) throw new Error('a kernel failed in a task');
  }

  /** Runs tasks until it is stopped: all that another thread does. */
  serve(): void {
    const control = this.#control;
    while (!this.#isStopped()) {
      try {
        this.#work();
      } catch {
        // Whoever waits for what this thread had begun finds out by itself.
        return;
      }
      if (this.#spin(() => this.#isStopped() || this.#hasWork)) continue;
      const seen = Atomics.load(control, PUBLISHED);
      Atomics.add(control, SLEEPERS, 1);
      if (!this.#isStopped() && !this.#hasWork) Atomics.wait(control, PUBLISHED, seen);
      Atomics.sub(control, SLEEPERS, 1);
    }
  }

  /** Ends `serve`, also of a thread that waits for a task that never ends. */
  stop(): void {
    Atomics.store(this.#control, STOPPED, 1);
    // A thread that is about to sleep finds another number, and stays awake.
    Atomics.add(this.#control, PUBLISHED, 1);
    Atomics.notify(this.#control, PUBLISHED);
  }

  #isStopped(): boolean {
    return Atomics.load(this.#control, STOPPED) !== 0;
  }

  get #hasWork(): boolean {
    return Atomics.load(this.#control, CLAIMED) !== Atomics.load(this.#control, PUBLISHED);
  }

  #work(): void {
    for (;;) {
      const task = Atomics.load(this.#control, CLAIMED);
      if (this.#isStopped() || task === Atomics.load(this.#control, PUBLISHED)) return;
      if (Atomics.compareExchange(this.#control, CLAIMED, task, (task + 1) | 0) === task) this.#run(task);
    }
  }

  #run(task: number): void {
    const control = this.#control;
    const slot = slotOf(task);
    const [after, fence] = [control[slot + AFTER]!, control[slot + FENCE]!];
    this.#waitUntil(() => after === task || Atomics.load(control, slotOf(after) + FINISHED) === after);
    this.#waitUntil(() => ((Atomics.load(control, DONE) - fence) | 0) >= 0);
    try {
      this.#calls(control[slot + BEGIN]!);
    } catch {
      Atomics.store(control, FAILED, 1);
    }
    Atomics.store(control, slot + FINISHED, task);
    Atomics.add(control, DONE, 1);
    if (Atomics.load(control, WAITING) !== 0) Atomics.notify(control, DONE);
  }

  #calls(begin: number): void {
    const words = this.#words;
    for (let at = begin; words[at] !== END;) {
      const first = at + 2;
      const next = first + words[at + 1]!;
      callWith(this.#functions[words[at]!]!, words, first, next - first);
      at = next;
    }
  }

  /** What is waited for takes microseconds, unless the machine gave its thread's processor away. @throws Error where it does not come */
  #waitUntil(isTrue: () => boolean): void {
    if (this.#spin(isTrue)) return;
    const control = this.#control;
    for (const since_ms = performance.now(); !isTrue();) {
      if (this.#isStopped()) throw new Error('the evaluator has ended');
      if (performance.now() - since_ms > PATIENCE_MS) throw gone();
      Atomics.wait(control, DONE, Atomics.load(control, DONE), NAP_MS);
    }
  }

  #wait(): void {
    const control = this.#control;
    const isDone = (): boolean => Atomics.load(control, DONE) === Atomics.load(control, PUBLISHED);
    if (this.#spin(() => this.#isStopped() || isDone()) && !this.#isStopped()) return;
    const until_ms = performance.now() + PATIENCE_MS;
    Atomics.store(control, WAITING, 1);
    for (let done = Atomics.load(control, DONE); !isDone(); done = Atomics.load(control, DONE)) {
      if (this.#isStopped()) throw new Error('the evaluator has ended');
      Atomics.wait(control, DONE, done, 1000);
      if (performance.now() > until_ms) throw gone();
    }
    Atomics.store(control, WAITING, 0);
  }

  /** Whether it came true in time. */
  #spin(isTrue: () => boolean): boolean {
    const until_ms = performance.now() + SPIN_MS;
    do {
      for (let look = 0; look < SPINS; look++) if (isTrue()) return true;
    } while (performance.now() < until_ms);
    return false;
  }
}

function gone(): Error {
  return new Error('a thread of the evaluator does not answer');
}

function slotOf(task: number): number {
  return FIRST_SLOT + (task & (SLOTS - 1)) * SLOT_WORDS;
}

/** f(...words from `at` on). Operands are passed one by one: a call by a list of them takes as long as a short kernel. */
function callWith(f: Functions[number], w: Float64Array, at: number, count: number): void {
  switch (count) {
    case 2:
      return f(w[at]!, w[at + 1]!);
    case 3:
      return f(w[at]!, w[at + 1]!, w[at + 2]!);
    case 4:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!);
    case 5:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!);
    case 6:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!);
    case 7:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!);
    case 8:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!, w[at + 7]!);
    case 9:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!, w[at + 7]!, w[at + 8]!);
    case 10:
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!, w[at + 7]!, w[at + 8]!, w[at + 9]!);
    case 11:
      // prettier-ignore
      return f(w[at]!, w[at + 1]!, w[at + 2]!, w[at + 3]!, w[at + 4]!, w[at + 5]!, w[at + 6]!, w[at + 7]!, w[at + 8]!, w[at + 9]!, w[at + 10]!);
    default:
      return Reflect.apply(f, undefined, w.subarray(at, at + count)) as undefined;
  }
}
