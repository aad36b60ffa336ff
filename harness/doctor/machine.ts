/**
 * Cores, memory, load and clock: what decides how far figures of this machine can be trusted.
 *
 * @module
 */
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { formatQuantity } from '../../reports/quantity.ts';
import { fine, unusable, warning, type Check } from './check.ts';

export interface MachineFacts {
  readonly cores: number;
  /** Of the machine or of the container, whichever is less. */
  readonly memory_bytes: number;
  readonly available_bytes: number;
  /** Largest JavaScript heap. */
  readonly heap_bytes: number;
  /** Mean number of running processes over the last minute. */
  readonly load: number;
  /** Smallest difference between two readings of the clock. */
  readonly timer_ns: number;
}

const GIB = 2 ** 30;
/** The smallest packed case under CKKS holds client, evaluator and library in about half of this. */
const LEAST_MEMORY_BYTES = GIB;
/** What the largest built-in batched networks need: BGV's evaluator of cnn-cryptonets takes 1.6 GiB, its client as much. */
const COMFORTABLE_MEMORY_BYTES = 6 * GIB;
/** Shortest stages last some 20 microseconds; a step of the clock should be below a hundredth of them. */
const COARSEST_TIMER_NS = 200;
const READINGS = 2000;

export function readMachine(): MachineFacts {
  return {
    cores: availableParallelism(),
    memory_bytes: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    available_bytes: process.availableMemory(),
    heap_bytes: getHeapStatistics().heap_size_limit,
    load: loadavg()[0] ?? 0,
    timer_ns: timerResolution_ns(),
  };
}

function timerResolution_ns(): number {
  let least = Infinity;
  let before = process.hrtime.bigint();
  for (let reading = 0; reading < READINGS; reading++) {
    const now = process.hrtime.bigint();
    if (now > before) least = Math.min(least, Number(now - before));
    before = now;
  }
  return least;
}

export function checkMachine(facts: MachineFacts): readonly Check[] {
  return [checkCores(facts), checkMemory(facts), checkLoad(facts), checkTimer(facts)];
}

function checkCores({ cores }: MachineFacts): Check {
  if (cores >= 2) return fine('Cores', `${cores} cores`);
  return warning('Cores', 'one core: whatever else runs is measured too', 'give the container or machine two cores');
}

function checkMemory({ memory_bytes, available_bytes, heap_bytes }: MachineFacts): Check {
  const size = (bytes: number): string => formatQuantity(bytes, 'bytes');
  const found = `${size(available_bytes)} of ${size(memory_bytes)} are free; JavaScript may use ${size(heap_bytes)}`;
  if (available_bytes < LEAST_MEMORY_BYTES) {
    return unusable('Memory', found, `free at least ${size(LEAST_MEMORY_BYTES)}, or raise the container's limit`);
  }
  if (available_bytes >= COMFORTABLE_MEMORY_BYTES) return fine('Memory', found);
  return warning('Memory', found, `large batched networks need up to ${size(COMFORTABLE_MEMORY_BYTES)}; what does not fit is refused`);
}

function checkLoad({ load, cores }: MachineFacts): Check {
  const found = `load ${load.toFixed(2)} on ${cores} cores over the last minute`;
  if (load <= cores / 2) return fine('Load', found);
  return warning('Load', found, 'stop other programs before you measure: they make every figure larger and more scattered');
}

function checkTimer({ timer_ns }: MachineFacts): Check {
  const found = `the clock tells times apart that differ by ${timer_ns} ns`;
  if (timer_ns <= COARSEST_TIMER_NS) return fine('Timer', found);
  return warning(
    'Timer',
    found,
    'read figures below a hundred times that with care; on a virtual machine, choose its fastest clock source',
  );
}
