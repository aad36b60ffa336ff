/**
 * Reading what earlier versions of Enigmark wrote. What the meaning of a field allows is carried over; what an earlier version did
 * not write down becomes `null` with a reason. A record that is older than its own version's last form is refused by the schema.
 *
 * | version | what changed in it |
 * | --- | --- |
 * | 2 | records have `baseline` and `stopped`; run.json has `sampling` |
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import { type LaunchRecord, parseRecord } from './record.ts';
import { SCHEMA_VERSION } from './schema-version.ts';
import { parseRunInformation, type RunInformation } from './run-information.ts';

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
  const notes = { ...(isObject(record['notes']) ? record['notes'] : {}), baseline: BASELINE_NOT_TIMED };
  return { ...raised, baseline: null, stopped: null, notes };
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
