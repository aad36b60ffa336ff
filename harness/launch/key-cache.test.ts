/** @module */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { open, seal } from '../../schemes/envelope.ts';
import type { ClientPlan } from '../../schemes/scheme.ts';
import { keepKeys, prepareKeyCache, readKeys } from './key-cache.ts';
import { writeTinyTfhe } from '../quick-adapters.fixture.ts';
import { completedRecord } from '../record/record.examples.ts';
import { isMeasured, type MeasuredRecord } from '../record/record.ts';
import { PROFILES } from '../run/profile.ts';
import { runLaunch } from '../run/runner.ts';
import { USUAL_PLANNING } from '../../workloads/own/planning-options.ts';

const root = mkdtempSync(join(tmpdir(), 'enigmark-keys-'));
afterAll(() => rmSync(root, { recursive: true }));

let folders = 0;
function newFolder(): string {
  const folder = join(root, `${folders++}`, 'keys');
  prepareKeyCache(folder);
  return folder;
}

function planOf(id: string, changes: Partial<ClientPlan> = {}): ClientPlan {
  const parameters = { id: 'small', dimension: 8 };
  return { id: id.repeat(64), scheme: 'any', parameters, encryption: 'symmetric', ports: {}, keys: ['a', 'b'], details: null, ...changes };
}

const first = planOf('1');
const secret = Uint8Array.of(7, 1, 5);
const payloads = { a: Uint8Array.of(1, 2, 3, 4), b: new Uint8Array(1000).fill(9) };
const keys = Object.entries(payloads).map(([kind, payload]) => ({
  kind,
  bytes: seal({ kind: 'key', plan: first.id, name: kind, pass: 0, payload }),
}));

function filled(): { readonly folder: string; readonly path: string } {
  const folder = newFolder();
  keepKeys(folder, first, { secret, keys });
  return { folder, path: join(folder, readdirSync(folder)[0]!) };
}

describe('what is kept', () => {
  test('comes back in the envelopes of any plan with the same parameters and kinds of key', () => {
    const { folder } = filled();
    expect(readKeys(folder, first)).toEqual({ secret, keys });
    const other = planOf('2', { parameters: { dimension: 8, id: 'small' }, keys: ['b', 'a'], details: 'others' });
    const taken = readKeys(folder, other)!;
    const opened = taken.keys.map(({ kind, bytes }) => [kind, open(bytes, { kind: 'key', plan: other.id, name: kind, pass: 0 })]);
    expect(Object.fromEntries(opened)).toEqual(payloads);
  });

  test.each<[string, Partial<ClientPlan>]>([
    ['scheme', { scheme: 'another' }],
    ['set', { parameters: { id: 'small', dimension: 9 } }],
    ['kinds of key', { keys: ['a'] }],
  ])('is not found for another %s', (_, changes) => {
    expect(readKeys(filled().folder, planOf('1', changes))).toBeNull();
  });

  test('is for its owner alone, whatever the process gives new files, and is written in one step', () => {
    const before = process.umask(0);
    try {
      const { folder, path } = filled();
      expect([folder, path].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o600]);
      keepKeys(folder, first, { secret: Uint8Array.of(8), keys });
      expect(readdirSync(folder)).toHaveLength(1);
      expect(readKeys(folder, first)!.secret).toEqual(Uint8Array.of(8));
    } finally {
      process.umask(before);
    }
  });
});

describe('refused', () => {
  test('a file with any byte changed, cut short or lengthened, with the cure', () => {
    const { folder, path } = filled();
    const bytes = readFileSync(path);
    const refused = (changed: Uint8Array): void => {
      writeFileSync(path, changed);
      expect(() => readKeys(folder, first)).toThrow(
        expect.objectContaining({ code: 'KEY_CACHE_DAMAGED', remedy: expect.stringMatching(/^delete it/) as string }),
      );
    };
    for (let at = 0; at < bytes.length; at += at < 200 ? 1 : 37) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 0x10;
      refused(changed);
    }
    for (const length of [0, 1, 31, 32, 35, 36, 100, bytes.length - 1]) refused(bytes.subarray(0, length));
    refused(Buffer.concat([bytes, Buffer.of(0)]));
    writeFileSync(path, bytes);
    expect(readKeys(folder, first)).toEqual({ secret, keys });
  });

  test("another plan's file under this one's name", () => {
    const { folder, path } = filled();
    const weaker = planOf('3', { parameters: { id: 'small', dimension: 1 } });
    const kept = keys.map(({ kind }) => ({
      kind,
      bytes: seal({ kind: 'key', plan: weaker.id, name: kind, pass: 0, payload: new Uint8Array(1) }),
    }));
    keepKeys(folder, weaker, { secret, keys: kept });
    const theirs = readdirSync(folder).find((name) => join(folder, name) !== path)!;
    renameSync(join(folder, theirs), path);
    expect(() => readKeys(folder, first)).toThrow(expect.objectContaining({ code: 'KEY_CACHE_DAMAGED', got: 'keys of other parameters' }));
  });

  test('a folder or file that others can read, and a link', () => {
    const open = join(root, 'open');
    mkdirSync(open);
    chmodSync(open, 0o750);
    expect(() => prepareKeyCache(open)).toThrow(expect.objectContaining({ code: 'KEY_CACHE_EXPOSED', got: 'rights 750' }));
    const { folder, path } = filled();
    chmodSync(path, 0o640);
    expect(() => readKeys(folder, first)).toThrow(expect.objectContaining({ code: 'KEY_CACHE_EXPOSED', got: 'rights 640' }));
    chmodSync(path, 0o600);
    renameSync(path, join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), path);
    expect(() => readKeys(folder, first)).toThrow(expect.objectContaining({ code: 'KEY_CACHE_EXPOSED', got: 'a link' }));
  });

  test('a folder that is a file, without naming its path', () => {
    const file = join(root, 'file');
    writeFileSync(file, '');
    for (const folder of [file, join(file, 'below')]) {
      expect(() => prepareKeyCache(folder)).toThrow(expect.objectContaining({ code: 'KEY_CACHE_UNUSABLE' }));
      expect(() => prepareKeyCache(folder)).not.toThrow(root);
    }
  });
});

