/**
 * Networks deeper than a modulus: at some places the client decrypts values and encrypts them again, in whole numbers rounded to as many
 * bits as inputs of tables have. Where, is a shortest path: places between layers are its nodes, the layers between two places a part
 * that must compile, and the bytes that go up and down for the part are its length.
 *
 * @module
 */
import type { SlotShape } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import type { Plan } from '../../plan.ts';
import type { Gains } from '../../workload.ts';
import { type ChosenPlan, saysMore } from '../choose.ts';
import type { PlannedClient, PlannedNetwork, PlannedPart } from '../planned-network.ts';
import type { Interval } from '../range.ts';
import { type Block, blocksOf } from './blocks.ts';
import { chainGains } from './chain-gains.ts';
import { choosePart, type PartsRequest } from './choose-parts.ts';
import { IDENTITY } from './client-function.ts';
import { measureGains } from './gains.ts';
import { joinParts } from './join-parts.ts';
import { atInput, type Cutpoint, networkOf, partFrom, roundBehind, type RoundPlanning } from './rounds.ts';

export interface RefreshRequest extends PartsRequest {
  readonly chain: Chain;
  /** Numbers per sample. */
  readonly inputs: number;
  /** Of inputs. */
  readonly interval: Interval;
  readonly planning: RoundPlanning;
  /** Real inputs. */
  readonly samples: readonly Float64Array[];
}

export interface RefreshedPlan extends ChosenPlan {
  readonly planned: PlannedNetwork;
  /** Of the outputs that are refreshed; absent where they are exact. */
  readonly gains?: Gains;
}

/** The cheapest way to compute the network up to a place. */
interface Beginning {
  /** Where the next part begins; null at the end. */
  readonly at: Cutpoint | null;
  /** Numbers of blocks at which it was cut. */
  readonly cuts: readonly number[];
  readonly parts: readonly PlannedPart[];
  readonly plans: readonly Plan[];
  readonly rounds: readonly PlannedClient[];
  /** Up and down, of the parts compiled one by one. */
  readonly bytes: number;
}

/**
 * The plan of least traffic for one sample, over shapes from the smallest on. Refused as the scheme refuses a part that no refresh makes smaller.
 */
export function chooseRefreshes(request: RefreshRequest): RefreshedPlan | Refusal {
  let best: RefreshedPlan | null = null;
  let refusal: Refusal = refuse('NO_SHAPE', 'the scheme offers no slots');
  for (const shape of request.scheme.shapes) {
    const found = new Placement(request, shape).choose();
    if (isRefusal(found)) {
      if (refusal.code === 'NO_SHAPE' || saysMore(found)) refusal = found;
      continue;
    }
    // Where more slots, which bear more levels, no longer save bytes, still more of them save none.
    if (best !== null && bytesPerSample(found) >= bytesPerSample(best)) break;
    best = found;
  }
  return best ?? refusal;
}

function bytesPerSample({ plan, compiled: { estimate } }: ChosenPlan): number {
  return (estimate.bytes.input + estimate.bytes.output) / plan.batch;
}

/** Plans of a part that are compared while places are sought: there are many parts, and what they send hardly differs. */
const COMPARED = 1;

/** Refreshes over one shape. */
class Placement {
  readonly #request: RefreshRequest;
  readonly #shape: SlotShape;
  readonly #blocks: readonly Block[];
  /** Behind every block, of real values; null: outputs are exact. */
  readonly #gains: readonly number[] | null;
  readonly #extended = new Map<string, Beginning | Refusal>();

  constructor(request: RefreshRequest, shape: SlotShape) {
    this.#request = request;
    this.#shape = shape;
    this.#blocks = blocksOf(request.chain);
    this.#gains = request.planning.quantisation === null ? this.#blockGains() : null;
  }

  #blockGains(): readonly number[] {
    const behind = chainGains(this.#request.chain, this.#request.samples);
    let end = -1;
    return this.#blocks.map((block) => behind[(end += block.length)]!);
  }

