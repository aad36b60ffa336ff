/**
 * One linear layer over data, planned for a scheme: what all workloads of this folder are made of.
 *
 * @module
 */
import { isRefusal, type Refusal } from '../../schemes/scheme.ts';
import { type DenseLayer, evaluateDense } from '../network/dense.ts';
import { type InputQuantisation, quantiseInput } from '../network/quantisation.ts';
import { planBatched } from '../plan/batched.ts';
import { choosePlan } from '../plan/choose.ts';
import { integerLayer, outputStep, realLayer } from '../plan/linear-layer.ts';
import { planPacked } from '../plan/packed.ts';
import type { RangeRule } from '../plan/range.ts';
import { INPUT, OUTPUT } from '../plan/single-layer.ts';
import type { Task, TaskRequest } from '../workload.ts';

export interface LayerOverData {
  readonly layer: DenseLayer;
  /** Distinct samples. */
  readonly samples: number;
  /** Real inputs of one sample, within `input`. */
  sample(index: number): Float64Array;
  readonly labels: Uint8Array | null;
  /** Which data, in plain words. */
  readonly data: string;
  readonly input: { readonly min: number; readonly max: number };
  /** For schemes that compute on integers; their ranges are always proven. */
  readonly quantisation: { readonly input: InputQuantisation; readonly weightBits: number };
  /** For schemes that compute on reals. */
  realRange(): RangeRule;
}

function describeSlots(batch: number, samples: number): string {
  return batch > samples ? `; ${batch} slots, filled by repeating the samples` : '';
}

/** Plans and compiles the layer in the requested layout. */
export function prepareLayer(request: TaskRequest, of: LayerOverData): Task | Refusal {
  const real = request.scheme.arithmetic === 'real';
  const { quantisation } = of;
  const linear = real
    ? realLayer(of.layer, of.input.min, of.input.max)
    : integerLayer(of.layer, quantisation.input, quantisation.weightBits);
  const rule: RangeRule = real ? of.realRange() : { bound: 'proven' };
  const planLayer = request.layout === 'batched' ? planBatched : planPacked;
  const chosen = choosePlan(request, (shape) => planLayer(linear, rule, shape));
  if (isRefusal(chosen)) return chosen;

  const { plan, compiled } = chosen;
  const { inputs, outputs } = of.layer;
  const counted = (index: number): Float64Array => (real ? of.sample(index) : quantiseInput(of.sample(index), quantisation.input));
  return {
    plan,
    compiled,
    samples: of.samples,
    data: of.data + describeSlots(plan.batch, of.samples),
    output: { result: OUTPUT, values: outputs, step: outputStep(linear) },
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
    float: (index) => evaluateDense(of.layer, of.sample(index)),
  };
}
