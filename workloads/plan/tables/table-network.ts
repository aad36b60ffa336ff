/**
 * From a network's chain to whole numbers and tables, for schemes that look functions up: linear layers with whole weights, and behind
 * each a table that is activation and next quantisation in one. Average pooling is linear, and is in the matrices already; activations
 * that follow each other are one table.
 *
 * @module
 */
import { refuseError } from '../../../schemes/refuse.ts';
import type { Refusal } from '../../../schemes/scheme.ts';
import type { ActivationName, Chain, LinearLink } from '../../network/chain.ts';
import { type InputQuantisation, quantiseInput, quantiseLinear } from '../../network/quantisation.ts';
import { beforeLayers, behindLayer, type LayersSoFar } from '../layers-so-far.ts';
import { linearRange } from '../linear-range.ts';
import { isSign, networkTable, type TableResolution, withRoom } from './network-table.ts';
import type { PlannedLayer, PlannedNetwork, ValueFacts } from '../planned-network.ts';
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
export function planTableNetwork(chain: Chain, { inputs, quantisation, rule }: TablePlanning): PlannedNetwork | Refusal {
  const counted =
    rule.bound === 'proven' ? rule : { ...rule, samples: rule.samples.map((sample) => quantiseInput(sample, quantisation.input)) };
  const stages = stagesOf(chain);
  const { step, ...interval } = quantisation.input;
  const facts: ValueFacts = { step, min: interval.min, max: interval.max, bound: 'proven' };
  const input = beforeLayers(readBy(stages[0], facts, 1), counted);
  const layers: PlannedLayer[] = [];
  let soFar = input;
  let tables = 0;
  try {
    for (const [at, stage] of stages.entries()) {
      const { ofInputs, ofTables } = quantisation.weightBits;
      const made =
        stage.kind === 'linear' ? linearLayer(stage, soFar, tables === 0 ? ofInputs : ofTables) : tableLayer(stage, soFar, quantisation);
      const layer = { ...made, output: readBy(stages[at + 1], made.output, rule.bound === 'calibrated' ? rule.margin : 1) };
      if (stage.kind === 'activations') tables++;
      soFar = behindLayer(layer, soFar);
      layers.push({ ...layer, output: soFar.facts });
    }
  } catch (error) {
    return refuseError(error, ['RANGE_TOO_LARGE']);
  }
  return { inputs, input: input.facts, layers };
}

function linearLayer(link: LinearLink, { facts, rule }: LayersSoFar, weightBits: number): PlannedLayer {
  const step = facts.step!;
  const map = quantiseLinear(link, step, weightBits);
  const range = linearRange(map, rule, facts, true);
  return { kind: 'linear', name: link.name, ...map, rule, output: { ...range, step: step * map.matrix.step!, bound: rule.bound } };
}

/** Activations of one table. */
interface Activations {
  readonly kind: 'activations';
  /** Joined: 'relu + sigmoid'. */
  readonly name: string;
  readonly names: readonly ActivationName[];
}

function stagesOf(chain: Chain): readonly (LinearLink | Activations)[] {
  const stages: (LinearLink | Activations)[] = [];
  for (const link of chain) {
    const before = stages.at(-1);
    if (link.kind === 'linear') stages.push(link);
    else if (before?.kind !== 'activations') stages.push({ kind: 'activations', name: link.name, names: [link.activation] });
    else stages[stages.length - 1] = { ...before, name: `${before.name} + ${link.name}`, names: [...before.names, link.activation] };
  }
  return stages;
}

/** What values are declared to reach, where the next stage looks them up. */
function readBy(next: LinearLink | Activations | undefined, facts: ValueFacts, margin: number): ValueFacts {
  return next?.kind === 'activations' && !isSign(next.names) ? { ...facts, ...withRoom(facts, margin) } : facts;
}

function tableLayer({ name, names }: Activations, { facts }: LayersSoFar, resolution: TableResolution): PlannedLayer {
  const { table, output } = networkTable(names, { ...facts, step: facts.step! }, resolution);
  return { kind: 'table', name, table, output: { ...output, bound: facts.bound } };
}
