/**
 * A network planned part by part: the evaluator computes a part, the client decrypts its values, applies a function and encrypts the
 * results for the next part, with a range of their own. The client clips what it sends, so that this range is proven however it was found.
 * The planned network in the clear clips in the same way.
 *
 * @module
 */
import type { Values } from '../../../schemes/circuit.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { Chain } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput } from '../../network/quantisation.ts';
import type { ClientFunction } from '../../plan.ts';
import { beforeLayers } from '../layers-so-far.ts';
import { planPart, type Quantisation, type Reading } from '../plan-network.ts';
import { type ClientRead, type PlannedClient, type PlannedPart, sentWidth, valueFacts, valueWidths } from '../planned-network.ts';
import { evaluatePlannedSamples } from '../planned-reference.ts';
import { type Interval, type RangeRule, seenInterval } from '../range.ts';
import { applyAtClient, type Counting } from './client-function.ts';

/** Of values that the client sends back as whole numbers, sign included where there is one: as fine as inputs of lookup tables. */
const VALUE_BITS = 8;
/** What the client sends may be this many times what calibration samples reach; what is beyond is clipped. */
const MARGIN = 1.2;

export interface RoundPlanning {
  /** Null: real arithmetic. */
  readonly quantisation: Quantisation | null;
  readonly realWeightBits: number | null;
  /** Of values within a part; its samples are not read. */
  readonly rule: RangeRule;
  /** Of polynomials within a part. */
  readonly degree: number;
}

/** Where a part begins: at the input, or where the client sends values back. */
export interface Cutpoint {
  /** Numbers per sample. */
  readonly inputs: number;
  readonly counting: Counting;
  /** Calibration samples, counted. */
  readonly samples: readonly Float64Array[];
  /** Linear layers before. */
  readonly linearLayers: number;
}

/** Where the first part begins; samples are real inputs. */
export function atInput(
  { quantisation }: RoundPlanning,
  inputs: number,
  interval: { readonly min: number; readonly max: number },
  samples: readonly Float64Array[],
): Cutpoint {
  if (quantisation === null) return { inputs, counting: { step: null, min: interval.min, max: interval.max }, samples, linearLayers: 0 };
  const { input } = quantisation;
  return { inputs, counting: input, samples: samples.map((sample) => quantiseInput(sample, input)), linearLayers: 0 };
}

/** The next links, as a chain that reads what is sent, as a part of their own. `reader`: who takes its values. Refused as `planNetwork` does. */
export function partFrom(
  at: Cutpoint,
  chain: Chain,
  planning: RoundPlanning,
  reader: 'evaluator' | 'client',
): { readonly part: PlannedPart; readonly readings: readonly Reading[] } | Refusal {
  const { min, max, step } = at.counting;
  const unit = step ?? 1;
  const { rule, quantisation, realWeightBits, degree } = planning;
  return planPart(
    chain,
    {
      inputs: at.inputs,
      interval: { min: min * unit, max: max * unit },
      quantisation:
        quantisation === null ? null : { input: at.counting as InputQuantisation, weightBits: bitsFrom(quantisation, at.linearLayers) },
      realWeightBits,
      rule: rule.bound === 'proven' ? rule : { ...rule, samples: at.samples.map((sample) => sample.map((count) => count * unit)) },
      degree,
    },
    reader,
  );
}

function bitsFrom({ weightBits }: Quantisation, linearLayers: number): Quantisation['weightBits'] {
  return typeof weightBits === 'number' ? weightBits : weightBits.slice(linearLayers);
}

const REAL: Counting = { step: null, min: -Infinity, max: Infinity };

/** What the client makes of a value of the part before. */
export interface Applied {
  readonly of: number;
  readonly apply: ClientFunction;
}

/**
 * The round behind a part, and where the next part begins. Several values are sent one behind the other and counted alike: each is scaled
 * up to what the largest of them reaches, so that none is rounded more coarsely than it would be alone.
 *
 * @returns scales: what is sent of each value is so many times what `apply` makes of it
 */
export function roundBehind(
  at: Cutpoint,
  part: PlannedPart,
  { name, applied }: { readonly name: string; readonly applied: readonly Applied[] },
  { quantisation, rule }: RoundPlanning,
): { readonly round: PlannedClient; readonly next: Cutpoint; readonly scales: readonly number[] } {
  const [facts, widths] = [valueFacts(part), valueWidths(part)];
  const before = evaluatePlannedSamples(part, at.samples).map((layers, sample): readonly Values[] => [at.samples[sample]!, ...layers]);
  const margin = quantisation === null && rule.bound === 'calibrated' ? rule.margin : MARGIN;
  const seen = applied.map(({ of, apply }) => {
    const real = before.map((values) => Float64Array.from(applyAtClient(apply, values[of]!, facts[of]!.step, REAL), Number));
    return seenInterval(real, margin);
  });
  const scales = scalesOf(seen);
  const sent = hullOf(seen, scales);
  const counting = quantisation === null ? { step: null, ...sent } : counted(applied[0]!.apply, sent);
  const reads = applied.map(({ of, apply }, place) => ({
    of,
    width: widths[of]!,
    step: facts[of]!.step,
    apply: { ...apply, factor: scales[place]! * apply.factor, offset: scales[place]! * apply.offset },
  }));
  const samples = before.map((values) =>
    Float64Array.from(
      reads.flatMap(({ of, step, apply }) =>
        Array.from<number | bigint, number>(applyAtClient(apply, values[of]!, step, counting), Number),
      ),
    ),
  );
  const output = beforeLayers({ ...counting, bound: 'proven' }, rule.bound === 'proven' ? rule : { ...rule, samples }).facts;
  const round: PlannedClient = { kind: 'client', name, reads, learns: learnsOf(part, reads), output };
  const linearLayers = at.linearLayers + part.layers.filter(({ kind }) => kind === 'linear').length;
  return { round, next: { inputs: sentWidth(round), counting, samples, linearLayers }, scales };
}

function learnsOf({ layers }: PlannedPart, reads: readonly ClientRead[]): string {
  const names = reads.map(({ of, width }) => (of === 0 ? 'values that it sent' : `the ${width} values behind '${layers[of - 1]!.name}'`));
  return [...new Set(names)].join(' and ');
}

const reachOf = ({ min, max }: Interval): number => Math.max(-min, max);

function scalesOf(seen: readonly Interval[]): readonly number[] {
  const most = seen.reduce((largest, interval) => Math.max(largest, reachOf(interval)), 0);
  return seen.map((interval) => most / reachOf(interval) || 1).map((scale) => (Number.isFinite(scale) ? scale : 1));
}

function hullOf(seen: readonly Interval[], scales: readonly number[]): Interval {
  return {
    min: Math.min(...seen.map(({ min }, place) => min * scales[place]!)),
    max: Math.max(...seen.map(({ max }, place) => max * scales[place]!)),
  };
}

/** Signs are whole already; other values take all bits. */
function counted({ steps }: ClientFunction, { min, max }: Counting | { min: number; max: number }): InputQuantisation {
  const last = steps.at(-1);
  if (last?.kind === 'activation' && last.activation === 'sign') return { step: 1, min: -1, max: 1 };
  const most = 2 ** (min < 0 ? VALUE_BITS - 1 : VALUE_BITS) - 1;
  const step = Math.max(-min, max) / most || 1;
  return { step, min: Math.floor(min / step) + 0, max: Math.ceil(max / step) };
}
