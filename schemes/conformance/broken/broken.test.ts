/** @module */
import { expect, test } from 'vitest';
import { brokenRefusals } from './broken-refusals.fixture.ts';
import { brokenPromises, wrongResults } from './broken-results.fixture.ts';
import { keptMemory, toldSecrets } from './broken-secrets.fixture.ts';
import { claims } from '../describe-conformance.ts';
import { outcomesOf } from '../outcomes.fixture.ts';
import { cleartext, masked } from '../toy.fixture.ts';

const adapters = [...wrongResults, ...brokenPromises, ...brokenRefusals, ...toldSecrets, ...keptMemory];
const shape = { rows: 1, columns: 32 } as const;
const TIMEOUT_MS = 20_000;
/** A hang is noticed by the runner's limit alone. */
const HANG_MS = 2_000;

test.for([
  { kind: 'real', scheme: cleartext('real') },
  { kind: 'integer', scheme: cleartext('integer') },
  { kind: 'masked', scheme: masked() },
])('the sound adapter passes every claim: $kind', async ({ scheme }) => {
  const outcomes = await outcomesOf({ scheme, shape }, TIMEOUT_MS);
  expect(outcomes.length).toBeGreaterThan(100);
  expect(outcomes.filter(({ error }) => error !== null)).toEqual([]);
});

test('every claim has an adapter that breaks it', () => {
  expect(new Set(adapters.map(({ caughtBy }) => caughtBy))).toEqual(new Set(claims.map(({ title }) => title)));
});

test('every broken adapter is caught by the claim that it breaks', async () => {
  const missed: string[] = [];
  const lines: string[] = [];
  for (const { way, caughtBy, scheme } of adapters) {
    const outcomes = await outcomesOf({ scheme, shape }, way.startsWith('hangs') ? HANG_MS : TIMEOUT_MS, caughtBy);
    const failed = outcomes.filter(({ error }) => error !== null);
    if (failed.length === 0) missed.push(way);
    lines.push(`${way}: ${failed.length} of ${outcomes.length} tests of '${caughtBy}', first '${failed[0]?.test ?? 'none'}'`);
  }
  console.log([...lines, `caught / tried: ${adapters.length - missed.length} / ${adapters.length}`].join('\n'));
  expect(missed).toEqual([]);
});
