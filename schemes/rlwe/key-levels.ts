/**
 * At how many data primes a program uses each key at most: no more of a key needs to be kept.
 *
 * @module
 */
import type { RlweProgram } from './program.ts';

export interface KeyLevels {
  /** 0: not used. */
  readonly relinearization: number;
  /** By step of the plan; 0 exchanges the rows. */
  readonly rotations: ReadonlyMap<number, number>;
}

export function keyLevels({ circuits, details }: RlweProgram): KeyLevels {
  const most = (ops: readonly string[]): number => {
    const levels = circuits.flatMap(({ instructions }) => instructions.filter(({ op }) => ops.includes(op)).map(({ limbs }) => limbs));
    return Math.max(0, ...levels);
  };
  // The program holds no steps: they are in the circuits, which come later. Every rotation key gets the highest level of any rotation.
  const rotating = most(['rotate', 'fold', 'transform']);
  const swapping = most(['swapRows']);
  const rotations = details.rotations.map((step) => [step, step === 0 ? swapping : rotating] as const);
  return { relinearization: most(['relinearize']), rotations: new Map(rotations) };
}
