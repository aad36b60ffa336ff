/**
 * Reading what earlier versions of Enigmark wrote. What the meaning of a field allows is carried over; what an earlier version did
 * not write down becomes `null` with a reason. A record that is older than its own version's last form is refused by the schema.
 *
 * | version | what changed in it |
 * | --- | --- |
 * | 2 | records have `baseline`, `stopped`, `accuracy.heldOut`, `memory` by side and kind, `bytes.packed`; run.json has `sampling` |
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { type LaunchRecord, parseRecord } from './record.ts';
import { parseRunInformation, type RunInformation } from './run-information.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A record of this version, from one of this version or an earlier one.
 *
 * @throws EnigmarkError SCHEMA_NEWER; RECORD_INVALID as `parseRecord` does.
 */
export function readRecord(value: unknown): LaunchRecord {
  refuseNewer(value, 'a record');
  return parseRecord(isOfVersion1(value) ? recordFromVersion1(value) : value);
}

/**
 * The facts of run.json, from one of this version or an earlier one.
 *
 * @throws EnigmarkError SCHEMA_NEWER; RUN_INFORMATION_INVALID as `parseRunInformation` does.
 */
export function readRunInformation(value: unknown): RunInformation {
  refuseNewer(value, 'a run.json');
  return parseRunInformation(isOfVersion1(value) ? { ...value, schemaVersion: SCHEMA_VERSION, sampling: null } : value);
}

const BASELINE_NOT_TIMED = 'recorded by an earlier version of Enigmark, which did not time the float network';

/** Launches of networks have stages; launches without figures are as they were. */
function recordFromVersion1(record: Fields): unknown {
  const raised = { ...record, schemaVersion: SCHEMA_VERSION };
  const primitives = record['primitives'];
  if (Array.isArray(primitives)) {
    return { ...raised, primitives: primitives.map((one: unknown) => (isObject(one) ? { ...one, stopped: null } : one)) };
  }
  if (!('stages' in record)) return raised;
  const earlier = isObject(record['notes']) ? record['notes'] : {};
  const accuracy = accuracyFromVersion1(record['accuracy'], earlier);
  const memory = memoryFromVersion1(record['memory'], record['library'], earlier);
  const bytes = isObject(record['bytes']) ? { ...record['bytes'], packed: null } : record['bytes'];
  const notes = { ...earlier, baseline: BASELINE_NOT_TIMED, 'bytes.packed': NOT_COMPUTED, ...accuracy.notes, ...memory.notes };
  return { ...raised, baseline: null, stopped: null, accuracy: accuracy.value, memory: memory.value, bytes, notes };
}

interface Migrated {
  readonly value: unknown;
  readonly notes: Fields;
}

const NOT_COMPUTED = 'recorded by an earlier version of Enigmark, which did not compute it';
const NOT_PAIRED =
  'recorded by an earlier version of Enigmark: float and planned are of the encrypted samples alone, and were not compared in pairs';
const NOT_TOLD_APART = 'recorded by an earlier version of Enigmark, which did not tell kinds of memory apart';

/** Float and planned accuracy were of the encrypted samples; errors were held against the range that the plan gave. */
function accuracyFromVersion1(accuracy: unknown, earlier: Fields): Migrated {
  if (!isObject(accuracy)) return { value: accuracy, notes: {} };
  const { float, planned, ...kept } = accuracy;
  const outputRangeSource = 'what the plan gave the outputs, as earlier versions counted';
  if (float === null || planned === null) {
    const notes = { 'accuracy.heldOut': earlier['accuracy.float'] ?? NOT_COMPUTED };
    return { value: { ...kept, heldOut: null, outputRangeSource }, notes };
  }
  const heldOut = { samples: accuracy['samples'], float, planned, onlyFloat: null, onlyPlanned: null, p: null };
  const paths = ['onlyFloat', 'onlyPlanned', 'p'].map((field) => `accuracy.heldOut.${field}`);
  return { value: { ...kept, heldOut, outputRangeSource }, notes: Object.fromEntries(paths.map((path) => [path, NOT_PAIRED])) };
}

/** Wasm memory was what a side had taken from the system, but for TFHE's client; the heap was that of the whole process. */
function memoryFromVersion1(memory: unknown, library: unknown, earlier: Fields): Migrated {
  if (!isObject(memory)) return { value: memory, notes: {} };
  const { method, client_bytes, evaluator_bytes, ...kept } = memory;
  const ofTfhe = isObject(library) && library['name'] === 'node-tfhe';
  const side = (bytes: unknown, known: boolean): Fields => ({
    reserved_bytes: method === 'wasm' && known ? (bytes ?? null) : null,
    live_bytes: null,
    buffers_bytes: null,
  });
  const sides = { client: side(client_bytes, !ofTfhe), evaluator: side(evaluator_bytes, true) };
  const notes: Record<string, unknown> = {};
  for (const [name, fields] of Object.entries(sides)) {
    for (const field of Object.keys(fields)) {
      if (fields[field] === null) notes[`memory.${name}.${field}`] = earlier[`memory.${name}_bytes`] ?? NOT_TOLD_APART;
    }
  }
  return { value: { ...kept, ...sides }, notes };
}

function refuseNewer(value: unknown, what: string): void {
  const version = isObject(value) ? value['schemaVersion'] : null;
  if (typeof version !== 'number' || !Number.isInteger(version) || version <= SCHEMA_VERSION) return;
  throw new EnigmarkError('SCHEMA_NEWER', {
    expected: `${what} of schema version ${SCHEMA_VERSION} or earlier`,
    got: `version ${version}, which a newer Enigmark wrote`,
    remedy: 'read it with that version',
  });
}

function isOfVersion1(value: unknown): value is Fields {
  return isObject(value) && value['schemaVersion'] === 1;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
