/** @module */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { scheme } from '../../schemes/clear/scheme.ts';
import { keepPlan } from '../../workloads/plan/plan-cache.ts';
import { requirementOf } from '../record/requirement.ts';
import { planCacheIn } from './plan-context.ts';

const root = mkdtempSync(join(tmpdir(), 'enigmark-plan-context-'));
afterAll(() => rmSync(root, { recursive: true }));

const need = requirementOf({ parameters: null, kernels: 'library', threads: 1 });
const always = { isWorthKeeping: () => true, isUsable: () => true };
const plan = (folder: string, made: object): object => keepPlan(planCacheIn(folder, scheme, need), { network: 'a' }, () => made, always);

test('plans are found again, in a folder that is made with those above it', () => {
  const folder = join(root, 'a', 'b');
  expect(plan(folder, { first: true })).toEqual({ first: true });
  expect(plan(folder, { first: false })).toEqual({ first: true });
});

test.runIf(existsSync('/proc/self'))('where no folder can be made, plans are made anew', () => {
  expect(plan('/proc/nowhere/plans', { first: true })).toEqual({ first: true });
  expect(plan('/proc/nowhere/plans', { first: false })).toEqual({ first: false });
});
