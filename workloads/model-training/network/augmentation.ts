/**
 * Slightly changed copies of images: an affine map near the identity and a smooth random displacement (Simard, Steinkraus and Platt,
 * "Best practices for convolutional neural networks applied to visual document analysis", ICDAR 2003).
 *
 * @module
 */
import type { Random } from '../../data/random.ts';

export interface Augmentation {
  /** Largest turn. */
  readonly rotation_degrees: number;
  /** Largest change of size, as a share. */
  readonly scaling: number;
  /** Largest slant: horizontal pixels per vertical pixel. */
  readonly shear: number;
  /** Largest shift in both directions. */
  readonly shift_pixels: number;
  /** Standard deviation of the displacement at the points of a coarse grid, between which it is interpolated. */
  readonly elastic_pixels: number;
}

/** Points of the displacement grid along each side. */
const GRID = 5;

/** Draws changed copies of square images of `side` pixels along each side, values from 0 to 1, black around. */
export class Augmenter {
  readonly #augmentation: Augmentation;
  readonly #side: number;
  readonly #random: Random;
  readonly #gridX = new Float64Array(GRID * GRID);
  readonly #gridY = new Float64Array(GRID * GRID);

  constructor(augmentation: Augmentation, side: number, random: Random) {
    this.#augmentation = augmentation;
    this.#side = side;
    this.#random = random;
  }

  /** Writes a changed copy of `image` into `copy`. */
  draw(image: Float64Array, copy: Float64Array): void {
    const { rotation_degrees, scaling, shear, shift_pixels, elastic_pixels } = this.#augmentation;
    const around = (most: number): number => this.#random.uniform(-most, most);
    const turn = (around(rotation_degrees) * Math.PI) / 180;
    const scaleX = 1 + around(scaling);
    const scaleY = 1 + around(scaling);
    const slant = around(shear);
    const shiftX = around(shift_pixels);
    const shiftY = around(shift_pixels);
    for (const grid of [this.#gridX, this.#gridY]) {
      for (let point = 0; point < grid.length; point++) grid[point] = elastic_pixels === 0 ? 0 : this.#random.normal(0, elastic_pixels);
    }
    const side = this.#side;
    const middle = (side - 1) / 2;
    const cos = Math.cos(turn);
    const sin = Math.sin(turn);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const upright = (y - middle) * scaleY;
        const across = (x - middle) * scaleX + slant * upright;
        const fromX = middle + cos * across - sin * upright + shiftX + this.#displacement(this.#gridX, x, y);
        const fromY = middle + sin * across + cos * upright + shiftY + this.#displacement(this.#gridY, x, y);
        copy[y * side + x] = interpolate(image, side, fromX, fromY);
      }
    }
  }

  /** The grid spans the image. */
  #displacement(grid: Float64Array, x: number, y: number): number {
    return interpolate(grid, GRID, (x * (GRID - 1)) / (this.#side - 1), (y * (GRID - 1)) / (this.#side - 1));
  }
}

/** Bilinear between the four nearest values of a square field; zero outside. */
function interpolate(field: Float64Array, side: number, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  if (left < -1 || top < -1 || left >= side || top >= side) return 0;
  const right = x - left;
  const below = y - top;
  const first = top * side + left;
  const hasLeft = left >= 0;
  const hasRight = left + 1 < side;
  let value = 0;
  if (top >= 0) value += (1 - below) * ((hasLeft ? (1 - right) * field[first]! : 0) + (hasRight ? right * field[first + 1]! : 0));
  if (top + 1 < side) {
    value += below * ((hasLeft ? (1 - right) * field[first + side]! : 0) + (hasRight ? right * field[first + side + 1]! : 0));
  }
  return value;
}
