/**
 * Values of a batch to slots and back, by the public rule of an `Arrangement`.
 *
 * @module
 */
import type { SlotShape, Values } from '../../schemes/circuit.ts';
import type { Arrangement } from '../../workloads/plan.ts';

const ZERO_SLOT = -1;

/**
 * Slots of every ciphertext of a port.
 * @throws RangeError where the rule names a number that the batch does not have, or has not one entry per slot: a planner's bug.
 */
export function arrange(arrangement: Arrangement, shape: SlotShape, batch: Values): Values[] {
  const slots = shape.rows * shape.columns;
  return arrangement.index.map((index) => {
    if (index.length !== slots) throw new RangeError(`an arrangement for ${slots} slots has ${index.length} entries`);
    const arranged: Float64Array | bigint[] = batch instanceof Float64Array ? new Float64Array(slots) : new Array<bigint>(slots).fill(0n);
    for (let slot = 0; slot < slots; slot++) {
      const number = index[slot]!;
      if (number === ZERO_SLOT) continue;
      const value = batch[number];
      if (value === undefined) throw new RangeError(`an arrangement names number ${number} of a batch of ${batch.length}`);
      arranged[slot] = value;
    }
    return arranged;
  });
}

/**
 * The batch of `samples` samples that the slots hold, sample-major: each number from the first slot that names it.
 * @throws RangeError where a number is in no slot, or ciphertexts and rule differ in count or length: a planner's bug.
 */
export function collect(arrangement: Arrangement, samples: number, ciphertexts: readonly Values[]): Values {
  if (ciphertexts.length !== arrangement.index.length) {
    throw new RangeError(`an arrangement of ${arrangement.index.length} ciphertexts was given ${ciphertexts.length}`);
  }
  const length = samples * arrangement.values;
  const found: (number | bigint | undefined)[] = new Array<undefined>(length).fill(undefined);
  for (const [at, index] of arrangement.index.entries()) {
    const slots = ciphertexts[at]!;
    if (slots.length < index.length) throw new RangeError(`an arrangement for ${index.length} slots was given ${slots.length}`);
    for (let slot = 0; slot < index.length; slot++) {
      const number = index[slot]!;
      if (number >= 0 && number < length) found[number] ??= slots[slot]!;
    }
  }
  const missing = found.indexOf(undefined);
  if (missing >= 0) throw new RangeError(`no slot holds number ${missing} of the batch`);
  return ciphertexts.every((slots) => slots instanceof Float64Array)
    ? Float64Array.from(found as number[])
    : found.map((value) => BigInt(value!));
}
