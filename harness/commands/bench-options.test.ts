/** @module */
import { expect, test } from 'vitest';
import { LINKS } from '../../reports/end-to-end/link.ts';
import { PROFILES } from '../run/profile.ts';
import { parseBenchOptions, type GivenBenchOptions } from './bench-options.ts';

test('without options: quick, the values of the profile', () => {
  const { launches, warmup, budget_ns, longestCase_ns, timeout_ns } = PROFILES.quick;
  expect(parseBenchOptions({})).toEqual({
    planCache: expect.stringMatching(/enigmark.plans$/) as string,
    ...{
      schemes: null,
      workloads: null,
      parameters: null,
      ringDimensions: null,
      layouts: null,
      threads: [1],
      kernels: null,
      profile: 'quick',
    },
    ...{
      launches,
      warmup,
      budget_ns,
      longestCase_ns,
      timeout_ns,
      seed: 1,
      shard: { index: 1, of: 1 },
      resume: false,
      retry: [],
      replace: false,
      adapters: [],
      networks: [],
      trainings: [],
      planning: { bits: null, margin: null, degree: null, samples: null },
      dataFolder: null,
    },
    ...{
      keyCache: null,
      out: null,
      tables: [],
      links: LINKS,
      connection: LINKS[0],
      help: [null],
      updates: null,
      bootstrap: false,
      json: false,
      dryRun: false,
    },
  });
});

test('the client does nothing between, unless it is asked to', () => {
  const helpOf = (given: Parameters<typeof parseBenchOptions>[0]) => parseBenchOptions(given).help;
  expect(helpOf({ activation: ['client'] })).toEqual(['activation']);
  expect(helpOf({ refresh: ['auto'] })).toEqual(['refresh']);
  expect(helpOf({ activation: ['server,client'], refresh: ['auto'] })).toEqual(['refresh', 'activation']);
  expect(() => helpOf({ activation: ['nobody'] })).toThrow(/server, client for --activation/);
  expect(() => helpOf({ refresh: ['sometimes'] })).toThrow(/never, auto for --refresh/);
});

test('trainings have the updates between refreshes that are asked for, or are planned for the connection stated last', () => {
  const planned = ({ updates, connection }: ReturnType<typeof parseBenchOptions>) => [updates, connection];
  expect(planned(parseBenchOptions({ refresh: ['auto'] }))).toEqual([null, LINKS[0]]);
  expect(planned(parseBenchOptions({ refresh: ['never'] }))[0]).toBe('all');
  expect(planned(parseBenchOptions({ updates: ['4'], link: ['50Mbit/s,30ms', '20Mbit/s,60ms'] }))).toEqual([4, LINKS[2]]);
  expect(() => parseBenchOptions({ updates: ['0'] })).toThrow(/from 1 to 10000 for --updates/);
  expect(() => parseBenchOptions({ updates: ['4'], refresh: ['never'] })).toThrow(/--updates or --refresh never/);
});

test('nothing is bootstrapped, unless it is asked for', () => {
  expect(parseBenchOptions({ bootstrap: ['auto'] }).bootstrap).toBe(true);
  expect(parseBenchOptions({ bootstrap: ['never'] }).bootstrap).toBe(false);
  expect(() => parseBenchOptions({ bootstrap: ['always'] })).toThrow(/never, auto for --bootstrap/);
});

test('links are stated beside the usual, each once', () => {
  expect(parseBenchOptions({ link: ['50Mbit/s,30ms', '1 Gbit/s, 1 ms'] }).links).toEqual([
    ...LINKS,
    { bits_per_s: 5e7, roundTrip_ns: 30e6 },
  ]);
  for (const wrong of ['', '50', '50Mbit', '0Mbit/s,1ms', '1Gbit/s,1e9ms', 'Infinity Gbit/s,1ms'])
    expect(() => parseBenchOptions({ link: [wrong] })).toThrow(/for --link/);
});

test('lists by commas and by repetition, times and parts', () => {
  const given = { scheme: ['ckks,bfv', 'ckks'], threads: ['1,2'], timeout: ['1.5h'], shard: ['2/4'], profile: ['full'], runs: ['5'] };
  expect(parseBenchOptions(given)).toMatchObject({
    ...{
      schemes: ['ckks', 'bfv'],
      threads: [1, 2],
      timeout_ns: 5400e9,
      shard: { index: 2, of: 4 },
      launches: 5,
      warmup: PROFILES.full.warmup,
    },
  });
});

test('tables by name, in the order given', () => {
  expect(parseBenchOptions({ tables: ['traffic,latency', 'all'] }).tables).toEqual(['traffic', 'latency', 'all']);
});

