/** @module */
import { expect, test } from 'vitest';
import { findWorkloads, headlineWorkloads, workloads } from './registry.ts';

test('ids are unique, and no id is the group of another', () => {
  const ids = workloads.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => workloads.some((other) => other.group === id && other.id !== id))).toEqual([]);
});

test('headline workloads are networks and their activations, in the order of the tables', () => {
  const apart = workloads.filter((workload) => !headlineWorkloads.includes(workload)).map(({ id }) => id);
  const groups = ['training-logistic', 'training-mlp', 'training-transfer', 'published'];
  const known = groups.flatMap((group) => findWorkloads(group).map(({ id }) => id));
  expect(apart.filter((id) => !known.includes(id))).toEqual([
    'dense-64',
    'dense-128',
    'dense-256',
    'dense-512',
    'dense-1024',
    'cnn-square-relu',
    'cnn-relu-class',
    'cnn-tenseal-class',
    'cnn-cryptonets-class',
    'activation-sigmoid-3',
    'activation-sigmoid-5',
    'activation-sigmoid-7',
    'primitives',
  ]);
  expect(headlineWorkloads).toEqual(workloads.filter(({ id }) => !apart.includes(id)));
});

test('a group means all of its workloads, an id one', () => {
  expect(findWorkloads('dense').map(({ id }) => id)).toEqual([
    'dense-784x10',
    'dense-64',
    'dense-128',
    'dense-256',
    'dense-512',
    'dense-1024',
  ]);
  expect(findWorkloads('dense-256').map(({ id }) => id)).toEqual(['dense-256']);
});

test.each([
  ['dense-257', 'dense-256'],
  ['Dense', 'dense'],
  ['desne', 'dense'],
  ['dense-784', 'dense-784x10'],
])('%s is refused and %s suggested', (given, meant) => {
  expect(() => findWorkloads(given)).toThrow(
    expect.objectContaining({
      code: 'UNKNOWN_WORKLOAD',
      got: `'${given}'`,
      remedy: expect.stringMatching(new RegExp(`^did you mean .*${meant}.*the command list`)) as string,
    }),
  );
});

test.each(['', 'constructor', 'x'.repeat(10_000)])('%# a name like no other is refused with the way to list them', (given) => {
  expect(() => findWorkloads(given)).toThrow(
    expect.objectContaining({ code: 'UNKNOWN_WORKLOAD', remedy: 'the command list names them all' }),
  );
});
