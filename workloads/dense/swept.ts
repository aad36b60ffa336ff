/**
 * Networks of random weights of which one size is chosen: width, depth, or bits. How the cost grows with it.
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

const SAMPLES = 64;

interface Sizes {
  /** Inputs and outputs of every layer. */
  readonly width: number;
  /** Dense layers, with a square between each two. */
  readonly depth: number;
  /** Of inputs and weights, where a scheme asks for whole numbers. */
  readonly bits: number;
}

const USUAL: Sizes = { width: 64, depth: 1, bits: 8 };
const USUAL_OF_BITS = 256;

/** What `--sweep` may vary, and the bounds within which it makes sense. */
export const SWEPT_SIZES = {
  width: { least: 2, most: 4096 },
  depth: { least: 1, most: 32 },
  bits: { least: 2, most: 16 },
} as const;
export type SweptSize = keyof typeof SWEPT_SIZES;

/** `width-64`, `depth-3`, `bits-6`: the id of the workload of that size. */
export function sweptId(size: SweptSize, value: number): string {
  return `${size}-${value}`;
}

/** The workload of such an id; null: the id of something else, or a size out of bounds. */
export function sweptWorkload(id: string): Workload | null {
  const [, size, digits] = /^(width|depth|bits)-([1-9]\d{0,3})$/.exec(id) ?? [];
  if (size === undefined) return null;
  const { least, most } = SWEPT_SIZES[size as SweptSize];
  const value = Number(digits);
  if (value < least || value > most) return null;
  const width = size === 'bits' ? USUAL_OF_BITS : USUAL.width;
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
    layouts: ['batched', 'packed'],
    async prepare(request) {
      const vectors = (what: string): readonly Float64Array[] => {
        const random = Random.from(request.seed, `${id} ${what}`);
        return Array.from({ length: SAMPLES }, () => new Float64Array(sizes.width).map(() => random.uniform(-1, 1)));
      };
      const samples = vectors('inputs');
      const calibration = vectors('calibration');
      return Promise.resolve(
        prepareNetwork(request, {
          network: randomNetwork(sizes, request.seed),
          samples: SAMPLES,
          sample: (index) => samples[index]!,
          labels: null,
          calibration: { inputs: calibration, words: `${SAMPLES} other random vectors` },
          data: `${SAMPLES} random vectors, uniform from -1 to 1 (seed ${request.seed})`,
          quantisation: { input: signedInput(sizes.bits), weightBits: sizes.bits },
          tables: null,
          // Proven ranges of squares of squares are far wider than any value.
          ranges: () => (sizes.depth === 1 ? { bound: 'proven' } : { bound: 'calibrated', samples: calibration, margin: 2 }),
          degree: 2,
        }),
      );
    },
  };
}

function titleOf({ width, depth, bits }: Sizes): string {
  const layers = depth === 1 ? 'Dense layer' : `${depth} dense layers`;
  return `${layers} ${width} x ${width}, random weights${bits === USUAL.bits ? '' : ` of ${bits} bits`}`;
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
