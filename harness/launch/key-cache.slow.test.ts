/** @module */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { open, seal } from '../../schemes/envelope.ts';
import type { ClientPlan } from '../../schemes/scheme.ts';
import { fuzz, mutateBytes, MUTATIONS } from '../../workloads/data/fuzz.fixture.ts';
import { Random } from '../../workloads/data/random.ts';
import { keepKeys, readKeys } from './key-cache.ts';

const random = Random.from(1, 'key files');
const folder = mkdtempSync(join(tmpdir(), 'enigmark-key-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

const parameters = { id: 'small', dimension: 8 };
const plan: ClientPlan = {
  ...{ id: '1'.repeat(64), scheme: 'any', parameters, encryption: 'symmetric', ports: {}, keys: ['a', 'b'], details: null },
};
const keys = plan.keys.map((kind) => {
  return { kind, bytes: seal({ kind: 'key', plan: plan.id, name: kind, pass: 0, payload: new Uint8Array(100).fill(kind.length) }) };
});
keepKeys(folder, plan, { secret: Uint8Array.of(7, 1, 5), keys });
const path = join(folder, readdirSync(folder)[0]!);
const sound = readFileSync(path);

/** Whether it was read; what was read is whole. */
function readAgain(bytes: Uint8Array): string {
  writeFileSync(path, bytes);
  const kept = readKeys(folder, plan);
  for (const { kind, bytes: key } of kept!.keys) open(key, { kind: 'key', plan: plan.id, name: kind, pass: 0 });
  return 'read';
}

test('damaged key files are refused with a code', () => {
  const outcomes = fuzz('key files', MUTATIONS, () => readAgain(mutateBytes(sound, random)));
  // A mutation may leave every byte as it was.
  expect(outcomes.get('KEY_CACHE_DAMAGED')).toBeGreaterThan(0.98 * MUTATIONS);
});

test('damage that somebody made fit the digest crashes nothing either', () => {
  const outcomes = fuzz('key files with a digest that fits', MUTATIONS, () => {
    const content = mutateBytes(sound.subarray(32), random);
    return readAgain(Buffer.concat([createHash('sha256').update(content).digest(), content]));
  });
  expect([...outcomes.keys()].sort()).toEqual(['KEY_CACHE_DAMAGED', 'read']);
});
