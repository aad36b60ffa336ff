/**
 * The plan of a network without rounds, or with as few refreshes as levels ask for: with tables, or with polynomials of the degree that
 * keeps the network, or of the best one that a scheme bears.
 *
 * @module
 */
import { refuse } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { isPolynomial } from '../network/activation.ts';
import type { Chain } from '../network/chain.ts';
import { sizeOf } from '../network/shape.ts';
import type { OutputRange, TaskRequest } from '../workload.ts';
import { type BootstrapRequest, canBootstrap, chooseBootstrapped } from './bootstrap/choose-bootstrapped.ts';
import { type ChosenPlan, choosePlan, saysMore } from './choose.ts';
import { choosePart, type CompileWithGains } from './client/choose-parts.ts';
import { type ChosenNetwork, chooseRefreshed } from './client/choose-with-client.ts';
import { isTooDeep, wordsOfDepth } from './client/depth.ts';
import { keepChosen } from './keep-chosen.ts';
import { plansIn } from './layouts.ts';
import { calibrationInputs, type NetworkOverData, type TablesOverData } from './network-over-data.ts';
import { keepPlan } from './plan-cache.ts';
import { type NetworkPlanning, planNetwork } from './plan-network.ts';
import type { PlannedPart } from './planned-network.ts';
import type { RangeRule } from './range.ts';
import { LEAST_DEGREE, REAL_WEIGHT_BITS } from './real-planning.ts';
import { countingWords, type FoundCountings, lostWords, rankCountings } from './search/counting-search.ts';
import { degreeWords, rankDegrees, type TriedDegree } from './search/degree-search.ts';
import { comparedOn, type Kept, keptAtAll, keptBy, samplesFor } from './search/kept.ts';
import { planTableNetwork } from './tables/table-network.ts';
import { chooseTrunk } from './trunk/choose-trunk.ts';

/** A degree to plan with, what it keeps of the network, null: nobody looked; and what a record says of it. */
interface Degree {
  readonly degree: number;
  readonly kept: Kept | null;
  readonly words: readonly string[];
}

/** Found once for every counting. */
type DegreesOf = (of: NetworkOverData) => readonly Degree[] | Refusal;

/**
 * With the counting that keeps the network, or the best that the scheme bears, and the first degree that it bears, with refreshes if the
 * client may help. Where none is, with a word on how much of the network would fit.
 */
export function chooseNetwork(request: TaskRequest, of: NetworkOverData, outputs: OutputRange, chain: Chain): ChosenNetwork | Refusal {
  const tables = tablesOf(request, of);
  const { trunk } = request.scheme;
  if (tables !== null && trunk !== undefined && request.layout === 'packed')
    return chooseTrunk(request, of, { outputs, chain, tables, trunk });
  if (request.cut !== undefined) return refuse('CUT_UNSUPPORTED', 'a network is cut for `--scheme hybrid` in `--layout packed` alone');
  const { finer } = of;
  const known = new Map<NetworkOverData, ReturnType<DegreesOf>>();
  const degreesOf: DegreesOf = (counted) => {
    const degrees = known.get(counted) ?? degreesFor(request, counted, chain);
    known.set(counted, degrees);
    return degrees;
  };
  const choose = (counted: NetworkOverData, looked: Chain): ChosenNetwork | Refusal =>
    chooseCounted(request, counted, outputs, looked, degreesOf);
  if (finer === undefined || request.scheme.arithmetic === 'real') return choose(of, chain);
  const found = countingsFor(request, of, chain, degreesOf);
  if (isRefusal(found)) return found;
  let refusal: Refusal | null = null;
  for (const counting of found.countings) {
    const chosen = choose(counting.of, counting.chain);
    if (isRefusal(chosen)) {
      refusal = chosen;
      continue;
    }
    // A scheme that does not bear the best degree keeps less than was hoped for.
    const lost = lostWords({ ...counting, kept: chosen.kept ?? counting.kept }, found);
    const words = [...(chosen.words ?? []), ...countingWords(counting, finer), ...(lost === null ? [] : [lost])];
    return { ...chosen, of: counting.of, words, lost };
  }
  return refusal!;
}

