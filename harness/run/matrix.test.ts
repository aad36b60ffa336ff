/** @module */
import { expect, test } from 'vitest';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import type { HEScheme } from '../../schemes/scheme.ts';
import { primitives } from '../../workloads/primitives/primitives.ts';
import type { TrainingWorkload } from '../../workloads/training/training.ts';
import type { Workload } from '../../workloads/workload.ts';
import { casesOf, expectParameters, launchOrder, shardOf, type SelectedScheme, type Selection } from './matrix.ts';
import { factsOf } from '../launch/describe/scheme-facts.ts';

function scheme(id: string, kernels: HEScheme['library']['kernels'], sets: readonly string[]): HEScheme {
  return { ...clear, id, library: { ...clear.library, kernels }, parameterSets: Object.fromEntries(sets.map((set) => [set, { id: set }])) };
}
function selected(scheme: HEScheme): SelectedScheme {
  return { scheme: factsOf(scheme, primitives), adapter: null, replaces: false };
}
function workload(id: string, layouts: Workload['layouts']): Workload {
  return { id, group: 'group', title: id, layouts, prepare: () => Promise.reject(new Error('not here')) };
}
const one = scheme('one', ['library'], ['small', 'large']);
const two = scheme('two', ['library', 'own'], ['small']);
const selection: Selection = {
  schemes: [one, two].map(selected),
  workloads: [workload('a', ['packed', 'batched']), workload('b', ['packed'])],
  parameters: null,
  ringDimensions: null,
  layouts: null,
  kernels: null,
  libraryKernels: 'all',
  help: [null],
  updates: null,
  threads: [1],
};
const ids = (cases: readonly { readonly id: string }[]): string[] => cases.map(({ id }) => id);

test('every scheme on every layout of every workload, with the kernels it has', () => {
  const { cases, leftOut } = casesOf(selection);
  expect(ids(cases)).toEqual([
    ...['one/a/auto/packed/library/t1', 'two/a/auto/packed/library/t1', 'two/a/auto/packed/own/t1'],
    ...['one/a/auto/batched/library/t1', 'two/a/auto/batched/library/t1', 'two/a/auto/batched/own/t1'],
    ...['one/b/auto/packed/library/t1', 'two/b/auto/packed/library/t1', 'two/b/auto/packed/own/t1'],
  ]);
  expect(leftOut).toEqual([]);
});

test('library kernels beside own ones: everywhere, or on two networks and single operations, with how to get the rest', () => {
  const offering: HEScheme = { ...two, primitives: () => Promise.reject(new Error()) };
  const workloads = [
    workload('dense-784x10', ['packed', 'batched']),
    workload('cnn-tenseal', ['packed', 'batched']),
    selection.workloads[1]!,
  ];
  const yardsticks = {
    ...selection,
    schemes: [one, offering].map(selected),
    workloads: [...workloads, primitives],
    libraryKernels: 'yardsticks',
  } as const;
  const { cases, leftOut } = casesOf(yardsticks);
  const libraries = (some: readonly { readonly id: string }[]): string[] => ids(some).filter((id) => /^two.*library/.test(id));
  expect(libraries(cases)).toEqual([
    ...['two/dense-784x10/auto/packed/library/t1', 'two/dense-784x10/auto/batched/library/t1'],
    ...['two/cnn-tenseal/auto/packed/library/t1', 'two/primitives/small/-/library/t1'],
  ]);
  expect(libraries(leftOut)).toEqual(['two/cnn-tenseal/auto/batched/library/t1', 'two/b/auto/packed/library/t1']);
  expect(leftOut.filter(({ id }) => id.startsWith('two')).every(({ reason }) => reason.includes('`--kernels library,own`'))).toBe(true);
  // Where there are no others, the library's are the scheme's.
  expect(ids(cases).filter((id) => id.startsWith('one'))).toHaveLength(5);
  for (const all of [casesOf({ ...yardsticks, libraryKernels: 'all' }), casesOf({ ...yardsticks, kernels: ['library', 'own'] })]) {
    expect(libraries(all.cases)).toHaveLength(6);
  }
});

test('what is named and nobody has is left out with the reason, never dropped', () => {
  const { cases, leftOut } = casesOf({ ...selection, layouts: ['batched'], kernels: ['own'], parameters: ['large'], threads: [1, 2] });
  expect(cases).toEqual([]);
  expect(leftOut).toHaveLength(8);
  expect(new Set(leftOut.map(({ reason }) => reason))).toEqual(
    new Set(["one has no kernels 'own'", "two has no set 'large'", "b has no layout 'batched'"]),
  );
});

test('sets by their ring dimension, the secure ones alone', () => {
  const sets = { small: 4096, wide: 4096, large: 8192, 'insecure-tiny': 4096 };
  const ringed: HEScheme = {
    ...one,
    parameterSets: Object.fromEntries(Object.entries(sets).map(([id, degree]) => [id, { id, degree }])),
  };
  const { cases, leftOut } = casesOf({
    ...selection,
    schemes: [ringed, two].map(selected),
    workloads: [selection.workloads[1]!],
    ringDimensions: [4096],
  });
  expect(ids(cases)).toEqual(['one/b/small/packed/library/t1', 'one/b/wide/packed/library/t1']);
  expect(leftOut.map(({ reason }) => reason)).toEqual(["two has no set 'ring-4096'", "two has no set 'ring-4096'"]);
});

