/**
 * Checks at a plan's ports, the same in every adapter.
 *
 * @module
 */
import type { Values } from './circuit.ts';
import { EnigmarkError } from './errors.ts';
import type { Port } from './scheme.ts';

/**
 * The port of a plan.
 *
 * @param ports `ClientPlan.ports`
 * @param name an input port, or `circuit.output`
 * @returns its type, shape and passes
 * @throws EnigmarkError UNKNOWN_PORT
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { portOf } from 'enigmark';
 *
 * const type = { width: 1, min: 0, max: 255, step: 1, bound: 'proven' } as const;
 * const ports = { image: { type, shape: { rows: 1, columns: 4 }, passes: 1 } } as const;
 * assert.equal(portOf(ports, 'image').type.max, 255);
 * assert.throws(() => portOf(ports, 'label'), { code: 'UNKNOWN_PORT' });
 * ```
 */
export function portOf(ports: Readonly<Record<string, Port>>, name: string): Port {
  const port = Object.hasOwn(ports, name) ? ports[name] : undefined;
  if (port === undefined) {
    throw new EnigmarkError('UNKNOWN_PORT', {
      expected: `one of the ports ${Object.keys(ports).join(', ')}`,
      got: `'${name}'`,
      remedy: 'name a port of the compiled plan',
    });
  }
  return port;
}

/**
 * The number of ciphertexts that a port is given must be the one that it has.
 *
 * @param port a port of the plan
 * @param name its name, for the message
 * @param width how many ciphertexts came
 * @throws EnigmarkError WRONG_WIDTH
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { expectWidth } from 'enigmark';
 *
 * const type = { width: 1, min: 0, max: 255, step: 1, bound: 'proven' } as const;
 * const ports = { image: { type, shape: { rows: 1, columns: 4 }, passes: 1 } } as const;
 * expectWidth(ports.image, 'image', 1);
 * assert.throws(() => expectWidth(ports.image, 'image', 2), { code: 'WRONG_WIDTH' });
 * ```
 */
export function expectWidth(port: Port, name: string, width: number): void {
  if (width !== port.type.width) {
    throw new EnigmarkError('WRONG_WIDTH', {
      expected: `${port.type.width} ciphertexts for port '${name}'`,
      got: `${width}`,
      remedy: 'send one envelope per ciphertext of the port',
    });
  }
}

/**
 * How many envelopes the ciphertexts of a port travel in.
 *
 * @param port a port of the plan
 * @returns its width, or less where `perEnvelope` says that envelopes carry several ciphertexts
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { envelopesOf } from 'enigmark';
 *
 * const type = { width: 5, min: 0, max: 255, step: 1, bound: 'proven' } as const;
 * const port = { type, shape: { rows: 1, columns: 1 }, passes: 1 } as const;
 * assert.equal(envelopesOf(port), 5);
 * assert.equal(envelopesOf({ ...port, perEnvelope: 4 }), 2);
 * ```
 */
export function envelopesOf({ type, perEnvelope = 1 }: Port): number {
  return Math.ceil(type.width / perEnvelope);
}

/**
 * The number of envelopes that arrive for a port must be the one that its ciphertexts travel in.
 *
 * @param port a port of the plan
 * @param name its name, for the message
 * @param count how many envelopes came
 * @throws EnigmarkError WRONG_WIDTH
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { expectEnvelopes } from 'enigmark';
 *
 * const type = { width: 5, min: 0, max: 255, step: 1, bound: 'proven' } as const;
 * const port = { type, shape: { rows: 1, columns: 1 }, passes: 1, perEnvelope: 4 } as const;
 * expectEnvelopes(port, 'image', 2);
 * assert.throws(() => expectEnvelopes(port, 'image', 5), { code: 'WRONG_WIDTH' });
 * ```
 */
export function expectEnvelopes(port: Port, name: string, count: number): void {
  if (count === envelopesOf(port)) return;
  throw new EnigmarkError('WRONG_WIDTH', {
    expected: `${envelopesOf(port)} envelopes for port '${name}'`,
    got: `${count}`,
    remedy: 'send all envelopes of the port, as they were made',
  });
}

/**
 * Values that a client is about to encrypt: one list per ciphertext, no more numbers than slots, none outside the port's range.
 *
 * @param port the port that they are for
 * @param name its name, for the message
 * @param bundle one list of numbers for each ciphertext, in slot order
 * @throws EnigmarkError WRONG_WIDTH, TOO_MANY_VALUES (also of numbers behind the filled slots), VALUE_OUT_OF_RANGE
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { expectValues } from 'enigmark';
 *
 * const type = { width: 1, min: 0, max: 255, step: 1, bound: 'proven' } as const;
 * const ports = { image: { type, shape: { rows: 1, columns: 4 }, passes: 1 } } as const;
 * expectValues(ports.image, 'image', [Float64Array.of(0, 128, 255)]);
 * assert.throws(() => expectValues(ports.image, 'image', [Float64Array.of(256)]), { code: 'VALUE_OUT_OF_RANGE' });
 * ```
 */
export function expectValues(port: Port, name: string, bundle: readonly Values[]): void {
  expectWidth(port, name, bundle.length);
  const { min, max, step } = port.type;
  const slots = port.shape.rows * port.shape.columns;
  for (const values of bundle) {
    if (values.length > slots) {
      throw new EnigmarkError('TOO_MANY_VALUES', {
        expected: `at most ${slots} numbers in a ciphertext of port '${name}'`,
        got: `${values.length}`,
        remedy: 'spread them over more ciphertexts',
      });
    }
    expectZeros(port, name, values);
    const wrong = values instanceof Float64Array && step === null ? firstOutside(values, min, max) : firstUncounted(values, min, max);
    if (wrong < 0) continue;
    throw new EnigmarkError('VALUE_OUT_OF_RANGE', {
      expected: `${step === null ? 'numbers' : 'whole numbers'} from ${min} to ${max} for port '${name}'`,
      got: `${values[wrong]!} in slot ${wrong}`,
      remedy: 'widen the range in the plan, or scale the data',
    });
  }
}

/** A number where the plan counts on a zero would spoil its neighbours. */
function expectZeros({ type: { filled } }: Port, name: string, values: Values): void {
  if (filled === undefined) return;
  for (let slot = filled; slot < values.length; slot++) {
    if (Number(values[slot]) === 0) continue;
    throw new EnigmarkError('TOO_MANY_VALUES', {
      expected: `zeros behind the first ${filled} slots of port '${name}'`,
      got: `${values[slot]!} in slot ${slot}`,
      remedy: 'arrange the values as the plan says',
    });
  }
}

/** Slot of the first number that is not in the range, -1 where all are. A loop of its own: every encryption runs it. */
function firstOutside(values: Float64Array, min: number, max: number): number {
  const { length } = values;
  for (let slot = 0; slot < length; slot++) {
    const value = values[slot]!;
    if (!(value >= min && value <= max)) return slot;
  }
  return -1;
}

/** The same for counted values, which must be whole besides. */
function firstUncounted(values: Values, min: number, max: number): number {
  for (let slot = 0; slot < values.length; slot++) {
    const value = values[slot]!;
    if (!(value >= min && value <= max) || (typeof value !== 'bigint' && !Number.isInteger(value))) return slot;
  }
  return -1;
}
