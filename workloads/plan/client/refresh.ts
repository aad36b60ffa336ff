/**
 * Networks deeper than a modulus: at some places the client decrypts values and encrypts them again, in whole numbers rounded to as many
 * bits as inputs of tables have. Where, is a shortest path: places between layers are its nodes, the layers between two places a part
 * that must compile, and the bytes that go up and down for the part are its length. All values that are read behind a place cross it
 * together, those of skip connections too.
 *
 * @module
 */
import type { SlotShape } from '../../../schemes/circuit.ts';
import { refuse } from '../../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import type { Plan, Pool } from '../../plan.ts';
import type { Gains } from '../../workload.ts';
import { type ChosenPlan, saysMore } from '../choose.ts';
import type { Reading } from '../plan-network.ts';
import { type PlannedClient, type PlannedNetwork, type PlannedPart, valuesOut } from '../planned-network.ts';
import type { Interval } from '../range.ts';
import { chainGains } from './chain-gains.ts';
import { choosePart, type PartsRequest } from './choose-parts.ts';
import { IDENTITY } from './client-function.ts';
import { measureGains } from './gains.ts';
import { joinParts, networkOf, withOutputs } from './join-parts.ts';
import { chainBetween, type Place, placesOf, type Slice, widthsOf } from './places.ts';
import { type Applied, atInput, type Cutpoint, partFrom, roundBehind, type RoundPlanning } from './rounds.ts';

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
  /** What the next part is sent. */
  readonly slices: readonly Slice[];
  /** Numbers of the places at which it was cut. */
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
  readonly #places: readonly Place[];
  /** Numbers in every value of the chain. */
  readonly #widths: readonly number[];
  /** Of every value of the chain, as real numbers; null: outputs are exact. */
  readonly #gains: readonly number[] | null;
  readonly #extended = new Map<string, Beginning | Refusal>();

  constructor(request: RefreshRequest, shape: SlotShape) {
    this.#request = request;
    this.#shape = shape;
    this.#places = placesOf(request.chain);
    this.#widths = widthsOf(request.chain, request.inputs);
    this.#gains = request.planning.quantisation === null ? chainGains(request.chain, request.samples) : null;
  }

  /**
   * Parts that compile one by one may not compile together: plaintext primes and the chain of primes are those of all. Then parts are
   * made shorter by a place.
   */
  choose(): RefreshedPlan | Refusal {
    let refusal: Refusal | null = null;
    for (let longest = this.#end; longest >= 1; longest--) {
      const path = this.#shortest(longest);
      if (isRefusal(path)) return refusal ?? path;
      const joined = this.#joined(path);
      if (!isRefusal(joined)) return joined;
      refusal = joined;
      // Shorter parts change nothing until they are shorter than those.
      longest = Math.min(longest, longestOf(path));
    }
    return refusal!;
  }

  /** Number of the last place. */
  get #end(): number {
    return this.#places.length - 1;
  }

  /** The way of fewest bytes whose parts reach over at most so many places. */
  #shortest(longest: number): Beginning | Refusal {
    const { planning, inputs, interval, samples } = this.#request;
    const start: Beginning = {
      at: atInput(planning, inputs, interval, samples),
      slices: [{ value: 0, width: inputs, scale: 1 }],
      ...{ cuts: [], parts: [], plans: [], rounds: [], bytes: 0 },
    };
    const best: (Beginning | null)[] = this.#places.map((_, place) => (place === 0 ? start : null));
    let refusal: Refusal | null = null;
    for (let from = 0; from < this.#end; from++) {
      const before = best[from];
      if (before === null || before === undefined) continue;
      for (let to = from + 1; to <= Math.min(from + longest, this.#end); to++) {
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

  #makePart({ at, slices, cuts, parts, plans, rounds, bytes }: Beginning, from: number, to: number): Beginning | Refusal {
    const { planning, chain } = this.#request;
    const [before, behind] = [this.#places[from]!.links, this.#places[to]!];
    const isLast = to === this.#end;
    const links = chainBetween(chain, before, behind.links, slices, this.#widths);
    const planned = partFrom(at!, links, planning, isLast ? 'evaluator' : 'client');
    if (isRefusal(planned)) return planned;
    const applied = isLast ? [] : behind.crossing.map((value) => this.#sentAgain(value, before, slices, planned.readings));
    const part = withOutputs(planned.part, applied);
    const chosen = choosePart(this.#request, part, this.#shape, this.#gainsOf(part, before, slices, planned.readings), COMPARED);
    if (isRefusal(chosen)) return chosen;
    const { estimate } = chosen.compiled;
    const further = {
      ...{ cuts: [...cuts, to], parts: [...parts, part], plans: [...plans, chosen.plan] },
      bytes: bytes + estimate.bytes.input + estimate.bytes.output,
    };
    if (isLast) return { ...further, at: null, slices: [], rounds };
    const name = `refresh behind ${behind.crossing.map((value) => nameOf(chain, value)).join(' and ')}`;
    const { round, next, scales } = roundBehind(at!, part, { name, applied }, planning);
    const sent = behind.crossing.map((value, place) => ({ value, width: this.#widths[value]!, scale: scales[place]! }));
    return { ...further, at: next, slices: sent, rounds: [...rounds, round] };
  }

  /** How a value of the chain is made of what a part gives out. Of what the part was sent, it is a slice. */
  #sentAgain(value: number, before: number, slices: readonly Slice[], readings: readonly Reading[]): Applied {
    if (value > before) return { of: value - before, apply: { ...IDENTITY, ...readings[value - before]! } };
    const at = slices.findIndex((slice) => slice.value === value);
    const { scale, width } = slices[at]!;
    const first = slices.slice(0, at).reduce((sum, slice) => sum + slice.width, 0);
    const inputs = slices.reduce((sum, slice) => sum + slice.width, 0);
    const ownNumbers: Pool = { kind: 'mean', inputs, windows: Array.from({ length: width }, (_, index) => Int32Array.of(first + index)) };
    return { of: 0, apply: { factor: 1 / scale, offset: 0, steps: slices.length === 1 ? [] : [ownNumbers] } };
  }

  /** Of the part's outputs: how far their errors reach, each with the right to its share of what the result may be off. */
  #gainsOf(part: PlannedPart, before: number, slices: readonly Slice[], readings: readonly Reading[]): readonly number[] | undefined {
    const gains = this.#gains;
    if (gains === null) return undefined;
    const shares = this.#places.slice(1).reduce((sum, { crossing }) => sum + crossing.length, 0);
    return valuesOut(part).map((local) => {
      const reach =
        local === 0
          ? Math.max(...slices.map(({ value, scale }) => gains[value]! / scale))
          : gains[before + local]! * Math.abs(readings[local]!.factor);
      return shares * reach;
    });
  }

  #joined({ parts, plans, rounds }: Beginning): RefreshedPlan | Refusal {
    const planned = networkOf({ parts, rounds });
    const gains = this.#gains === null ? undefined : measureGains(planned, this.#request.samples);
    const plan = joinParts(plans, { parts, rounds });
    const compiled = this.#request.compile(plan.circuits, gains);
    if (isRefusal(compiled)) return compiled;
    return { plan, compiled, planned, ...(gains === undefined ? {} : { gains }) };
  }
}

/** Places that the longest part reaches over. */
function longestOf({ cuts }: Beginning): number {
  return Math.max(...cuts.map((end, at) => end - (cuts[at - 1] ?? 0)));
}

function nameOf(chain: Chain, value: number): string {
  return value === 0 ? 'the input' : chain[value - 1]!.name;
}
