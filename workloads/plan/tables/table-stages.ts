/**
 * A chain as tables see it: activations that follow each other are one table.
 *
 * @module
 */
import type { Activation } from '../../network/activation.ts';
import type { ActivationLink, Chain, LinearLink } from '../../network/chain.ts';

/** Activations of one table. */
export interface Activations {
  readonly kind: 'activations';
  /** Joined: 'relu + sigmoid'. */
  readonly name: string;
  readonly functions: readonly Activation[];
  readonly of: number;
}

export type TableStage = LinearLink | Activations;

/** Value 0 is the input, value i + 1 is what stage i makes. */
export function tableStages(chain: Chain): readonly TableStage[] {
  const isAbsorbed = chain.map((link, at) => link.kind === 'activation' && onlyReader(chain, at + 1)?.kind === 'activation');
  /** Of every value of the chain, that of the stages. */
  const values = [0];
  for (const absorbed of isAbsorbed) values.push(values.at(-1)! + (absorbed ? 0 : 1));
  return chain.flatMap((link, at): TableStage[] => {
    if (isAbsorbed[at] === true) return [];
    if (link.kind === 'linear') return [{ ...link, of: link.of.map((value) => values[value]!) }];
    const links = [link];
    while (links[0]!.of > 0 && isAbsorbed[links[0]!.of - 1] === true) links.unshift(chain[links[0]!.of - 1] as ActivationLink);
    const name = links.map((one) => one.name).join(' + ');
    return [{ kind: 'activations', name, functions: links, of: values[links[0]!.of]! }];
  });
}

/** The link that alone reads the value; null: there is none, or several. */
function onlyReader(chain: Chain, value: number): Chain[number] | null {
  const readers = chain.filter(({ of }) => (typeof of === 'number' ? of === value : of.includes(value)));
  return readers.length === 1 ? readers[0]! : null;
}
