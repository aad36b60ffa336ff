/**
 * Places in a chain where it may be cut.
 *
 * @module
 */
import type { Chain } from '../../network/chain.ts';

/** A linear layer and what follows it up to the next. */
export type Block = Chain;

/** In front of every linear layer but the first. */
export function blocksOf(chain: Chain): readonly Block[] {
  const blocks: Chain[number][][] = [];
  for (const link of chain) {
    if (blocks.length === 0 || link.kind === 'linear') blocks.push([link]);
    else blocks.at(-1)!.push(link);
  }
  return blocks;
}
