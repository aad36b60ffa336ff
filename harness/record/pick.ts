/**
 * Fields of an object by their names, so that a list of names stands once for a type and its values.
 *
 * @module
 */

/** @example pick({ a: 1, b: 2 }, ['a']) // { a: 1 } */
export function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}