/** Ways to count the network, the first to be taken first. */
function countingsFor(request: TaskRequest, of: NetworkOverData, chain: Chain, degreesOf: DegreesOf): FoundCountings | Refusal {
  const samples = calibrationInputs(of).slice(0, samplesFor(chain));
  const compared = comparedOn(of.network, samples, hasClasses(of, chain));
  return rankCountings({
    ...{ of, chain, samples, hasTables: tablesOf(request, of) !== null },
    keptWith({ of: counted, chain: looked }) {
      const tables = tablesOf(request, counted);
      if (tables === null) {
        const degrees = degreesOf(counted);
        if (isRefusal(degrees)) return degrees;
        const [{ degree, kept }] = degrees as [Degree];
        if (kept !== null) return kept;
        const planned = planNetwork(looked, { ...limitedTo(planningOf(request, counted), samples), degree });
        return isRefusal(planned) ? planned : keptBy(planned, counted.quantisation.input, compared);
      }
      const planned = planTables(counted, { ...tables, ranges: () => limitedTo({ rule: tables.ranges() }, samples).rule }, looked);
      return isRefusal(planned) ? planned : keptAtAll(planned, tables.quantisation.input, compared);
    },
  });
}

/** As many calibration samples as there are others. */
function limitedTo<Planning extends { readonly rule: RangeRule }>(planning: Planning, { length }: readonly unknown[]): Planning {
  const { rule } = planning;
  return rule.bound === 'proven' ? planning : { ...planning, rule: { ...rule, samples: rule.samples.slice(0, length) } };
}

function planTables({ network }: NetworkOverData, tables: TablesOverData, chain: Chain): PlannedPart | Refusal {
  return planTableNetwork(chain, { inputs: sizeOf(network.input.shape), quantisation: tables.quantisation, rule: tables.ranges() });
}

function chooseCounted(
  request: TaskRequest,
  of: NetworkOverData,
  outputs: OutputRange,
  chain: Chain,
  degreesOf: DegreesOf,
): ChosenNetwork | Refusal {
  const tables = tablesOf(request, of);
  if (tables !== null) return choosePlanned(request, of, outputs, planTables(of, tables, chain));
  const degrees = degreesOf(of);
  if (isRefusal(degrees)) return degrees;
  let refusal: Refusal | null = null;
  for (const { degree, kept, words } of degrees) {
    const planned = planNetwork(chain, { ...planningOf(request, of), degree });
    const alone = choosePlanned(request, of, outputs, planned);
    const isDeep = isRefusal(alone) && isTooDeep(alone);
    // The server first, then the client.
    const renewed =
      isDeep && request.bootstrap === true && bootstraps(request) ? choosePlannedBootstraps(request, outputs, planned) : alone;
    const isHelped = isDeep && isRefusal(renewed) && request.help === 'refresh';
    const chosen = isHelped ? chooseRefreshed(request, of, outputs, chain, degree) : renewed;
    if (!isRefusal(chosen)) return { ...chosen, kept, words };
    refusal = chosen;
  }
  if (!isTooDeep(refusal!)) return refusal!;
  const fits = (beginning: Chain): ChosenPlan | Refusal => planBeginning(request, of, outputs, beginning);
  const couldGoOn = request.bootstrap !== true && bootstraps(request) && canBootstrap(bootstrapRequest(request, outputs));
  return { ...refusal!, reason: `${refusal!.reason}; ${wordsOfDepth(chain, fits, couldGoOn)}` };
}

function bootstraps({ scheme: { arithmetic, operations } }: TaskRequest): boolean {
  return arithmetic === 'real' && operations.has('bootstrap');
}

/** Those that are asked for, or else those that keep the network, the best one first. */
function degreesFor(request: TaskRequest, of: NetworkOverData, chain: Chain): readonly Degree[] | Refusal {
  const silent = (degree: number): Degree => ({ degree, kept: null, words: [] });
  if (!chain.some((link) => link.kind === 'activation' && !isPolynomial(link))) return [silent(LEAST_DEGREE)];
  if (of.degree !== null) return [...new Set([of.degree, Math.min(of.degree, LEAST_DEGREE)])].map(silent);
  const { network } = of;
  const search = { network, chain, planning: planningOf(request, of), hasClasses: hasClasses(of, chain), samples: calibrationInputs(of) };
  const ranked = keepPlan<readonly TriedDegree[] | Refusal>(request.planCache, { degrees: search }, () => rankDegrees(search), {
    isWorthKeeping: (made) => !isRefusal(made),
    isUsable: () => true,
  });
  return isRefusal(ranked) ? ranked : ranked.map((tried) => ({ ...tried, words: [degreeWords(tried)] }));
}

