/**
 * A network over data, planned for a scheme in the requested layout.
 *
 * @module
 */
import { refuse, refuseError } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { isPolynomial } from '../network/activation.ts';
import { type Chain, chainOf, isInOrder } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { largestOutput } from '../network/output-range.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { sizeOf } from '../network/shape.ts';
import type { OutputRange, Task, TaskRequest, WorstCase } from '../workload.ts';
import { type ChosenPlan, choosePlan, saysMore } from './choose.ts';
import { chooseActivations, chooseRefreshed, type ChosenNetwork } from './client/choose-with-client.ts';
import { choosePart, type CompileWithGains } from './client/choose-parts.ts';
import { isTooDeep, wordsOfDepth } from './client/depth.ts';
import { describePlan, describeSlots } from './describe-plan.ts';
import { keepChosen } from './keep-chosen.ts';
import { networkBaseline } from './network-baseline.ts';
import type { NetworkOverData, TablesOverData } from './network-over-data.ts';
import { planNetwork } from './plan-network.ts';
import { outputFacts, outputWidth, type PlannedNetwork, type PlannedPart } from './planned-network.ts';
import { plannedOutput, PlannedOutputs } from './planned-outputs.ts';
import { plansIn } from './layouts.ts';
import { LEAST_DEGREE, REAL_WEIGHT_BITS } from './real-planning.ts';
import { INPUT, OUTPUT } from './round-trip.ts';
import { planTableNetwork } from './tables/table-network.ts';
import { type Searched, searchWorstCase } from './worst-case.ts';

/** The same corners in every launch. */
const SEARCH_SEED = 1;

/** The chain without tables. */
function planPolynomials(
  { scheme: { arithmetic }, layout }: TaskRequest,
  of: NetworkOverData,
  chain: Chain,
  degree: number,
): PlannedPart | Refusal {
  return planNetwork(chain, {
    inputs: sizeOf(of.network.input.shape),
    interval: of.network.input,
    quantisation: arithmetic === 'real' ? null : of.quantisation,
    realWeightBits: REAL_WEIGHT_BITS[layout],
    rule: of.ranges(arithmetic),
    degree,
  });
}

function chooseNetwork(
  request: TaskRequest,
  of: NetworkOverData,
  outputs: OutputRange,
  { chain, degree }: { readonly chain: Chain; readonly degree: number },
): ChosenNetwork | Refusal {
  const { arithmetic } = request.scheme;
  const tables = tablesOf(request, of);
  const planned =
    tables === null
      ? planPolynomials(request, of, chain, degree)
      : planTableNetwork(chain, { inputs: sizeOf(of.network.input.shape), quantisation: tables.quantisation, rule: tables.ranges() });
  if (isRefusal(planned)) return planned;
  const search = (): ChosenPlan | Refusal =>
    choosePlan({ scheme: request.scheme, compile: (circuits) => request.compile(circuits, outputs) }, (shape) =>
      plansIn(request.layout, planned, shape, request.scheme.operations, of.batch),
    );
  const { planCache, layout } = request;
  const { operations, shapes } = request.scheme;
  const followsFrom = { planned, layout, arithmetic, operations: [...operations], shapes, largestOutput: outputs.largest, batch: of.batch };
  const chosen = keepChosen(planCache, followsFrom, search);
  return isRefusal(chosen) ? chosen : { ...chosen, planned };
}

/** A network whose matrices would not fit into memory is refused; it is no failure. */
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
  if (of.batch !== undefined && request.help !== undefined)
    return refuse('LAYOUT_UNSUPPORTED', 'batches of a chosen size are planned without help from the client');
  const chain = affordableChain(network);
  if (isRefusal(chain)) return chain;
  const outputRange = outputRangeOf(of);
  const tables = tablesOf(request, of);
  const chosen =
    request.help === 'activation' ? chooseActivations(request, of, outputRange) : chooseDeep(request, of, outputRange, chain, tables);
  if (isRefusal(chosen)) return chosen;

  const inputs = sizeOf(network.input.shape);
  const { input } = tables?.quantisation ?? of.quantisation;
  const { planned } = chosen;
  const { plan, compiled } = chosen;
  const asPlanned = (sample: Float64Array): Float64Array => (request.scheme.arithmetic === 'real' ? sample : quantiseInput(sample, input));
  const counted = (index: number): Float64Array => asPlanned(of.sample(index));
  const outputs = new PlannedOutputs(planned, of.samples, counted);
  return {
    plan,
    compiled,
    samples: of.samples,
    data: [of.data, ...describePlan(planned, outputs, of), ...describeSlots(plan.batch, of.samples)].join('; '),
    output: { result: OUTPUT, values: outputWidth(planned), step: outputFacts(planned).step, threshold: of.threshold ?? 0 },
    labels: of.labels,
    targets: of.targets ?? null,
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
    passedRanges: outputs.passedRanges(),
    worstCase: () => worstCase(of, planned, chain, asPlanned),
    baseline: () => networkBaseline(of),
  };
}

/** As it is; where levels run out, with refreshes if the client may help, and otherwise with a word on what would fit. */
function chooseDeep(
  request: TaskRequest,
  of: NetworkOverData,
  outputs: OutputRange,
  chain: Chain,
  tables: TablesOverData | null,
): ChosenNetwork | Refusal {
  const alone = chooseAlone(request, of, outputs, chain, tables);
  if (!isRefusal(alone) || tables !== null || !isTooDeep(alone)) return alone;
  if (request.help === 'refresh') return chooseRefreshed(request, of, outputs, chain);
  if (!isInOrder(chain)) return alone;
  const fits = (beginning: Chain): ChosenPlan | Refusal => planBeginning(request, of, outputs, beginning);
  return { ...alone, reason: `${alone.reason}; ${wordsOfDepth(chain, fits)}` };
}

/** One plan over the largest shape that can be had: it bears most, and one plan tells as much as several. */
function planBeginning(request: TaskRequest, of: NetworkOverData, outputs: OutputRange, chain: Chain): ChosenPlan | Refusal {
  const { scheme, layout } = request;
  const planned = planPolynomials(request, of, chain, Math.min(of.degree, LEAST_DEGREE));
  if (isRefusal(planned)) return planned;
  const compile: CompileWithGains = (circuits) => request.compile(circuits, { ...outputs, largest: 0 });
  let refusal: Refusal = refuse('NO_SHAPE', 'the scheme offers no slots');
  for (const shape of scheme.shapes.toReversed()) {
    const chosen = choosePart({ scheme, layout, compile }, planned, shape, undefined, 1);
    if (!isRefusal(chosen) || saysMore(chosen)) return chosen;
    refusal = chosen;
  }
  return refusal;
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

function worstCase(
  { network }: NetworkOverData,
  planned: PlannedNetwork,
  chain: Chain,
  asPlanned: (sample: Float64Array) => Float64Array,
): WorstCase {
  const { step } = outputFacts(planned);
  const searched: Searched = {
    inputs: sizeOf(network.input.shape),
    interval: network.input,
    products: chain.reduce((sum, link) => sum + (link.kind === 'linear' ? link.matrix.values.length : 0), 0),
    float: (input) => evaluateNetwork(network, input),
    planned(input) {
      const { values, passed } = plannedOutput(planned, asPlanned(input));
      return { outputs: Float64Array.from<number | bigint>(values, (value) => Number(value) * (step ?? 1)), passes: passed.length > 0 };
    },
  };
  return searchWorstCase(searched, Random.from(SEARCH_SEED, 'worst case'));
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
  return link.kind === 'activation' && !isPolynomial(link);
}