  /**
   * Parts that compile one by one may not compile together: plaintext primes and the chain of primes are those of all. Then parts are
   * made shorter by a block.
   */
  choose(): RefreshedPlan | Refusal {
    let refusal: Refusal | null = null;
    for (let longest = this.#blocks.length; longest >= 1; longest--) {
      const path = this.#shortest(longest);
      if (isRefusal(path)) return refusal ?? path;
      const joined = this.#joined(path);
      if (!isRefusal(joined)) return joined;
      refusal = joined;
      // Shorter parts change nothing until they are shorter than those.
      longest = Math.min(longest, longestOf(path, this.#blocks.length));
    }
    return refusal!;
  }

  /** The way of fewest bytes whose parts have at most so many blocks. */
  #shortest(longest: number): Beginning | Refusal {
    const { planning, inputs, interval, samples } = this.#request;
    const start: Beginning = {
      at: atInput(planning, inputs, interval, samples),
      ...{ cuts: [], parts: [], plans: [], rounds: [], bytes: 0 },
    };
    const best: (Beginning | null)[] = [start, ...this.#blocks.map(() => null)];
    let refusal: Refusal | null = null;
    for (let from = 0; from < this.#blocks.length; from++) {
      const before = best[from];
      if (before === null || before === undefined) continue;
      for (let to = from + 1; to <= Math.min(from + longest, this.#blocks.length); to++) {
        const further = this.#extend(before, from, to);
        if (isRefusal(further)) {
          refusal ??= further;
          // What is too deep is no less deep with a layer more.
          break;
        }
        const known = best[to];
        if (known === null || known === undefined || further.bytes < known.bytes) best[to] = further;
      }
    }
    return best.at(-1) ?? refusal!;
  }

  #extend(before: Beginning, from: number, to: number): Beginning | Refusal {
    const key = [...before.cuts, to].join();
    const known = this.#extended.get(key);
    if (known !== undefined) return known;
    const made = this.#makePart(before, from, to);
    this.#extended.set(key, made);
    return made;
  }

  #makePart({ at, cuts, parts, plans, rounds, bytes }: Beginning, from: number, to: number): Beginning | Refusal {
    const { planning } = this.#request;
    const isLast = to === this.#blocks.length;
    const planned = partFrom(at!, this.#blocks.slice(from, to).flat(), planning, isLast ? 'evaluator' : 'client');
    if (isRefusal(planned)) return planned;
    const { part, reading } = planned;
    // Of all parts each has the right to its share of the error.
    const gain = this.#gains === null ? undefined : this.#blocks.length * this.#gains[to - 1]! * (isLast ? 1 : Math.abs(reading.factor));
    const chosen = choosePart(this.#request, part, this.#shape, gain, COMPARED);
    if (isRefusal(chosen)) return chosen;
    const { estimate } = chosen.compiled;
    const further = {
      ...{ cuts: [...cuts, to], parts: [...parts, part], plans: [...plans, chosen.plan] },
      bytes: bytes + estimate.bytes.input + estimate.bytes.output,
    };
    if (isLast) return { ...further, at: null, rounds };
    const name = `refresh behind ${part.layers.at(-1)!.name}`;
    const { round, next } = roundBehind(at!, part, { name, apply: { ...IDENTITY, ...reading } }, planning);
    return { ...further, at: next, rounds: [...rounds, round] };
  }

  #joined({ parts, plans, rounds }: Beginning): RefreshedPlan | Refusal {
    const planned = networkOf(parts, rounds);
    const gains = this.#gains === null ? undefined : measureGains(planned, this.#request.samples);
    const plan = joinParts(plans, rounds);
    const compiled = this.#request.compile(plan.circuits, gains);
    if (isRefusal(compiled)) return compiled;
    return { plan, compiled, planned, ...(gains === undefined ? {} : { gains }) };
  }
}

/** Blocks of the longest part. */
function longestOf({ cuts }: Beginning, blocks: number): number {
  const ends = cuts.at(-1) === blocks ? cuts : [...cuts, blocks];
  return Math.max(...ends.map((end, at) => end - (ends[at - 1] ?? 0)));
}
