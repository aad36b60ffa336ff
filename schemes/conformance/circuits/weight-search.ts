/**
 * Looks for numbers in any data, in the forms that a program would keep them in.
 *
 * @module
 */

/** Paths at which one of the weights occurs: as number, in text, or in the bytes of a buffer. */
export function weightsIn(root: unknown, weights: readonly number[]): readonly string[] {
  const texts = weights.flatMap((weight) => textsOf(weight));
  const patterns = weights.flatMap((weight) => bytesOf(weight));
  const same = (value: number): boolean => weights.some((weight) => [weight, Math.fround(weight)].includes(Math.abs(value)));
  const found: string[] = [];
  const seen = new Set<object>();

  function visit(value: unknown, path: string): void {
    if (typeof value === 'number' || typeof value === 'bigint') {
      if (same(Number(value))) found.push(path);
    } else if (typeof value === 'string') {
      if (texts.some((text) => value.includes(text))) found.push(path);
    } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      const bytes = value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      if (patterns.some((pattern) => bytes.includes(pattern))) found.push(path);
    } else if (typeof value === 'object' && value !== null && !seen.has(value)) {
      seen.add(value);
      const entries = value instanceof Map ? [...value] : value instanceof Set ? [...value].entries() : Object.entries(value);
      for (const [key, held] of entries) {
        visit(key, `${path}.(key)`);
        visit(held, `${path}.${String(key)}`);
      }
    }
  }
  visit(root, 'plan');
  return found;
}

/** Decimal, and the bytes of a double in hexadecimal and base64. */
function textsOf(weight: number): string[] {
  const double = bytesOf(weight)[0]!;
  return [String(weight), String(Math.fround(weight)), double.toString('hex'), double.toString('base64').slice(0, 10)];
}

/** Both signs as doubles; one as float and, where it is whole, as 32-bit integer. Little endian first. */
function bytesOf(weight: number): Buffer[] {
  const forms = [
    Float64Array.of(weight),
    Float64Array.of(-weight),
    Float32Array.of(weight),
    ...(Number.isInteger(weight) ? [Int32Array.of(weight)] : []),
  ];
  const little = forms.map((form) => Buffer.from(form.buffer));
  return [...little, ...little.map((bytes) => Buffer.from(bytes).reverse())];
}
