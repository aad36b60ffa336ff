/** @module */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { simulatedTables, withSimulated } from './noisy-networks.fixture.ts';

test('the tables of docs/noisy-networks.md are what the simulation gives', async () => {
  const document = readFileSync(fileURLToPath(new URL('../docs/noisy-networks.md', import.meta.url)), 'utf8');
  expect(withSimulated(document, await simulatedTables())).toBe(document);
}, 1_200_000);
