/**
 * How a user types a command: through npm in a clone of the repository, by its own name where the package is installed.
 *
 * @module
 */

/** Clones run TypeScript, the published package what tsc made of it. */
export const IN_CLONE = import.meta.url.endsWith('.ts');

/** What stands before the name of a command in help. */
export const PROGRAM = IN_CLONE ? 'npm run' : 'enigmark';

/** 'npm run bench -- --scheme ckks' or 'enigmark bench --scheme ckks'; `words` are what follows the command. */
export function invocation(command: string, words = ''): string {
  if (words === '') return `${PROGRAM} ${command}`;
  return `${PROGRAM} ${command} ${IN_CLONE ? '-- ' : ''}${words}`;
}
