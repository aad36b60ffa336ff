/**
 * From a network's chain to whole numbers and tables, for schemes that look functions up: linear layers with whole weights, and behind
 * each a lookup table that applies the activation and rounds for the next layer. Average pooling is linear, and is in the matrices already;
 * activations that follow each other are one table. Sums that lie far from zero for how little they vary, and outputs of tables that do, are
 * counted around their own middle; the next bias adds what that leaves out.
 *
 * @module
 */
import { refuseError } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { Chain, LinearLink } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput } from '../../network/quantisation.ts';
import { multiplyVector } from '../../network/sparse.ts';
import { countedLinear } from '../corrected-bias.ts';
import { beforeLayers, behindLayer, type LayersSoFar, operandsSoFar } from '../layers-so-far.ts';
import { linearRange, linearSamples } from '../linear-range.ts';
import { isSign, LEAST_MARGIN, networkTable, type TableResolution, withRoom } from './network-table.ts';
import { type Activations, type TableStage, tableStages } from './table-stages.ts';
import type { EvaluatorLayer, PlannedPart, ValueFacts } from '../planned-network.ts';
import { ownInterval, type RangeRule, wholeInterval } from '../range.ts';

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
  const { step, ...interval } = quantisation.input;
  const facts: ValueFacts = { step, min: interval.min, max: interval.max, bound: 'proven' };
  const isRead = isLookedUp(stages, 0);
  const values: Value[] = [
    {
      ...beforeLayers(isRead ? { ...facts, ...withRoom(facts, 1) } : facts, counted),
      width: inputs,
      isNoisy: false,
      isTable: false,
      offset: 0,
    },
  ];
  const layers: EvaluatorLayer[] = [];
  try {
    for (const [at, stage] of stages.entries()) {
      const made =
        stage.kind === 'linear'
          ? sumBehind(stage, values, isLookedUp(stages, at + 1), quantisation)
          : tableBehind(stages, at, values, quantisation);
      values.push(made.value);
      layers.push({ ...made.layer, output: made.value.facts });
    }
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE']);
  }
  return { inputs, input: values[0]!.facts, layers };
}

/** A value that was planned. */
interface Value extends LayersSoFar {
  /** Numbers in it. */
  readonly width: number;
  /** Whether it is made of outputs of tables. */
  readonly isNoisy: boolean;
  /** Whether it is outputs of a table as they are. */
  readonly isTable: boolean;
  /** Of every number: what it stands for is so much more, in real numbers. */
  readonly offset: number;
}

interface Made {
  readonly layer: EvaluatorLayer;
  readonly value: Value;
}

/** Whether a table reads the value over all of its range; a sign is a threshold. */
function isLookedUp(stages: readonly TableStage[], value: number): boolean {
  return stages.some((stage) => stage.kind === 'activations' && stage.of === value && !isSign(stage.functions));
}

function marginOf(rule: RangeRule): number {
  return rule.bound === 'calibrated' ? rule.margin : 1;
}

function sumBehind(link: LinearLink, values: readonly Value[], isRead: boolean, { weightBits }: TableQuantisation): Made {
  const read = link.of.map((value) => values[value]!);
  const operands = operandsSoFar(read);
  const isNoisy = read.some((value) => value.isNoisy);
  const bits = isNoisy ? weightBits.ofTables : weightBits.ofInputs;
  // Tables of neurons apart: what reaches little adds little, and must not make the weights of the others large.
  const decides = read.every((value) => value.isTable) ? 'largest' : 'finest';
  const { map, step } = countedLinear(withOffsets(link, read), operands, bits, decides);
  const outputs = linearSamples(map, operands);
  const { rule } = operands;
  const apart = outputs === null ? null : ownInterval(outputs, Math.max(marginOf(rule), LEAST_MARGIN));
  const range = apart === null ? linearRange(map, operands, true, outputs) : wholeInterval(apart);
  const output = { ...(isRead && apart === null ? withRoom(range, marginOf(rule)) : range), step, bound: rule.bound };
  const layer = { kind: 'linear', name: link.name, of: link.of, ...map, rule, output } as const;
  const soFar = behindLayer(layer, operands, outputs);
  return {
    layer,
    value: { ...(apart === null ? soFar : aroundMiddle(soFar)), width: map.matrix.rows, isNoisy, isTable: false, offset: 0 },
  };
}

/** The root mean square tells how values spread around zero, and nothing of such that lie elsewhere. */
function aroundMiddle({ facts, rule }: LayersSoFar): LayersSoFar {
  const { min, max, step, bound } = facts;
  return { facts: { min, max, step, bound }, rule };
}

/** The bias with what operands stand for beyond what they count. */
function withOffsets(link: LinearLink, read: readonly Value[]): LinearLink {
  if (read.every(({ offset }) => offset === 0)) return link;
  const raised = multiplyVector(link.matrix, Float64Array.from(read.flatMap(({ width, offset }) => new Array<number>(width).fill(offset))));
  return { ...link, bias: link.bias.map((value, row) => value + raised[row]!) };
}

function tableBehind(stages: readonly TableStage[], at: number, values: readonly Value[], resolution: TableResolution): Made {
  const { name, functions, of } = stages[at] as Activations;
  const operands = operandsSoFar([values[of]!]);
  const { facts, width } = operands.values[0]!;
  const { table, output, offset } = networkTable(functions, { ...facts, step: facts.step! }, resolution, canTakeOffset(stages, at + 1));
  const { rule } = operands;
  const declared = { ...output, bound: facts.bound };
  const room = isLookedUp(stages, at + 1) ? withRoom(declared, marginOf(rule)) : {};
  const layer = { kind: 'table', name, of, table, output: { ...declared, ...room } } as const;
  return { layer, value: { ...behindLayer(layer, operands, null), width, isNoisy: true, isTable: true, offset } };
}

/** Whether linear layers alone read the value: their biases take an offset. */
function canTakeOffset(stages: readonly TableStage[], value: number): boolean {
  return value < stages.length && stages.every((stage) => stage.kind === 'linear' || stage.of !== value);
}
