/**
 * Entry of the guard process (see `launch-guard.ts`): when its standard input ends, the run is over.
 *
 * @module
 */
import { createInterface } from 'node:readline';

const launches = new Set<number>();

createInterface({ input: process.stdin })
  .on('line', (line) => {
    const pid = Number(line.slice(1));
    if (line.startsWith('+')) launches.add(pid);
    else launches.delete(pid);
  })
  .on('close', () => launches.forEach(kill));

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
