/**
 * How the values of a layer are arranged. Values are numbered channel by channel, row by row: value (c, y, x) of a shape has number
 * (c * height + y) * width + x.
 *
 * @module
 */

export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Number of values. */
export function sizeOf({ channels, height, width }: Shape): number {
  return channels * height * width;
}

/** '1 x 28 x 28' */
export function shapeText({ channels, height, width }: Shape): string {
  return `${channels} x ${height} x ${width}`;
}

/** The shape of values in a row. */
export function vectorShape(values: number): Shape {
  return { channels: values, height: 1, width: 1 };
}
