/**
 * A network over data, planned for a scheme in the requested layout.
 *
 * @module
 */
import { refuseError } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { type Chain, chainOf } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { largestOutput } from '../network/output-range.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { sizeOf } from '../network/shape.ts';
import type { Gains, Layout, OutputRange, Task, TaskRequest } from '../workload.ts';
import { type ChosenPlan, choosePlan } from './choose.ts';
import { chooseParts } from './client/choose-parts.ts';
import { measureGains } from './client/gains.ts';
import { planActivations } from './client/plan-activations.ts';
import type { RoundPlanning } from './client/rounds.ts';
import { networkBaseline } from './network-baseline.ts';
import { keepPlan, type PlanCache } from './plan-cache.ts';
import { planNetwork, type Quantisation } from './plan-network.ts';
import { outputFacts, outputWidth, type PlannedClient, type PlannedNetwork, type PlannedTable } from './planned-network.ts';
import { PlannedOutputs } from './planned-outputs.ts';
import { plansIn } from './layouts.ts';
import type { RangeRule } from './range.ts';
import { INPUT, OUTPUT } from './round-trip.ts';
import { planTableNetwork, type TableQuantisation } from './tables/table-network.ts';

export interface NetworkOverData {
  readonly network: Network;
  /** Distinct samples. */
  readonly samples: number;
  /** Real inputs of one sample, within the network's interval. */
  sample(index: number): Float64Array;
  /** Index of the right output by sample; null: there are none. */
  readonly labels: ArrayLike<number> | null;
  /** Inputs that no run measures; null: there are none, and what is measured on them is measured on the samples themselves. */
  readonly calibration: Calibration | null;
  /** Which data, in plain words. */
  readonly data: string;
  /** For schemes that compute on integers. */
  readonly quantisation: Quantisation;
  /** For schemes that compute on integers and look functions up; null: nothing is looked up. */
  readonly tables: TablesOverData | null;
  /** How ranges are found; samples are of real inputs. */
  ranges(arithmetic: 'real' | 'integer'): RangeRule;
  /** Of polynomials that stand for activations, where the scheme bears it. */
  readonly degree: number;
}

/** Real inputs, within the network's interval. */
export interface Calibration {
  readonly inputs: readonly Float64Array[];
  /** '1000 training images' */
  readonly words: string;
}

/** How activations become tables. */
export interface TablesOverData {
  readonly quantisation: TableQuantisation;
  /** How the ranges of sums are found; samples are of real inputs. A range that is wider than sums are costs exactness. */
  ranges(): RangeRule;
}

/**
 * In the batched layout a scheme multiplies by whole numbers: so it multiplies by the plan's own. As many bits as keep a digit network's
 * classes, and few enough for exact sums. Packed weights are encoded by the slot, and rounded there.
 */
const REAL_WEIGHT_BITS: Readonly<Record<Layout, number | null>> = { batched: 10, packed: null, interleaved: null };

/** Every activation of that degree or less is one product (`plan-network.ts`). */
const LEAST_DEGREE = 2;

interface ChosenNetwork extends ChosenPlan {
  readonly planned: PlannedNetwork;
  /** Of plans with rounds, whose intermediate outputs are approximate. */
  readonly gains?: Gains;
}

/** Every activation at the client. Whole numbers are proven: what the client sends has a range of its own. */
function chooseWithRounds(request: TaskRequest, of: NetworkOverData, outputs: OutputRange): ChosenNetwork | Refusal {
  const { scheme, layout, planCache } = request;
  const isReal = scheme.arithmetic === 'real';
  const inputs = calibrationInputs(of);
  const planning: RoundPlanning = {
    quantisation: isReal ? null : of.quantisation,
    realWeightBits: REAL_WEIGHT_BITS[layout],
    rule: isReal ? of.ranges('real') : { bound: 'proven' },
    degree: of.degree,
  };
  const planned = planActivations(of.network, planning, inputs);
  if (isRefusal(planned)) return planned;
  const gains = isReal ? measureGains(planned, inputs) : undefined;
  const search = (): ChosenPlan | Refusal =>
    chooseParts({ scheme, layout, compile: (circuits, gains) => request.compile(circuits, outputs, gains) }, planned, gains);
  const followsFrom = { planned, gains, layout, operations: [...scheme.operations], shapes: scheme.shapes, outputs };
  const chosen = keepPlan<ChosenPlan | Refusal>(planCache, followsFrom, search, keptPlans(planCache));
  return isRefusal(chosen) ? chosen : { ...chosen, planned, ...(gains === undefined ? {} : { gains }) };
}

