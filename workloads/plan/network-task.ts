/**
 * A network over data, planned for a scheme in the requested layout.
 *
 * @module
 */
import { refuse, refuseError } from '../../schemes/refuse.ts';
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { Random } from '../data/random.ts';
import { type Chain, chainOf } from '../network/chain.ts';
import type { Network } from '../network/network.ts';
import { largestOutput } from '../network/output-range.ts';
import { quantiseInput } from '../network/quantisation.ts';
import { evaluateNetwork } from '../network/reference.ts';
import { sizeOf } from '../network/shape.ts';
import type { OutputRange, Task, TaskRequest, WorstCase } from '../workload.ts';
import { chooseNetwork, tablesOf } from './choose-network.ts';
import { chooseActivations } from './client/choose-with-client.ts';
import { describePlan, describeSlots } from './describe-plan.ts';
import { networkBaseline } from './network-baseline.ts';
import type { NetworkOverData } from './network-over-data.ts';
import { outputFacts, outputWidth, type PlannedNetwork } from './planned-network.ts';
import { type PlannedOutput, plannedOutputs, PlannedOutputs } from './planned-outputs.ts';
import { INPUT, OUTPUT } from './round-trip.ts';
import { type Searched, searchWorstCase } from './worst-case.ts';

/** The same corners in every launch. */
const SEARCH_SEED = 1;

/** A network whose matrices would not fit into memory is refused; it is no failure. */
function affordableChain(network: Network): Chain | Refusal {
  try {
    return chainOf(network);
  } catch (error) {
    return refuseError(error, ['NETWORK_TOO_LARGE']);
  }
}

/** Plans and compiles. */
export function prepareNetwork(request: TaskRequest, asked: NetworkOverData): Task | Refusal {
  const { network } = asked;
  if (asked.batch !== undefined && request.help !== undefined)
    return refuse('LAYOUT_UNSUPPORTED', 'batches of a chosen size are planned without help from the client');
  const chain = affordableChain(network);
  if (isRefusal(chain)) return chain;
  const outputRange = outputRangeOf(asked);
  const chosen =
    request.help === 'activation' ? chooseActivations(request, asked, outputRange) : chooseNetwork(request, asked, outputRange, chain);
  if (isRefusal(chosen)) return chosen;

  const inputs = sizeOf(network.input.shape);
  const { of = asked, planned, plan, compiled, lost = null } = chosen;
  const { input } = tablesOf(request, of)?.quantisation ?? of.quantisation;
  const asPlanned = (sample: Float64Array): Float64Array => (planned.input.step === null ? sample : quantiseInput(sample, input));
  const counted = (index: number): Float64Array => asPlanned(of.sample(index));
  const outputs = new PlannedOutputs(planned, of.samples, counted);
  return {
    plan,
    compiled,
    samples: of.samples,
    data: [of.data, ...(chosen.words ?? []), ...describePlan(planned, outputs, of), ...describeSlots(plan.batch, of.samples)].join('; '),
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
    ...(lost === null ? {} : { lost }),
    worstCase: () => worstCase(of, planned, chain, asPlanned),
    baseline: () => networkBaseline(of),
  };
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
      const [{ values, passed }] = plannedOutputs(planned, [asPlanned(input)]) as [PlannedOutput];
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
