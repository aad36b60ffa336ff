/**
 * What a run is made of, by digest: its networks, data to train on, adapters, data and Enigmark's own code. A record belongs to the contents that it
 * was measured with, not to the names of files.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { EnigmarkError } from '../../schemes/errors.ts';
import { imageFiles } from '../../workloads/data/mnist-folder.ts';
import { lookAt } from '../../workloads/network/file/look-at.ts';
import { networkFiles } from '../../workloads/network/file/read-file.ts';
import type { PlanningOptions } from '../../workloads/own/planning-options.ts';
import { codeFiles, ROOT } from '../launch/code-files.ts';
import { adapterFiles } from './adapter-files.ts';

export interface Ingredients {
  /** Paths. */
  readonly networks: readonly string[];
  /** Paths. */
  readonly trainings: readonly string[];
  /** Paths and package names. */
  readonly adapters: readonly string[];
  readonly dataFolder: string | null;
  readonly planning: Pick<PlanningOptions, 'samples'>;
}

/** SHA-256 by what it is of, such as 'network mine'. */
export type Digests = Readonly<Record<string, string>>;

/** What launches load. Tests and benches are no part of a measurement. */
const CODE = /\.(ts|js|wasm|json|safetensors|csv)$/;
const NO_CODE = /\.(test|bench|fixture|examples|d)\.ts$|\.fixture\.json$/;

/** Digests when a run begins, and whether they still hold. */
export class RunContents {
  readonly digests: Digests;
  readonly #files: ReadonlyMap<string, () => readonly string[]>;
  readonly #stamps: Map<string, string>;

  private constructor(files: ReadonlyMap<string, () => readonly string[]>) {
    this.#files = files;
    this.#stamps = new Map([...files].map(([name, list]) => [name, stampOf(list())]));
    this.digests = Object.fromEntries([...files].map(([name, list]) => [name, digestOf(list())]));
  }

  /** @throws EnigmarkError CONTENTS_UNREADABLE, and as reading a network's file does */
  static of({ networks, trainings, adapters, dataFolder, planning }: Ingredients): RunContents {
    const files = new Map([['code of Enigmark', measuringCode]]);
    for (const path of networks) files.set(`network ${basename(path).replace(/\.(json|onnx)$/, '')}`, () => networkFiles(path));
    for (const path of trainings) files.set(`training ${basename(path)}`, () => [path]);
    const { samples } = planning;
    if (samples !== null) files.set('samples', () => [samples]);
    for (const [index, adapter] of adapters.toSorted().entries())
      files.set(`adapter ${index + 1}, ${basename(adapter)}`, () => adapterFiles(adapter));
    if (dataFolder !== null) files.set('data', () => imageFiles(dataFolder));
    return new RunContents(files);
  }

  /**
   * To be asked when a launch has ended, before its record is kept. Files whose size and times are as before are not read again.
   *
   * @throws EnigmarkError RUN_MISMATCH naming what changed
   */
  expectUnchanged(): void {
    for (const [name, list] of this.#files) {
      const files = list();
      const stamp = stampOf(files);
      if (stamp === this.#stamps.get(name)) continue;
      const digest = digestOf(files);
      if (digest !== this.digests[name]) throw changed(name, this.digests[name], digest);
      this.#stamps.set(name, stamp);
    }
  }
}

/** @throws EnigmarkError RUN_MISMATCH naming the first thing that differs; `before` is undefined for a run that did not record it. */
export function expectSameContents(before: Digests | undefined, now: Digests): void {
  for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(now)])) {
    if (before?.[name] !== now[name]) throw changed(name, before?.[name], now[name]);
  }
}

function changed(name: string, before: string | undefined, now: string | undefined): EnigmarkError {
  const shown = (digest: string | undefined): string => (digest === undefined ? 'not recorded' : `SHA-256 ${digest.slice(0, 12)}`);
  return new EnigmarkError('RUN_MISMATCH', {
    expected: `the contents of ${name} that the run began with (${shown(before)})`,
    got: `others (${shown(now)})`,
    remedy: 'begin a new run, or put back what was changed; what was recorded before is kept',
  });
}

function measuringCode(): readonly string[] {
  return codeFiles(['schemes', 'workloads', 'harness'], CODE)
    .filter((file) => !NO_CODE.test(file))
    .map((file) => join(ROOT, file));
}

/** Over the names without their folder, and contents: the same files elsewhere are the same. */
function digestOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  const common = commonFolder(files);
  for (const file of files.toSorted()) {
    const content = createHash('sha256').update(read(file)).digest('hex');
    hash.update(`${file.slice(common.length).replaceAll('\\', '/')} ${content}\n`);
  }
  return hash.digest('hex');
}

function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? '');
  while (!files.every((file) => file.startsWith(folder)) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EnigmarkError('CONTENTS_UNREADABLE', {
      expected: `to read ${basename(file)}, which the run is made of`,
      got: cause instanceof Error && 'code' in cause ? String(cause.code) : 'another error',
      remedy: 'check its permissions',
      cause,
    });
  }
}

/** Changes with every change of the files that a file system notices. */
function stampOf(files: readonly string[]): string {
  return files
    .map((file) => {
      const stats = lookAt(file);
      return [file, stats?.size, stats?.mtimeMs, stats?.ctimeMs, stats?.ino].join(' ');
    })
    .join('\n');
}