test('single operations: every secure set of every scheme that offers them, or the sets asked for', () => {
  const offering: HEScheme = {
    ...scheme('three', ['library'], ['small', 'large', 'insecure-tiny']),
    primitives: () => Promise.reject(new Error()),
  };
  const schemes = [offering, one].map(selected);
  const { cases, leftOut } = casesOf({ ...selection, schemes, workloads: [primitives] });
  expect(ids(cases)).toEqual(['three/primitives/small/-/library/t1', 'three/primitives/large/-/library/t1']);
  expect(cases.every(({ layout, group }) => layout === null && group === 'primitives')).toBe(true);
  expect(new Set(leftOut.map(({ reason }) => reason))).toEqual(new Set(['one offers no single operations']));
  const asked = casesOf({ ...selection, schemes, workloads: [primitives], parameters: ['insecure-tiny'] });
  expect(ids(asked.cases)).toEqual(['three/primitives/insecure-tiny/-/library/t1']);
});

test('single operations: sets that plans choose for other kernels only are left to these', () => {
  const sets = { both: { id: 'both' }, plain: { id: 'plain' }, fused: { id: 'fused' }, unused: { id: 'unused' } };
  const chosen = { library: ['both', 'plain'], own: ['both', 'fused'] } as const;
  const compile: HEScheme['compile'] = (circuits, need) => {
    const compiled = clear.compile(circuits, { ...need, kernels: 'library' });
    const id = chosen[need.kernels][circuits[0]!.shape.columns === 2048 ? 0 : 1];
    return 'client' in compiled ? { ...compiled, client: { ...compiled.client, parameters: { id } } } : compiled;
  };
  const offering: HEScheme = { ...two, parameterSets: sets, compile, primitives: () => Promise.reject(new Error()) };
  const { cases } = casesOf({ ...selection, schemes: [selected(offering)], workloads: [primitives] });
  const setsOf = (kernels: string): (string | null)[] => cases.filter((one) => one.kernels === kernels).map(({ parameters }) => parameters);
  expect(setsOf('library')).toEqual(['both', 'plain', 'unused']);
  expect(setsOf('own')).toEqual(['both', 'fused', 'unused']);
});

test('single operations have no layout and run on one thread', () => {
  const offering: HEScheme = { ...one, primitives: () => Promise.reject(new Error()) };
  const schemes = [selected(offering)];
  const only = { ...selection, schemes, workloads: [primitives], parameters: ['small'] };
  expect(casesOf({ ...only, layouts: ['packed'] })).toMatchObject({
    cases: [],
    leftOut: [{ reason: "primitives has no layout 'packed'" }],
  });
  const { cases, leftOut } = casesOf({ ...only, threads: [1, 2] });
  expect(cases).toHaveLength(1);
  expect(leftOut).toEqual([{ id: 'one/primitives/small/-/library/t2', reason: 'single operations are timed on one thread' }]);
});

test('a parameter set that no scheme has is refused with the nearest', () => {
  expect(() =>
    expectParameters(
      ['small', 'large'],
      [one, two].map((scheme) => factsOf(scheme, null)),
    ),
  ).not.toThrow();
  expect(() =>
    expectParameters(
      ['smal'],
      [one, two].map((scheme) => factsOf(scheme, null)),
    ),
  ).toThrow(/of one or two, got 'smal'; did you mean small\?/);
  expect(() => expectParameters(['large'], [factsOf(two, null)])).toThrow(/UNKNOWN|expected a parameter set of two/);
});

test('shards keep comparison groups whole and share every case out once', () => {
  const { cases } = casesOf(selection);
  const shards = [1, 2].map((index) => shardOf(cases, { index, of: 2 }));
  expect(ids(shards.flat()).sort()).toEqual(ids(cases).sort());
  for (const key of ['a/auto/packed', 'a/auto/batched', 'b/auto/packed']) {
    expect(shards.filter((shard) => shard.some(({ id }) => id.includes(key)))).toHaveLength(1);
  }
  expect(shards.every((shard) => shard.length > 0)).toBe(true);
});

test('launches: every case once a round, by group, in an order that the seed decides', () => {
  const { cases } = casesOf(selection);
  const order = launchOrder(cases, 3, 1);
  expect(order.map(({ order }) => order)).toEqual(order.map((_, index) => index));
  for (const number of [1, 2, 3]) {
    const round = order.slice((number - 1) * cases.length, number * cases.length);
    expect(round.every((launch) => launch.number === number)).toBe(true);
    expect(ids(round.map((launch) => launch.case)).sort()).toEqual(ids(cases).sort());
    const groups = round.map((launch) => `${launch.case.workload}/${launch.case.layout}`);
    expect(groups.filter((group, index) => group !== groups[index - 1])).toHaveLength(3);
  }
  const names = (seed: number): string[] => launchOrder(cases, 3, seed).map((launch) => launch.case.id);
  expect(names(1)).toEqual(names(1));
  expect(new Set([1, 2, 3, 4, 5].map((seed) => names(seed).join())).size).toBeGreaterThan(1);
});

test('trainings are named by the updates that were asked for, and need no help to be refreshed', () => {
  const training: TrainingWorkload = {
    ...{ id: 't', group: 'group', title: 't', layouts: ['diagonals'] },
    prepareTraining: () => Promise.reject(new Error('not here')),
  };
  const workloads = [training, workload('b', ['packed'])];
  const asked: Selection = { ...selection, schemes: [selected(one)], workloads, help: ['refresh'], updates: 4 };
  expect(ids(casesOf(asked).cases)).toEqual(['one/t/auto/diagonals/library/t1+updates-4', 'one/b/auto/packed/library/t1+refresh']);
});