/** Real inputs that no run measures, where there are such. */
function calibrationInputs(of: NetworkOverData): readonly Float64Array[] {
  return of.calibration?.inputs ?? Array.from({ length: of.samples }, (_, index) => of.sample(index));
}

/** Which plans are kept, and which of them are taken up. */
function keptPlans(planCache: PlanCache | null) {
  return {
    isWorthKeeping: (made: ChosenPlan | Refusal) => !isRefusal(made),
    isUsable: (kept: ChosenPlan | Refusal) => !isRefusal(kept) && kept.compiled.estimate.peak_bytes <= (planCache?.memory_bytes ?? 0),
  };
}

function chooseNetwork(
  request: TaskRequest,
  of: NetworkOverData,
  outputs: OutputRange,
  { chain, degree }: { readonly chain: Chain; readonly degree: number },
): ChosenNetwork | Refusal {
  const { arithmetic } = request.scheme;
  const tables = tablesOf(request, of);
  const inputs = sizeOf(of.network.input.shape);
  const planned =
    tables === null
      ? planNetwork(chain, {
          inputs,
          interval: of.network.input,
          quantisation: arithmetic === 'real' ? null : of.quantisation,
          realWeightBits: REAL_WEIGHT_BITS[request.layout],
          rule: of.ranges(arithmetic),
          degree,
        })
      : planTableNetwork(chain, { inputs, quantisation: tables.quantisation, rule: tables.ranges() });
  if (isRefusal(planned)) return planned;
  const search = (): ChosenPlan | Refusal =>
    choosePlan({ scheme: request.scheme, compile: (circuits) => request.compile(circuits, outputs) }, (shape) =>
      plansIn(request.layout, planned, shape),
    );
  const { planCache, layout } = request;
  const { operations, shapes } = request.scheme;
  const followsFrom = { planned, layout, arithmetic, operations: [...operations], shapes, largestOutput: outputs.largest };
  const chosen = keepPlan<ChosenPlan | Refusal>(planCache, followsFrom, search, keptPlans(planCache));
  return isRefusal(chosen) ? chosen : { ...chosen, planned };
}

/** A network whose matrices no memory would hold is an answer, not a failure. */
function affordableChain(network: Network): Chain | Refusal {
  try {
    return chainOf(network);
  } catch (error) {
    return refuseError(error, ['NETWORK_TOO_LARGE']);
  }
}

/** Plans and compiles. */
export function prepareNetwork(request: TaskRequest, of: NetworkOverData): Task | Refusal {
  const { network } = of;
  const chain = affordableChain(network);
  if (isRefusal(chain)) return chain;
  const outputRange = outputRangeOf(of);
  const tables = tablesOf(request, of);
  const chosen =
    request.help === 'activation' ? chooseWithRounds(request, of, outputRange) : chooseAlone(request, of, outputRange, chain, tables);
  if (isRefusal(chosen)) return chosen;

  const inputs = sizeOf(network.input.shape);
  const { input } = tables?.quantisation ?? of.quantisation;
  const { planned } = chosen;
  const { plan, compiled } = chosen;
  const counted = (index: number): Float64Array =>
    request.scheme.arithmetic === 'real' ? of.sample(index) : quantiseInput(of.sample(index), input);
  const outputs = new PlannedOutputs(planned, of.samples, counted);
  return {
    plan,
    compiled,
    samples: of.samples,
    data: [of.data, ...describe(planned, outputs, of), ...describeSlots(plan.batch, of.samples)].join('; '),
    output: { result: OUTPUT, values: outputWidth(planned), step: outputFacts(planned).step },
    labels: of.labels,
    inputs(first) {
      const batch = new Float64Array(plan.batch * inputs);
      for (let offset = 0; offset < plan.batch; offset++) {
        const repeated = offset - of.samples;
        // A sample that is in the batch already is copied, not computed again.
        if (repeated >= 0) batch.copyWithin(offset * inputs, repeated * inputs, (repeated + 1) * inputs);
        else batch.set(counted((first + offset) % of.samples), offset * inputs);
      }
      return { [INPUT]: batch };
    },
    float: (index) => evaluateNetwork(network, of.sample(index)),
    planned: (index) => outputs.of(index),
    outputRange,
    ...(chosen.gains === undefined ? {} : { gains: chosen.gains }),
    baseline: () => networkBaseline(of),
  };
}

