/**
 * What a record's `data` says of a network's activations, in words that hold for one layer each.
 *
 * @module
 */

/** A polynomial in the place of an activation. */
export interface Approximation {
  readonly layer: string;
  readonly activation: string;
  readonly degree: number;
  /** `relu 1: relu by a polynomial of degree 2, off by at most 0.251 on [-4.02, 4.02]` */
  readonly words: string;
}

const APPROXIMATED = /^(.+): (\S+) by a polynomial of degree (\d+), off by /;
const LOOKED_UP = /^(.+): (?:a table of \d+ entries|a sign by table)/;

/** Activations that a polynomial stands for, in the order of the layers. */
export function approximationsIn(data: string): readonly Approximation[] {
  return data.split('; ').flatMap((words) => {
    const [, layer, activation, degree] = APPROXIMATED.exec(words) ?? [];
    return layer === undefined || activation === undefined ? [] : [{ layer, activation, degree: Number(degree), words }];
  });
}

/** Layers whose activation is looked up in a table, and so is the function itself. */
export function tableLayersIn(data: string): readonly string[] {
  return data.split('; ').flatMap((words) => LOOKED_UP.exec(words)?.[1] ?? []);
}
