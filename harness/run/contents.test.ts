/** @module */
import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NetworkFolder, samples, weights } from '../../workloads/network/file/network-file.fixture.ts';
import { expectSameContents, RunContents, type Digests, type Ingredients } from './contents.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'enigmark-contents-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const none: Ingredients = { networks: [], trainings: [], adapters: [], dataFolder: null, planning: { samples: null } };
const digests = (of: Partial<Ingredients>): Digests => RunContents.of({ ...none, ...of }).digests;
const mismatch = (of: string): unknown =>
  expect.objectContaining({ code: 'RUN_MISMATCH', expected: expect.stringContaining(`the contents of ${of} `) as string });

describe('the contents of a run', () => {
  it('are its code, and each network, adapter and folder of data that it was given', () => {
    using network = new NetworkFolder();
    writeFileSync(join(root, 'mine.mjs'), '');
    const all = digests({ networks: [network.path], adapters: [join(root, 'mine.mjs')], dataFolder: root });
    expect(Object.keys(all)).toEqual(['code of Enigmark', 'network network', 'adapter 1, mine.mjs', 'data']);
    expect(new Set(Object.values(all)).size).toBe(4);
  });

  it('are the same in another folder', () => {
    for (const folder of ['one', 'two']) {
      mkdirSync(join(root, folder));
      writeFileSync(join(root, folder, 'mine.mjs'), "import './part.mjs';");
      writeFileSync(join(root, folder, 'part.mjs'), 'export {};');
    }
    expect(digests({ adapters: [join(root, 'one', 'mine.mjs')] })).toEqual(digests({ adapters: [join(root, 'two', 'mine.mjs')] }));
  });

  it.each<[string, (network: NetworkFolder) => void]>([
    ['weights', (network) => network.writeTensors('weights', { ...weights, mean: weights['scale']! })],
    ['samples', (network) => network.writeTensors('samples', { inputs: samples['inputs']! })],
  ])('of a network are its %s too', (_, change) => {
    using network = new NetworkFolder();
    const contents = RunContents.of({ ...none, networks: [network.path] });
    expect(() => contents.expectUnchanged()).not.toThrow();
    change(network);
    expect(() => contents.expectUnchanged()).toThrow(mismatch('network network'));
    expect(() => expectSameContents(contents.digests, digests({ networks: [network.path] }))).toThrow(mismatch('network network'));
  });

  it.each(['mine.mjs', 'part.mjs', 'deep/er.mjs'])('of an adapter are what it imports: %s', (changed) => {
    mkdirSync(join(root, 'deep'));
    writeFileSync(join(root, 'mine.mjs'), "import { part } from './part.mjs';\nexport const scheme = part;");
    writeFileSync(join(root, 'part.mjs'), "export const part = (await import('./deep/er.mjs')).part;");
    writeFileSync(join(root, 'deep', 'er.mjs'), "import '../part.mjs';\nexport const part = 1;");
    const contents = RunContents.of({ ...none, adapters: [join(root, 'mine.mjs')] });
    expect(() => contents.expectUnchanged()).not.toThrow();
    writeFileSync(join(root, changed), '// another');
    expect(() => contents.expectUnchanged()).toThrow(mismatch('adapter 1, mine.mjs'));
  });

  it('are not changed by what was only touched or copied', () => {
    const path = join(root, 'mine.mjs');
    writeFileSync(path, 'export {};');
    const contents = RunContents.of({ ...none, adapters: [path] });
    utimesSync(path, 1, 1);
    expect(() => contents.expectUnchanged()).not.toThrow();
    cpSync(path, `${path}.copy`);
    rmSync(path);
    cpSync(`${path}.copy`, path);
    expect(() => contents.expectUnchanged()).not.toThrow();
  });

  it('of which a run says nothing are no ground to go on', () => {
    expect(() => expectSameContents(undefined, digests({}))).toThrow(mismatch('code of Enigmark'));
  });
});
