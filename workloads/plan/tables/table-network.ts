/**
 * From a network's chain to whole numbers and tables, for schemes that look functions up: linear layers with whole weights, and behind
 * each a table that is activation and next quantisation in one. Average pooling is linear, and is in the matrices already.
 *
 * @module
 */
import { refuseError } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { ActivationLink, Chain, LinearLink } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput, quantiseOperands } from '../../network/quantisation.ts';
import { beforeLayers, behindLayer, type Operands, operandsSoFar } from '../layers-so-far.ts';
import { linearRange } from '../linear-range.ts';
import { networkTable, type TableResolution } from './network-table.ts';
import type { EvaluatorLayer, PlannedPart, ValueFacts } from '../planned-network.ts';
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
  const values = [{ ...input, width: inputs, isLookedUp: false }];
  try {
    for (const link of chain) {
      const read = (link.kind === 'linear' ? link.of : [link.of]).map((value) => values[value]!);
      const operands = operandsSoFar(
        read,
        read.map(({ width }) => width),
      );
      const isLookedUp = link.kind === 'activation' || read.some((value) => value.isLookedUp);
      const { ofInputs, ofTables } = quantisation.weightBits;
      const layer =
        link.kind === 'linear'
          ? linearLayer(link, operands, isLookedUp ? ofTables : ofInputs)
          : tableLayer(link, operands.values[0]!.facts, quantisation);
      const soFar = behindLayer(layer, operands);
      values.push({ ...soFar, width: layer.kind === 'linear' ? layer.matrix.rows : read[0]!.width, isLookedUp });
      layers.push({ ...layer, output: soFar.facts });
    }
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE']);
  }
  return { inputs, input: input.facts, layers };
}

function linearLayer(link: LinearLink, operands: Operands, weightBits: number): EvaluatorLayer {
  const { values, rule } = operands;
  const counted = values.map(({ width, facts }) => ({ width, step: facts.step! }));
  const { map, step } = quantiseOperands(link, counted, weightBits);
  const output = { ...linearRange(map, operands, true), step, bound: rule.bound };
  return { kind: 'linear', name: link.name, of: link.of, ...map, rule, output };
}

function tableLayer(link: ActivationLink, facts: ValueFacts, resolution: TableResolution): EvaluatorLayer {
  const { table, output } = networkTable(link, { ...facts, step: facts.step! }, resolution);
  return { kind: 'table', name: link.name, of: link.of, table, output: { ...output, bound: facts.bound } };
}