/** Whether the largest of several outputs is the answer. */
function hasClasses({ labels }: NetworkOverData, chain: Chain): boolean {
  return labels !== null && lastWidth(chain) > 1;
}

/** Numbers of the chain's last value. */
function lastWidth(chain: Chain): number {
  const last = chain.findLast((link) => link.kind === 'linear');
  return last === undefined ? 1 : last.matrix.rows;
}

function planningOf({ scheme: { arithmetic }, layout }: TaskRequest, of: NetworkOverData): Omit<NetworkPlanning, 'degree'> {
  return {
    inputs: sizeOf(of.network.input.shape),
    interval: of.network.input,
    quantisation: arithmetic === 'real' ? null : of.quantisation,
    realWeightBits: REAL_WEIGHT_BITS[layout],
    rule: of.ranges(arithmetic),
  };
}

function choosePlanned(
  request: TaskRequest,
  { batch }: NetworkOverData,
  outputs: OutputRange,
  planned: PlannedPart | Refusal,
): ChosenNetwork | Refusal {
  if (isRefusal(planned)) return planned;
  const search = (): ChosenPlan | Refusal =>
    choosePlan(
      { scheme: request.scheme, compile: (circuits) => request.compile(circuits, outputs), isDeep: productsInRow(planned) >= DEEP },
      (shape) => plansIn(request.layout, planned, shape, request.scheme.operations, batch),
    );
  const { planCache, layout } = request;
  const { operations, shapes, arithmetic } = request.scheme;
  const followsFrom = { planned, layout, arithmetic, operations: [...operations], shapes, largestOutput: outputs.largest, batch };
  const chosen = keepChosen(planCache, followsFrom, search);
  return isRefusal(chosen) ? chosen : { ...chosen, planned };
}

function choosePlannedBootstraps(request: TaskRequest, outputs: OutputRange, planned: PlannedPart | Refusal): ChosenNetwork | Refusal {
  if (isRefusal(planned)) return planned;
  const { layout, planCache } = request;
  const { operations, shapes } = request.scheme;
  const followsFrom = { bootstrapped: planned, layout, operations: [...operations], shapes, largestOutput: outputs.largest };
  return keepChosen(planCache, followsFrom, () => chooseBootstrapped(bootstrapRequest(request, outputs), planned));
}

function bootstrapRequest(request: TaskRequest, outputs: OutputRange): BootstrapRequest {
  const { scheme, layout } = request;
  return {
    ...{ scheme, layout },
    compile: (circuits) => request.compile(circuits, outputs),
    compileBeginning: (circuits) => request.compile(circuits, { ...outputs, largest: 0 }),
  };
}

/** Products in a row that hardly any but the largest shape has levels for. */
const DEEP = 4;

function productsInRow({ layers }: PlannedPart): number {
  return layers.reduce((sum, layer) => sum + (layer.kind === 'polynomial' ? Math.ceil(Math.log2(layer.polynomial.length - 1)) : 0), 0);
}

/** One plan over the largest shape that can be had: it bears most, and one plan tells as much as several. */
function planBeginning(request: TaskRequest, of: NetworkOverData, outputs: OutputRange, chain: Chain): ChosenPlan | Refusal {
  const { scheme, layout } = request;
  const planned = planNetwork(chain, { ...planningOf(request, of), degree: LEAST_DEGREE });
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

/** Null where activations are not looked up: whole numbers have exact tables, where there are no slots to rotate. */
export function tablesOf({ scheme: { arithmetic, operations }, help }: TaskRequest, { tables }: NetworkOverData): TablesOverData | null {
  return help !== 'activation' && arithmetic === 'integer' && operations.has('table') && !operations.has('rotate') ? tables : null;
}
