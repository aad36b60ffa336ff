/**
 * Which values each layer reads. A network is a graph: a layer names the layers that it reads, and one that names none reads the layer
 * before it, so that a chain needs no names.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';

/** How layers name what the network is given. */
export const INPUT = 'input';

/** What a layer reads. */
export interface Wired {
  /** Names of earlier layers, or INPUT; without it, the layer before. */
  readonly reads?: readonly string[] | undefined;
}

interface NamedLayer extends Wired {
  readonly name: string;
}

/**
 * For each layer the values that it reads, by number: value 0 is the network's input, value i + 1 is what layer i makes.
 *
 * @example
 * operandsOf([{ name: 'a' }, { name: 'b' }, { name: 'sum', reads: ['a', 'b'] }]); // [[0], [1], [1, 2]]
 *
 * @throws EnigmarkError NETWORK_NAME (two layers of one name, a layer called 'input', an input that no earlier layer has as its name),
 * NETWORK_UNREAD (a layer before the last that no layer reads)
 */
export function operandsOf(layers: readonly NamedLayer[]): readonly (readonly number[])[] {
  const values = new Map([[INPUT, 0]]);
  const read = new Set<number>([layers.length]);
  const operands = layers.map(({ name, reads }, at) => {
    const of = reads === undefined ? [at] : reads.map((input) => valueNamed(input, name, values));
    if (values.has(name)) {
      refuse('NETWORK_NAME', 'layers of different names', name === INPUT ? `a layer called "${INPUT}"` : `"${name}" twice`, 'rename one');
    }
    values.set(name, at + 1);
    for (const value of of) read.add(value);
    return of;
  });
  const unread = layers.findIndex((_, at) => !read.has(at + 1));
  if (unread >= 0) {
    refuse(
      'NETWORK_UNREAD',
      `every layer but the last to be read by another`,
      `"${layers[unread]!.name}", which nobody reads`,
      'leave it out, or name it among the inputs of a later layer',
    );
  }
  return operands;
}

function valueNamed(input: string, layer: string, values: ReadonlyMap<string, number>): number {
  const value = values.get(input);
  if (value !== undefined) return value;
  const known = [...values.keys()].slice(-20).join(', ');
  return refuse('NETWORK_NAME', `inputs of layer "${layer}" that stand before it`, `"${input}"`, `take one of ${known}`);
}

function refuse(code: string, expected: string, got: string, remedy: string): never {
  throw new EnigmarkError(code, { expected, got, remedy });
}
