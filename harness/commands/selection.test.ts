/** @module */
import { expect, test } from 'vitest';
import { schemeIds } from '../../schemes/registry.ts';
import { selectSchemes, type SchemeRequest } from './selection.ts';

async function selectedIds(request: Pick<SchemeRequest, 'selectors' | 'unnamed'>): Promise<readonly string[]> {
  const { signal } = new AbortController();
  const { schemes } = await selectSchemes({ ...request, adapters: [], replace: false, primitives: null, timeout_ns: 1e9, signal });
  return schemes.map(({ scheme }) => scheme.id);
}

test('where no scheme is named, all of them, or all that hide something; who names the oracle gets it', async () => {
  expect(await selectedIds({ selectors: null, unnamed: 'all' })).toEqual(schemeIds);
  expect(await selectedIds({ selectors: null, unnamed: 'encrypting' })).toEqual(schemeIds.filter((id) => id !== 'clear'));
  expect(await selectedIds({ selectors: ['clear', 'ckks'], unnamed: 'encrypting' })).toEqual(['clear', 'ckks']);
});
