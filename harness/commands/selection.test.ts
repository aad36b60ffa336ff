/** @module */
import { expect, test } from 'vitest';
import { headlineSchemeIds, schemeIds } from '../../schemes/registry.ts';
import { selectSchemes, type SchemeRequest } from './selection.ts';

async function selectedIds(request: Pick<SchemeRequest, 'selectors' | 'unnamed'>): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const { schemes } = await selectSchemes({ ...request, adapters: [], replace: false, primitives: null, timeout_ns: 1e9, signal });
  return schemes.map(({ scheme }) => scheme.id);
}

test('where no scheme is named, all of them, or those of a first run; who names the oracle gets it', async () => {
  expect(await selectedIds({ selectors: null, unnamed: 'all' })).toEqual(schemeIds);
  expect(await selectedIds({ selectors: null, unnamed: 'headline' })).toEqual(headlineSchemeIds);
  expect(headlineSchemeIds).toEqual(['ckks', 'bfv', 'tfhe', 'bgv', 'paillier']);
  expect(await selectedIds({ selectors: ['clear', 'ckks'], unnamed: 'headline' })).toEqual(['clear', 'ckks']);
});
