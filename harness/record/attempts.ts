/**
 * Records of one launch: a launch counts once, however often it was repeated or its record copied.
 *
 * @module
 */
import type { LaunchRecord } from './record.ts';

/** Same key, same launch. The id does not name the encryption. */
export function launchKey({ id, launch, encryption }: Pick<LaunchRecord, 'id' | 'launch' | 'encryption'>): string {
  return `${id} ${launch} ${encryption}`;
}

export function attemptOf({ attempt }: Pick<LaunchRecord, 'attempt'>): number {
  return attempt ?? 1;
}

/** The last attempt of every launch, each in the place of its first. */
export function lastAttempts(records: readonly LaunchRecord[]): LaunchRecord[] {
  const last = new Map<string, LaunchRecord>();
  for (const record of records) {
    const known = last.get(launchKey(record));
    if (known === undefined || attemptOf(record) > attemptOf(known)) last.set(launchKey(record), record);
  }
  return [...last.values()];
}
