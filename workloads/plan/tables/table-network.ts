/**
 * From a network's chain to whole numbers and tables, for schemes that look functions up: linear layers with whole weights, and behind
 * each a lookup table that applies the activation and rounds for the next layer. Average pooling is linear, and is in the matrices already.
 *
 * @module
 */
import { refuseError } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { ActivationLink, Chain, LinearLink } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput, quantiseLinear } from '../../network/quantisation.ts';
import { beforeLayers, behindLayer, type LayersSoFar } from '../layers-so-far.ts';
import { linearRange } from '../linear-range.ts';
import { networkTable, type TableResolution } from './network-table.ts';
import type { EvaluatorLayer, PlannedPart } from '../planned-network.ts';
import type { RangeRule } from '../range.ts';

/** How whole numbers are made of real ones. */
export interface TableQuantisation extends TableResolution {
  readonly input: InputQuantisation;
  /**
   * Sign included. Inputs carry next to no noise, so that their weights may be fine; outputs of tables carry noise that their weights
   * multiply.
   */
  readonly weightBits: { readonly ofInputs: number; readonly ofTables: number };
}

export interface TablePlanning {
  /** Numbers per sample. */
  readonly inputs: number;
  readonly quantisation: TableQuantisation;
  /** Samples are of real inputs. */
  readonly rule: RangeRule;
}

/** The chain in whole numbers. Refused with RANGE_TOO_LARGE where a range is beyond counting. */
export function planTableNetwork(chain: Chain, { inputs, quantisation, rule }: TablePlanning): PlannedPart | Refusal {
  const counted =
    rule.bound === 'proven' ? rule : { ...rule, samples: rule.samples.map((sample) => quantiseInput(sample, quantisation.input)) };
  const { step, min, max } = quantisation.input;
  const input = beforeLayers({ step, min, max, bound: 'proven' }, counted);
  const layers: EvaluatorLayer[] = [];
  let soFar = input;
  let tables = 0;
  try {
    for (const link of chain) {
      const { ofInputs, ofTables } = quantisation.weightBits;
      const layer =
        link.kind === 'linear' ? linearLayer(link, soFar, tables === 0 ? ofInputs : ofTables) : tableLayer(link, soFar, quantisation);
      if (link.kind === 'activation') tables++;
      soFar = behindLayer(layer, soFar);
      layers.push({ ...layer, output: soFar.facts });
    }
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE']);
  }
  return { inputs, input: input.facts, layers };
}

function linearLayer(link: LinearLink, { facts, rule }: LayersSoFar, weightBits: number): EvaluatorLayer {
  const step = facts.step!;
  const map = quantiseLinear(link, step, weightBits);
  const range = linearRange(map, rule, facts, true);
  return { kind: 'linear', name: link.name, ...map, rule, output: { ...range, step: step * map.matrix.step!, bound: rule.bound } };
}

function tableLayer({ name, activation }: ActivationLink, { facts }: LayersSoFar, resolution: TableResolution): EvaluatorLayer {
  const { table, output } = networkTable(activation, { ...facts, step: facts.step! }, resolution);
  return { kind: 'table', name, table, output: { ...output, bound: facts.bound } };
}
