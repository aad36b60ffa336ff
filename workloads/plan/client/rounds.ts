/**
 * A network planned part by part: the evaluator computes a part, the client decrypts its values, applies a function and encrypts the
 * results for the next part, with a range of their own. The client clips what it sends, so that this range is proven however it was found.
 * The planned network in the clear clips in the same way.
 *
 * @module
 */
import type { Refusal } from '../../../schemes/scheme.ts';
import { type Chain, inOrder } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput } from '../../network/quantisation.ts';
import type { ClientFunction } from '../../plan.ts';
import { beforeLayers } from '../layers-so-far.ts';
import { planPart, type Quantisation, type Reading } from '../plan-network.ts';
import { outputFacts, outputWidth, type PlannedClient, type PlannedNetwork, type PlannedPart, readingBefore } from '../planned-network.ts';
import { evaluatePlanned } from '../planned-reference.ts';
import { type RangeRule, seenInterval } from '../range.ts';
import { applyAtClient, type Counting, returnedCount } from './client-function.ts';

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

/** The next links of the chain as a part of their own. `reader`: who takes its values. Refused as `planNetwork` does. */
export function partFrom(
  at: Cutpoint,
  chain: Chain,
  planning: RoundPlanning,
  reader: 'evaluator' | 'client',
): { readonly part: PlannedPart; readonly reading: Reading } | Refusal {
  const { min, max, step } = at.counting;
  const unit = step ?? 1;
  const { rule, quantisation, realWeightBits, degree } = planning;
  return planPart(
    inOrder(chain),
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

/** The round behind a part, and where the next part begins. */
export function roundBehind(
  at: Cutpoint,
  part: PlannedPart,
  { name, apply }: { readonly name: string; readonly apply: ClientFunction },
  { quantisation, rule }: RoundPlanning,
): { readonly round: PlannedClient; readonly next: Cutpoint } {
  const { step } = outputFacts(part);
  const before = at.samples.map((sample) => evaluatePlanned(part, sample).at(-1)!);
  const real = before.map((values) => Float64Array.from(applyAtClient(apply, values, step, REAL), Number));
  const margin = quantisation === null && rule.bound === 'calibrated' ? rule.margin : MARGIN;
  const seen = seenInterval(real, margin);
  const counting = quantisation === null ? { step: null, ...seen } : counted(apply, seen);
  const samples = before.map((values) => Float64Array.from(applyAtClient(apply, values, step, counting), Number));
  const facts = beforeLayers({ ...counting, bound: 'proven' }, rule.bound === 'proven' ? rule : { ...rule, samples }).facts;
  const values = outputWidth(part);
  return {
    round: {
      kind: 'client',
      name,
      of: part.layers.length,
      apply,
      learns: `the ${values} values behind '${part.layers.at(-1)!.name}'`,
      output: facts,
    },
    next: {
      inputs: returnedCount(apply, values),
      counting,
      samples,
      linearLayers: at.linearLayers + part.layers.filter(({ kind }) => kind === 'linear').length,
    },
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

/** The whole network, parts and rounds in turn; one round less than parts. */
export function networkOf(parts: readonly PlannedPart[], rounds: readonly PlannedClient[]): PlannedNetwork {
  const { inputs, input } = parts[0]!;
  const layers = parts.flatMap((part, at) => [...part.layers, ...(rounds[at] === undefined ? [] : [rounds[at]])]);
  return { inputs, input, layers: layers.map(readingBefore) };
}
