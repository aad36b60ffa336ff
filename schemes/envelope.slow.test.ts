/** @module */
import { expect, test } from 'vitest';
import { fuzz, mutateBytes, MUTATIONS } from '../workloads/data/fuzz.fixture.ts';
import { Random } from '../workloads/data/random.ts';
import { openAny, seal } from './envelope.ts';

const random = Random.from(1, 'envelopes');
const plan = 'c0'.repeat(32);
const sound = { kind: 'ciphertext', plan, name: 'input', pass: 3, payload: Uint8Array.from({ length: 200 }, (_, at) => at) } as const;

test('damaged envelopes are refused with a code, or are what they say byte for byte', () => {
  const bytes = seal(sound);
  const outcomes = fuzz('envelopes', MUTATIONS, () => {
    const mutant = mutateBytes(bytes, random);
    // Nothing is dropped and nothing made up: what was read gives the same bytes again.
    expect(Buffer.from(seal(openAny(mutant, plan))).equals(mutant)).toBe(true);
    return 'parsed';
  });
  expect([...outcomes.keys()].sort()).toEqual(['ENVELOPE_DAMAGED', 'WRONG_PLAN', 'parsed']);
});
