/**
 * Arguments of the benches that are programs of their own: a network, then options.
 *
 * @module
 */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { findWorkloads } from '../workloads/registry.ts';
import type { Workload } from '../workloads/workload.ts';
import { usageError } from './commands/usage.ts';
import { explain } from './terminal/explain.ts';

/** Whatever goes wrong from now on ends the process with one line. */
export function explainFailures(): void {
  process.on('uncaughtException', (error) => process.exit(explain(error)));
}

/** @throws EnigmarkError USAGE */
export function benchArguments<O extends ParseArgsOptionsConfig>(options: O, usage: string) {
  try {
    return parseArgs({ args: process.argv.slice(2), allowPositionals: true, options });
  } catch (error) {
    throw usageError(`npm run ${usage}`, error instanceof Error ? error.message : String(error), 'see the README');
  }
}

/** A workload of circuits. @throws EnigmarkError USAGE, UNKNOWN_WORKLOAD */
export function benchNetwork(name: string | undefined, usage: string): Workload {
  if (name === undefined) throw usageError(`npm run ${usage}`, 'no network', 'name one of `npm run list`');
  const workload = findWorkloads(name)[0]!;
  if (workload.layouts === null) throw usageError('a network', `'${name}'`, 'name one of `npm run list`');
  return workload;
}