/** One launch, in a process of its own; `notices` is what it told the user. */
async function launch(adapter: string | null, workload: string, keyCache: string | null) {
  const { schemaVersion, order, kernels, threads, encryption, environment, startedAt, library, family } = completedRecord();
  const facts = {
    ...{ schemaVersion, order, threads, encryption, environment, startedAt, library, family, launch: 1 },
    layout: 'packed',
  } as const;
  const scheme = adapter === null ? 'clear' : 'tfhe-tiny';
  const notices: string[] = [];
  const stages: string[] = [];
  const outcome = await runLaunch(
    {
      facts: { ...facts, id: workload, scheme, schemeName: scheme, workload, group: 'any', kernels: adapter === null ? kernels : 'own' },
      ...{
        adapter,
        networks: [],
        planning: USUAL_PLANNING,
        bootstrap: false,
        trainings: [],
        connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
        parameters: null,
        seed: 1,
        dataFolder: null,
        planCache: null,
        trainingFolder: null,
        keyCache,
        budget_ns: 1,
        stopping: PROFILES.smoke.stopping,
        warmup: 0,
        longestCase_ns: 60e9,
        planOnly: false,
      },
    },
    {
      longestPlanning_ns: 60e9,
      timeout_ns: 60e9,
      signal: new AbortController().signal,
      onProgress: ({ stage }) => stages.push(stage),
      onNotice: (text) => notices.push(text),
    },
  );
  if (outcome.kind !== 'record') throw new Error(outcome.kind);
  return { record: outcome.record, notices, stages };
}

function measured(record: Awaited<ReturnType<typeof launch>>['record']): MeasuredRecord {
  if (!isMeasured(record)) throw new Error(JSON.stringify(record));
  return record;
}

describe('launches', () => {
  test('the first keeps its keys, the next ones take them up, also of another workload; damage is a failure with a code', async () => {
    const adapter = writeTinyTfhe(root);
    const folder = newFolder();
    const made = measured((await launch(adapter, 'activation-relu', folder)).record);
    expect(made).toMatchObject({ state: 'completed', keyCache: 'made' });
    expect(made.stages.keygen?.samples_ns).toHaveLength(1);
    for (const workload of ['activation-relu', 'activation-sign']) {
      const { record, stages, notices } = await launch(adapter, workload, folder);
      const reused = measured(record);
      expect(reused).toMatchObject({ state: 'completed', keyCache: 'reused', stages: { keygen: null }, bytes: { keys: made.bytes.keys } });
      expect(reused.notes['stages.keygen']).toMatch(/--key-cache/);
      expect([stages.includes('keygen'), notices]).toEqual([false, []]);
    }
    const fresh = measured((await launch(adapter, 'activation-relu', null)).record);
    expect(fresh).toMatchObject({ state: 'completed', keyCache: null });
    expect(readdirSync(folder)).toHaveLength(1);
    writeFileSync(join(folder, readdirSync(folder)[0]!), 'keys');
    const { record } = await launch(adapter, 'activation-relu', folder);
    expect(record).toMatchObject({ state: 'failed', error: { code: 'KEY_CACHE_DAMAGED' } });
  });

  test('a scheme whose keys cannot be kept says so, and makes its own', async () => {
    const folder = newFolder();
    const { record, notices } = await launch(null, 'dense-64', folder);
    expect(measured(record)).toMatchObject({ state: 'completed', keyCache: null });
    expect(notices).toEqual(['--key-cache: keys of clear cannot be kept, every launch makes its own']);
    expect(readdirSync(folder)).toEqual([]);
  });
});
