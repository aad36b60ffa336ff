/**
 * What lies at a path.
 *
 * @module
 */
import { statSync, type Stats } from 'node:fs';

/** null: nothing, or nothing that can be looked at, such as a link to itself or a name that is too long. */
export function lookAt(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
