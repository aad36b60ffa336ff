/**
 * Networks that are too deep for a scheme without help: which refusals say so, and how much of the network would fit.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import type { ChosenPlan } from '../choose.ts';
import { blocksOf } from './places.ts';

/** Ranges and noise that have grown too large, levels that are used up: what a refresh puts right. */
const TOO_DEEP: ReadonlySet<string> = new Set([
  'OUT_OF_LEVELS',
  'NOISE_BUDGET_EXCEEDED',
  'PRECISION_TOO_LOW',
  'RANGE_EXCEEDED',
  'RANGE_TOO_LARGE',
]);

export function isTooDeep({ code }: Refusal): boolean {
  return TOO_DEEP.has(code);
}

/**
 * `of its 6 linear layers the first 3 would fit, up to depth 3: ...` Halving finds how many: what is too deep is so with a layer more.
 *
 * @param choose a plan of the beginning of the chain
 * @param canBootstrap whether the scheme could go on without the client, if it were asked to
 */
export function wordsOfDepth(chain: Chain, choose: (beginning: Chain) => ChosenPlan | Refusal, canBootstrap: boolean): string {
  const blocks = blocksOf(chain);
  let fitting = { layers: 0, depth: 0 };
  for (let tooMany = blocks.length; tooMany - fitting.layers > 1;) {
    const layers = Math.floor((fitting.layers + tooMany) / 2);
    const chosen = choose(blocks.slice(0, layers).flat());
    if (isRefusal(chosen)) tooMany = layers;
    else fitting = { layers, depth: chosen.compiled.estimate.depth };
  }
  const { layers, depth } = fitting;
  if (layers === 0) return 'not even its first layer would fit';
  const bootstrap = canBootstrap ? '`--bootstrap auto` lets the server renew ciphertexts in between, or ' : '';
  const refresh = '`--refresh auto` lets the client decrypt and encrypt again in between';
  return `of its ${blocks.length} linear layers the first ${layers} would fit, up to depth ${depth}: ${bootstrap}${refresh}`;
}
