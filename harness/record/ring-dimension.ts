/**
 * Ring dimensions of parameter sets.
 *
 * @module
 */

/**
 * The ring dimension of a set, which schemes call the degree or the size of polynomials; null: it has none, or its adapter calls it otherwise.
 *
 * @example ringDimensionOf({ id: 'small', degree: 4096 }) // 4096
 */
export function ringDimensionOf(parameters: Readonly<Record<string, unknown>>): number | null {
  const dimension = parameters['degree'] ?? parameters['polynomialSize'];
  return typeof dimension === 'number' && Number.isSafeInteger(dimension) && dimension > 0 ? dimension : null;
}
