/**
 * The facts of `run.json`: software, machine and its speed at this moment. Offline, and without names of hosts or paths.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, totalmem } from 'node:os';
import { basename, isAbsolute, join, sep } from 'node:path';
import { z } from 'zod';
import { packageRoot } from './package-root.ts';
import type { RunInformation } from './run-information.ts';
import { SCHEMA_VERSION } from './schema-version.ts';

type Load = RunInformation['load']['before'];

/** What the user asked for and what the run will do. */
export interface RunRequest extends Pick<RunInformation, 'seed' | 'profile' | 'sampling' | 'contents' | 'cases'> {
  /** Command line after the program's name. */
  readonly arguments: readonly string[];
  /** Packages whose versions matter, such as 'node-seal'. */
  readonly libraries: readonly string[];
}

/** The information of a run that begins now. Takes about 0.4 s: the machine's speed is measured. */
export function beginRun(request: RunRequest): RunInformation {
  const startedAt = new Date().toISOString();
  return {
    schemaVersion: SCHEMA_VERSION,
    enigmark: describePackage(packageRoot()),
    versions: {
      node: process.versions.node,
      v8: process.versions.v8,
      libraries: Object.fromEntries(request.libraries.map((library) => [library, packageVersion(library)])),
    },
    platform: { system: platform(), architecture: arch() },
    processor: { model: processorModel(), cores: availableParallelism(), features: processorFeatures() },
    // A container's limit, where there is one.
    memory_bytes: Math.min(totalmem(), process.constrainedMemory() || Infinity),
    load: { before: loadavg() as Load, after: null },
    calibration: { before_ns: calibrate(), after_ns: null },
    arguments: request.arguments.map(withoutFolders),
    seed: request.seed,
    profile: request.profile,
    sampling: request.sampling,
    contents: request.contents,
    startedAt,
    finishedAt: null,
    cases: request.cases,
  };
}

/** The same run, ending now. */
export function finishRun(run: RunInformation): RunInformation {
  return {
    ...run,
    load: { ...run.load, after: loadavg() as Load },
    calibration: { ...run.calibration, after_ns: calibrate() },
    finishedAt: new Date().toISOString(),
  };
}

const CALIBRATION_STEPS = 30_000_000;

/** Times of one fixed loop of dependent float arithmetic, about 50 ms each on a machine of 2020. */
export function calibrate(samples = 3): number[] {
  // Compiles the loop, so that the samples are of one kind.
  floatLoop(CALIBRATION_STEPS / 30);
  return Array.from({ length: samples }, () => {
    const start = process.hrtime.bigint();
    floatLoop(CALIBRATION_STEPS);
    return Number(process.hrtime.bigint() - start);
  });
}

/** The logistic map: each step needs the one before, and no compiler can shorten a chaotic orbit. */
function floatLoop(steps: number): void {
  let x = 0.4;
  for (let i = 0; i < steps; i += 1) x = 3.9 * x * (1 - x);
  if (!(x > 0 && x < 1)) throw new Error('float arithmetic is broken');
}

/** An argument without the folders of absolute paths: `--out=/home/me/run` becomes `--out=run`. */
export function withoutFolders(argument: string): string {
  const [, option = '', value = ''] = /^(--?[\w-]+=)?(.*)$/s.exec(argument) ?? [];
  return isAbsolute(value) ? `${option}${basename(value) || sep}` : argument;
}

/** Version in the package's own package.json, found as Node finds packages; null: not installed. */
export function packageVersion(name: string): string | null {
  // Not through `require`: a package may hide its package.json from its exports.
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const file = folders.map((folder) => join(folder, name, 'package.json')).find((path) => existsSync(path));
  return file === undefined ? null : versionIn(file);
}

/** Version, commit and lockfile of the package that lies in `root`. */
export function describePackage(root: string): RunInformation['enigmark'] {
  const lockfile = join(root, 'package-lock.json');
  // Elsewhere git would answer for the repository of whoever installed the package.
  const isCheckout = existsSync(join(root, '.git'));
  const commit = isCheckout ? git(root, 'rev-parse', '--verify', 'HEAD') : null;
  const changes = commit === null ? null : git(root, 'status', '--porcelain', '--untracked-files=no');
  return {
    version: versionIn(join(root, 'package.json')),
    commit,
    dirty: changes === null ? null : changes !== '',
    lockfile_sha256: existsSync(lockfile) ? createHash('sha256').update(readFileSync(lockfile)).digest('hex') : null,
  };
}

function versionIn(packageFile: string): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(packageFile, 'utf8'))).version;
}

/** null: git is missing or refuses. */
function git(root: string, ...command: string[]): string | null {
  try {
    return execFileSync('git', command, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 }).trim();
  } catch {
    return null;
  }
}

function processorModel(): string | null {
  const model = cpus()[0]?.model.trim() ?? '';
  return model === '' || model === 'unknown' ? null : model;
}

/** Wasm SIMD becomes these; fused multiply-add (`fma`) decides what relaxed SIMD rounds to. */
const FEATURES = ['sse4_1', 'avx', 'avx2', 'avx512f', 'fma', 'asimd', 'sve'];

function processorFeatures(): string[] | null {
  const path = '/proc/cpuinfo';
  if (!existsSync(path)) return null;
  const listed = /^(?:flags|Features)\s*:(.*)$/m.exec(readFileSync(path, 'utf8'))?.[1];
  if (listed === undefined) return null;
  const present = new Set(listed.trim().split(/\s+/));
  return FEATURES.filter((feature) => present.has(feature));
}
