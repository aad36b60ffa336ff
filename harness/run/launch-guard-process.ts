/**
 * Entry of the guard process (see `launch-guard.ts`): when its standard input ends, the run is over.
 *
 * @module
 */
import { createInterface } from 'node:readline';
import { endMarked, killProcess } from './marked-processes.ts';

/** Mark by process id. */
const launches = new Map<number, string>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const [pid = '', mark = ''] = line.slice(1).split(' ');
    if (line.startsWith('+')) launches.set(Number(pid), mark);
    else launches.delete(Number(pid));
  })
  .on('close', () => {
    for (const [pid, mark] of launches) {
      killProcess(pid);
      void endMarked(mark);
    }
  });