test('time for samples and for the longest case, and a timeout that leaves room for both', () => {
  expect(parseBenchOptions({ budget: ['20s'] })).toMatchObject({ budget_ns: 20e9, longestCase_ns: PROFILES.quick.longestCase_ns });
  expect(parseBenchOptions({ longest: ['30s'] })).toMatchObject({ longestCase_ns: 30e9, timeout_ns: PROFILES.quick.timeout_ns });
  expect(parseBenchOptions({ longest: ['1h'], budget: ['10m'] }).timeout_ns).toBe(2 * 70 * 60e9);
  expect(parseBenchOptions({ longest: ['1h'], timeout: ['5m'] }).timeout_ns).toBe(5 * 60e9);
});

test('plans are kept in a folder of choice, or not at all', () => {
  expect(parseBenchOptions({ 'plan-cache': ['/plans'] }).planCache).toBe('/plans');
  expect(parseBenchOptions({ 'plan-cache': ['off'] }).planCache).toBeNull();
});

test('how networks of the user are planned', () => {
  const given = { network: ['package.json'], bits: ['5'], margin: ['1.5'], degree: ['8'] };
  expect(parseBenchOptions(given).planning).toEqual({ bits: 5, margin: 1.5, degree: 8, samples: null });
});

test.each<[GivenBenchOptions, RegExp]>([
  [{ profile: ['quik'] }, /smoke, quick, full for --profile, got 'quik'; did you mean quick\?/],
  [{ layout: ['pakced'] }, /batched, packed, interleaved, diagonals for --layout, got 'pakced'; did you mean packed\?/],
  [{ kernels: ['mine'] }, /library, own for --kernels, got 'mine'/],
  [{ runs: ['-1'] }, /from 1 to 100 for --runs, got '-1'/],
  [{ runs: ['0'] }, /for --runs, got '0'/],
  [{ runs: ['1e9'] }, /for --runs, got '1e9'/],
  [{ runs: ['99999999999999999999'] }, /for --runs/],
  [{ runs: ['1', '2'] }, /--runs once, got '1' and '2'/],
  [{ runs: [''] }, /a value for --runs/],
  [{ warmup: ['1.5'] }, /from 1 to 1000 for --warmup, got '1.5'/],
  [{ warmup: ['0'] }, /from 1 to 1000 for --warmup, got '0'; the first batch runs cold/],
  [{ threads: ['1,x'] }, /from 1 to 256 for --threads, got 'x'/],
  [{ seed: ['-5'] }, /for --seed, got '-5'/],
  [{ seed: ['4294967296'] }, /from 0 to 4294967295 for --seed/],
  [{ timeout: ['10'] }, /such as 30s, 10m or 1h for --timeout, got '10'/],
  [{ budget: ['2'] }, /such as 30s, 10m or 1h for --budget, got '2'/],
  [{ budget: ['0ms'] }, /from 1 ms .* for --budget/],
  [{ longest: ['short'] }, /for --longest, got 'short'/],
  [{ timeout: ['0s'] }, /for --timeout, got '0s'/],
  [{ timeout: ['99999h'] }, /for --timeout, got '99999h'/],
  [{ shard: ['5/4'] }, /for --shard, got '5\/4'/],
  [{ shard: ['0/4'] }, /for --shard/],
  [{ shard: ['one'] }, /for --shard/],
  [{ scheme: [''] }, /names for --scheme/],
  [{ scheme: ['ckks,'] }, /names for --scheme, with commas between, got 'ckks,'/],
  [{ data: ['/nowhere/at/all'] }, /a folder for --data, got '\/nowhere\/at\/all'/],
  [{ network: ['nowhere.json'] }, /an ONNX or JSON file for --network, got 'nowhere.json'/],
  [{ network: ['package.json'], bits: ['1'] }, /a whole number from 2 to 16 for --bits, got '1'/],
  [{ network: ['package.json'], margin: ['0.5'] }, /a number from 1 to 100 for --margin, got '0.5'/],
  [{ network: ['package.json'], margin: ['wide'] }, /a number from 1 to 100 for --margin, got 'wide'/],
  [{ network: ['package.json'], degree: ['99'] }, /a whole number from 2 to 31 for --degree, got '99'/],
  [{ bits: ['5'] }, /--bits beside --network, got --bits alone/],
  [
    { tables: ['latncy'] },
    /latency, memory, accuracy, traffic, categories, growth, primitives, training, all for --tables, got 'latncy'; did you mean latency\?/,
  ],
  [{ tables: ['all'], json: true }, /--tables without --json and --dry-run/],
  [{ adapter: ['./nowhere.ts'] }, /a module file for --adapter, got '.\/nowhere.ts'/],
])('%j is refused in one line', (given, message) => {
  expect(() => parseBenchOptions(given)).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringMatching(message) as string }),
  );
  expect(() => parseBenchOptions(given)).not.toThrow(/\n/);
});
