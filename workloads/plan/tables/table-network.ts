/**
 * From a network's chain to whole numbers and tables, for schemes that look functions up: linear layers with whole weights, and behind
 * each a lookup table that applies the activation and rounds for the next layer. Average pooling is linear, and is in the matrices already;
 * activations that follow each other are one table.
 *
 * @module
 */
import { refuseError } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { Chain, LinearLink } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput } from '../../network/quantisation.ts';
import { countedLinear } from '../corrected-bias.ts';
import { beforeLayers, behindLayer, type Operands, operandsSoFar } from '../layers-so-far.ts';
import { linearRange } from '../linear-range.ts';
import { isSign, networkTable, type TableResolution, withRoom } from './network-table.ts';
import { type Activations, type TableStage, tableStages } from './table-stages.ts';
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
  const stages = tableStages(chain);
  /** What a value is declared to reach, where a table looks it up. */
  const declared = (value: number, facts: ValueFacts, margin: number): ValueFacts =>
    stages.some((stage) => looksUp(stage, value)) ? { ...facts, ...withRoom(facts, margin) } : facts;
  const { step, ...interval } = quantisation.input;
  const facts: ValueFacts = { step, min: interval.min, max: interval.max, bound: 'proven' };
  const input = beforeLayers(declared(0, facts, 1), counted);
  const layers: EvaluatorLayer[] = [];
  const values = [{ ...input, width: inputs, isLookedUp: false }];
  try {
    for (const [at, stage] of stages.entries()) {
      const read = (stage.kind === 'linear' ? stage.of : [stage.of]).map((value) => values[value]!);
      const operands = operandsSoFar(
        read,
        read.map(({ width }) => width),
      );
      const isLookedUp = stage.kind === 'activations' || read.some((value) => value.isLookedUp);
      const { ofInputs, ofTables } = quantisation.weightBits;
      const made =
        stage.kind === 'linear'
          ? linearLayer(stage, operands, isLookedUp ? ofTables : ofInputs)
          : tableLayer(stage, operands.values[0]!.facts, quantisation);
      const layer = { ...made, output: declared(at + 1, made.output, rule.bound === 'calibrated' ? rule.margin : 1) };
      const soFar = behindLayer(layer, operands);
      values.push({ ...soFar, width: layer.kind === 'linear' ? layer.matrix.rows : read[0]!.width, isLookedUp });
      layers.push({ ...layer, output: soFar.facts });
    }
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE']);
  }
  return { inputs, input: input.facts, layers };
}

function looksUp(stage: TableStage, value: number): boolean {
  return stage.kind === 'activations' && stage.of === value && !isSign(stage.functions);
}

function linearLayer(link: LinearLink, operands: Operands, weightBits: number): EvaluatorLayer {
  const { map, step } = countedLinear(link, operands, weightBits);
  const { rule } = operands;
  const output = { ...linearRange(map, operands, true), step, bound: rule.bound };
  return { kind: 'linear', name: link.name, of: link.of, ...map, rule, output };
}

function tableLayer({ name, functions, of }: Activations, facts: ValueFacts, resolution: TableResolution): EvaluatorLayer {
  const { table, output } = networkTable(functions, { ...facts, step: facts.step! }, resolution);
  return { kind: 'table', name, of, table, output: { ...output, bound: facts.bound } };
}
