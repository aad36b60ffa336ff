/**
 * A network in two parts: a trunk of linear layers and polynomials in real numbers, and a head of tables, which reads the trunk's last sums
 * counted in steps.
 *
 * @module
 */
import { isPolynomial } from '../../network/activation.ts';
import type { Chain } from '../../network/chain.ts';
import { isRefusal, type Refusal } from '../../../schemes/scheme.ts';
import { planNetwork } from '../plan-network.ts';
import { outputFacts, outputWidth, type PlannedNetwork, type PlannedPart, type PlannedSwitch, renumbered } from '../planned-network.ts';
import { evaluatePlanned } from '../planned-reference.ts';
import { type Interval, type RangeRule, seenInterval } from '../range.ts';
import { LEAST_DEGREE, REAL_WEIGHT_BITS } from '../real-planning.ts';
import { planTableNetwork, type TableQuantisation } from '../tables/table-network.ts';

/** Where a chain may be cut: link `at` is the first that tables compute. */
export interface Cut {
  readonly at: number;
  /** Its layer. */
  readonly layer: string;
}

/**
 * The cuts of a chain. Before one there are linear layers and polynomials, two linear layers at least, the last of which alone is read behind
 * it; the first link behind it is an activation.
 */
export function cutsOf(chain: Chain): readonly Cut[] {
  return chain.flatMap((link, at): Cut[] => {
    const before = chain.slice(0, at);
    const last = before.at(-1);
    const isSmooth = before.every((one) => one.kind === 'linear' || isPolynomial(one));
    const isLong = before.filter(({ kind }) => kind === 'linear').length > 1;
    const isAlone = last?.kind === 'linear' && last.of.length === 1 && last.of[0] === at - 1;
    const isApart = chain.slice(at).every(({ of }) => (typeof of === 'number' ? [of] : of).every((value) => value >= at));
    return link.kind === 'activation' && isSmooth && isLong && isAlone && isApart ? [{ at, layer: link.name }] : [];
  });
}

export interface TrunkPlanning {
  /** Numbers per sample. */
  readonly inputs: number;
  readonly interval: Interval;
  /** Of the trunk, and of the sums that tables read; samples are of real inputs. */
  readonly rules: { readonly trunk: RangeRule; readonly tables: RangeRule };
  readonly quantisation: TableQuantisation;
}

export interface TrunkNetwork {
  readonly trunk: PlannedPart;
  readonly head: PlannedPart;
  /** Both, one behind the other. */
  readonly planned: PlannedNetwork;
}

/** Name of the layer between trunk and head. */
export const SWITCH = 'switch';

/** Steps from zero to the end of what is switched: finer than any noise, so that sums are as good as real. */
const SWITCHED_STEPS = 2 ** 20;

/** Refused as `planNetwork` and `planTableNetwork` do. */
export function planTrunkNetwork(chain: Chain, { at }: Cut, planning: TrunkPlanning): TrunkNetwork | Refusal {
  const { inputs, interval, rules, quantisation } = planning;
  const realWeightBits = REAL_WEIGHT_BITS.packed;
  const trunk = planNetwork(chain.slice(0, at), {
    ...{ inputs, interval, quantisation: null, realWeightBits, rule: rules.trunk, degree: LEAST_DEGREE },
  });
  if (isRefusal(trunk)) return trunk;
  const { range, rule } = switchedRange(trunk, rules.tables);
  const step = Math.max(-range.min, range.max) / SWITCHED_STEPS;
  const input = { step, min: Math.floor(range.min / step), max: Math.ceil(range.max / step) };
  const head = planTableNetwork(behind(chain, at), { inputs: outputWidth(trunk), quantisation: { ...quantisation, input }, rule });
  if (isRefusal(head)) return head;
  const { length } = trunk.layers;
  const output = { ...head.input, step, bound: rules.tables.bound };
  const crossing: PlannedSwitch = { kind: 'switch', name: SWITCH, of: length, output };
  const layers = [...trunk.layers, crossing, ...head.layers.map((layer) => renumbered(layer, length + 1))];
  return { trunk, head: { ...head, input: output }, planned: { inputs, input: trunk.input, layers } };
}

/** What the trunk's sums reach, and the head's rule for ranges behind them. */
function switchedRange(trunk: PlannedPart, tables: RangeRule): { readonly range: Interval; readonly rule: RangeRule } {
  if (tables.bound === 'proven') return { range: outputFacts(trunk), rule: tables };
  const samples = tables.samples.map((sample) => Float64Array.from<number | bigint>(evaluatePlanned(trunk, sample).at(-1)!, Number));
  return { range: seenInterval(samples, tables.margin), rule: { ...tables, samples } };
}

/** Links from `at` on, as a chain of its own whose input is what link `at - 1` makes. */
function behind(chain: Chain, at: number): Chain {
  return chain
    .slice(at)
    .map((link) => (link.kind === 'linear' ? { ...link, of: link.of.map((value) => value - at) } : { ...link, of: link.of - at }));
}
