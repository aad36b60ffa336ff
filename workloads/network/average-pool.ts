/**
 * Average pooling: each channel's windows become their mean.
 *
 * @module
 */
import type { LinearMap } from './linear-map.ts';
import { type Shape, sizeOf } from './shape.ts';
import { SparseRows } from './sparse.ts';
import { metAt, type PerDirection, type PerSide, type Slide, slidesOf, type Slides } from './window.ts';

export interface AveragePoolLayer {
  readonly kind: 'averagePool';
  readonly name: string;
  readonly height: number;
  readonly width: number;
  /** From one window to the next. */
  readonly stride: PerDirection;
  /** Zeros added; none where it is left out. */
  readonly padding?: PerSide | 'same' | undefined;
  /** Zeros of the padding count in the mean, as in PyTorch; otherwise only pixels do. Where it is left out they count. */
  readonly countPadding?: boolean | undefined;
}

/** @throws EnigmarkError NETWORK_SHAPE where a window is larger than the padded image */
export function poolSlides({ name, height, width, stride, padding = 0 }: AveragePoolLayer, input: Shape): Slides {
  return slidesOf(name, { height, width, stride, padding }, input);
}

/** @throws EnigmarkError NETWORK_SHAPE */
export function averagePoolShape(layer: AveragePoolLayer, input: Shape): Shape {
  const { down, across } = poolSlides(layer, input);
  return { channels: input.channels, height: down.places, width: across.places };
}

/** By definition, pixel by pixel. */
export function evaluateAveragePool(layer: AveragePoolLayer, input: Float64Array, shape: Shape): Float64Array {
  const { down, across } = poolSlides(layer, shape);
  const isInside = (y: number, x: number): boolean => y >= 0 && y < shape.height && x >= 0 && x < shape.width;
  const result = new Float64Array(shape.channels * down.places * across.places);
  let next = 0;
  for (let channel = 0; channel < shape.channels; channel++) {
    for (let y = 0; y < down.places; y++) {
      for (let x = 0; x < across.places; x++) {
        let [sum, count] = [0, 0];
        for (let v = 0; v < layer.height; v++) {
          for (let u = 0; u < layer.width; u++) {
            const [row, column] = [y * down.stride + v - down.before, x * across.stride + u - across.before];
            if (isInside(row, column)) sum += input[(channel * shape.height + row) * shape.width + column]!;
            if (layer.countPadding !== false || isInside(row, column)) count++;
          }
        }
        result[next++] = count === 0 ? 0 : sum / count;
      }
    }
  }
  return result;
}

/** For every place, the pixels from one to behind another, and how much of the window counts. */
export function pooledAt(
  slide: Slide,
  length: number,
  countPadding = true,
): readonly { readonly from: number; readonly to: number; readonly count: number }[] {
  return Array.from({ length: slide.places }, (_, place) => {
    const { from, to, first } = metAt(slide, place, length);
    return { from: first, to: first + to - from, count: countPadding ? slide.size : Math.max(1, to - from) };
  });
}

export function averagePoolMap(layer: AveragePoolLayer, input: Shape): LinearMap {
  const { down, across } = poolSlides(layer, input);
  const rowsMet = pooledAt(down, input.height, layer.countPadding);
  const columnsMet = pooledAt(across, input.width, layer.countPadding);
  const rows = new SparseRows(sizeOf(input));
  for (let channel = 0; channel < input.channels; channel++) {
    for (const vertical of rowsMet) {
      for (const horizontal of columnsMet) {
        const share = 1 / (vertical.count * horizontal.count);
        for (let y = vertical.from; y < vertical.to; y++) {
          for (let x = horizontal.from; x < horizontal.to; x++) rows.add((channel * input.height + y) * input.width + x, share);
        }
        rows.endRow();
      }
    }
  }
  return { matrix: rows.matrix(null), bias: new Float64Array(input.channels * down.places * across.places) };
}
