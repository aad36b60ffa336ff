/**
 * Paths as commands print them.
 *
 * @module
 */
import { relative, resolve } from 'node:path';

/** Relative to the working folder, or absolute where it lies outside. @example shownPath('results/run') // 'results/run' */
export function shownPath(path: string): string {
  const inside = relative(process.cwd(), path);
  return inside.startsWith('..') ? resolve(path) : inside;
}
