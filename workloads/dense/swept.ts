/**
 * Networks of random weights of which one size is chosen: width, depth, bits, or batch. How the cost grows with it.
 *
 * @module
 */
import { Random } from '../data/random.ts';
import type { DenseLayer } from '../network/dense.ts';
import type { Network } from '../network/network.ts';
import { signedInput } from '../network/quantisation.ts';
import { vectorShape } from '../network/shape.ts';
import { prepareNetwork } from '../plan/network-task.ts';
import type { Workload } from '../workload.ts';

/** At least. */
const SAMPLES = 64;

interface Sizes {
  /** Inputs and outputs of every layer. */
  readonly width: number;
  /** Dense layers, with a square between each two. */
  readonly depth: number;
  /** Of inputs and weights, where a scheme asks for whole numbers. */
  readonly bits: number;
  /** Samples at once; null: as many as the layout takes. */
  readonly batch: number | null;
}

const USUAL: Sizes = { width: 64, depth: 1, bits: 8, batch: null };
const USUAL_OF_BITS = 256;
/** Small, so that many samples fit where each takes ciphertexts of its own. */
const USUAL_OF_BATCH = 16;

/** What `--sweep` may vary, and the bounds within which it makes sense. */
export const SWEPT_SIZES = {
  width: { least: 2, most: 4096 },
  depth: { least: 1, most: 32 },
  bits: { least: 2, most: 16 },
  batch: { least: 1, most: 16_384 },
} as const;
export type SweptSize = keyof typeof SWEPT_SIZES;

/** `width-64`, `depth-3`, `bits-6`, `batch-100`: the id of the workload of that size. */
export function sweptId(size: SweptSize, value: number): string {
  return `${size}-${value}`;
}

/** The workload of such an id; null: the id of something else, or a size out of bounds. */
export function sweptWorkload(id: string): Workload | null {
  const [, size, digits] = /^(width|depth|bits|batch)-([1-9]\d{0,4})$/.exec(id) ?? [];
  if (size === undefined) return null;
  const { least, most } = SWEPT_SIZES[size as SweptSize];
  const value = Number(digits);
  if (value < least || value > most) return null;
  const width = size === 'bits' ? USUAL_OF_BITS : size === 'batch' ? USUAL_OF_BATCH : USUAL.width;
  return randomWorkload(id, size, { ...USUAL, width, [size]: value });
}

/** The workload `dense-<width>`: one layer. */
export function squareLayer(width: number): Workload {
  return randomWorkload(`dense-${width}`, 'dense', { ...USUAL, width });
}

function randomWorkload(id: string, group: string, sizes: Sizes): Workload {
  return {
    id,
    group,
    title: titleOf(sizes),
    // Samples share ciphertexts in this one alone.
    layouts: sizes.batch === null ? ['batched', 'packed'] : ['batched'],
    async prepare(request) {
      const count = Math.max(SAMPLES, sizes.batch ?? 0);
      const vectors = (what: string): readonly Float64Array[] => {
        const random = Random.from(request.seed, `${id} ${what}`);
        return Array.from({ length: count }, () => new Float64Array(sizes.width).map(() => random.uniform(-1, 1)));
      };
      const samples = vectors('inputs');
      const calibration = vectors('calibration');
      return Promise.resolve(
        prepareNetwork(request, {
          network: randomNetwork(sizes, request.seed),
          samples: count,
          sample: (index) => samples[index]!,
          labels: null,
          calibration: { inputs: calibration, words: `${count} other random vectors` },
          data: `${count} random vectors, uniform from -1 to 1 (seed ${request.seed})`,
          quantisation: { input: signedInput(sizes.bits), weightBits: sizes.bits },
          tables: null,
          // Proven ranges of squares of squares are far wider than any value.
          ranges: () => (sizes.depth === 1 ? { bound: 'proven' } : { bound: 'calibrated', samples: calibration, margin: 2 }),
          degree: 2,
          ...(sizes.batch === null ? {} : { batch: sizes.batch }),
        }),
      );
    },
  };
}

function titleOf({ width, depth, bits, batch }: Sizes): string {
  const layers = depth === 1 ? 'Dense layer' : `${depth} dense layers`;
  const remarks = [bits === USUAL.bits ? '' : ` of ${bits} bits`, batch === null ? '' : `, ${batch} samples at once`];
  return `${layers} ${width} x ${width}, random weights${remarks.join('')}`;
}

function randomNetwork({ width, depth }: Sizes, seed: number): Network {
  const layers = Array.from({ length: depth }, (_, at) => {
    const dense = randomLayer(width, depth === 1 ? 'dense' : `dense ${at + 1}`, seed);
    return at === 0 ? [dense] : [{ kind: 'activation', name: `square ${at}`, activation: 'square' } as const, dense];
  });
  return { input: { shape: vectorShape(width), min: -1, max: 1 }, layers: layers.flat() };
}

/** Normal weights of variance 1 / width, so that outputs keep the size of inputs; no bias. */
function randomLayer(width: number, name: string, seed: number): DenseLayer {
  const random = Random.from(seed, `${name}-${width} weights`);
  const weights = new Float64Array(width * width).map(() => random.normal(0, 1 / Math.sqrt(width)));
  return { kind: 'dense', name, inputs: width, outputs: width, weights, bias: new Float64Array(width) };
}
