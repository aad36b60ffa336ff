/**
 * Checks at a plan's ports, the same in every adapter.
 *
 * @module
 */
import type { Values } from './circuit.ts';
import { EnigmarkError } from './errors.ts';
import type { Port } from './scheme.ts';

/** The port of a plan. @throws EnigmarkError UNKNOWN_PORT */
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

/** @throws EnigmarkError WRONG_WIDTH where a port is given another number of ciphertexts than it has. */
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
 * Values that a client is about to encrypt: one list per ciphertext, no more numbers than slots, none outside the port's range.
 * @throws EnigmarkError WRONG_WIDTH, TOO_MANY_VALUES (also of numbers behind the filled slots), VALUE_OUT_OF_RANGE
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