/** Without rounds: with polynomials of the degree that is asked for, or else of the least. */
function chooseAlone(
  request: TaskRequest,
  of: NetworkOverData,
  outputs: OutputRange,
  chain: Chain,
  tables: TablesOverData | null,
): ChosenNetwork | Refusal {
  const chosen = chooseNetwork(request, of, outputs, { chain, degree: of.degree });
  const isWorthLess = tables === null && of.degree > LEAST_DEGREE && chain.some(isApproximated);
  return isRefusal(chosen) && isWorthLess ? chooseNetwork(request, of, outputs, { chain, degree: LEAST_DEGREE }) : chosen;
}

function outputRangeOf(of: NetworkOverData): OutputRange {
  const { network, calibration, samples } = of;
  if (calibration !== null) return { largest: largestOutput(network, calibration.inputs), source: calibration.words };
  const own = Array.from({ length: samples }, (_, index) => of.sample(index));
  return { largest: largestOutput(network, own), source: `the ${samples} samples themselves` };
}

/** Null where activations are not looked up: whole numbers have exact tables, where there are no slots to rotate. */
function tablesOf({ scheme: { arithmetic, operations }, help }: TaskRequest, { tables }: NetworkOverData): TablesOverData | null {
  return help !== 'activation' && arithmetic === 'integer' && operations.has('table') && !operations.has('rotate') ? tables : null;
}

function isApproximated(link: Chain[number]): boolean {
  return link.kind === 'activation' && link.activation !== 'square';
}

/** What was put in the place of activations, and how calibrated ranges held on samples that they were not measured on. */
function describe(planned: PlannedNetwork, outputs: PlannedOutputs, { samples, calibration }: NetworkOverData): string[] {
  const parts: string[] = [];
  for (const layer of planned.layers) {
    if (layer.kind === 'table') parts.push(describeTable(layer));
    if (layer.kind === 'client') parts.push(describeRound(layer));
    if (layer.kind !== 'polynomial' || layer.approximates === null) continue;
    const { activation, degree, interval, error } = layer.approximates;
    const where = `[${interval.min.toPrecision(3)}, ${interval.max.toPrecision(3)}]`;
    parts.push(`${layer.name}: ${activation} by a polynomial of degree ${degree}, off by at most ${error.toPrecision(3)} on ${where}`);
  }
  if (calibration !== null && planned.layers.some(({ output }) => output.bound === 'calibrated')) {
    parts.push(`${outputs.countOverflows()} of ${samples} samples went outside a calibrated range`);
  }
  return parts;
}

function describeRound({ name, apply, output: { step, min, max } }: PlannedClient): string {
  const what = [apply.activation, ...(apply.pool === null ? [] : ['average pooling'])].join(' and ');
  const range = [min, max].map((end) => (end * (step ?? 1)).toPrecision(3)).join(' to ');
  return `${name}: ${what} by the client, sent back ${step === null ? 'as real numbers' : `in ${max - min} steps`} from ${range}`;
}

function describeTable({ name, table: { outputs, step, negacyclic }, output }: PlannedTable): string {
  if (negacyclic) return `${name}: a sign by table`;
  return `${name}: a table of ${outputs.length} entries of ${step} steps, outputs ${output.min} to ${output.max}`;
}

function describeSlots(batch: number, samples: number): string[] {
  return batch > samples ? [`${batch} slots, filled by repeating the samples`] : [];
}
