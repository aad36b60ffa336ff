/** @module */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginRun, calibrate, describePackage, finishRun, packageVersion, withoutFolders } from './environment.ts';
import { parseRunInformation } from './run-information.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'enigmark-environment-'));
  writeFileSync(join(root, 'package.json'), '{"version":"1.2.3"}');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('describePackage', () => {
  const git = (...command: string[]) =>
    execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...command], { cwd: root, encoding: 'utf8' }).trim();

  it('names the commit of a checkout, and whether files differ from it', () => {
    writeFileSync(join(root, 'package-lock.json'), 'locked');
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'first');
    const clean = {
      version: '1.2.3',
      commit: git('rev-parse', 'HEAD'),
      dirty: false,
      lockfile_sha256: createHash('sha256').update('locked').digest('hex'),
    };
    expect(describePackage(root)).toEqual(clean);
    writeFileSync(join(root, 'untracked.txt'), '');
    expect(describePackage(root)).toEqual(clean);
    writeFileSync(join(root, 'package.json'), '{"version": "1.2.3"}');
    expect(describePackage(root)).toEqual({ ...clean, dirty: true });
  });

  it('does not take the commit of the repository that a package is installed in', () => {
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'another project');
    const installed = join(root, 'node_modules', 'enigmark');
    mkdirSync(installed, { recursive: true });
    writeFileSync(join(installed, 'package.json'), '{"version":"4.5.6"}');
    expect(describePackage(installed)).toEqual({ version: '4.5.6', commit: null, dirty: null, lockfile_sha256: null });
  });

  it('knows no commit before the first one', () => {
    git('init', '--quiet');
    expect(describePackage(root)).toMatchObject({ commit: null, dirty: null });
  });
});

describe('packageVersion', () => {
  it('reads also a package that exports nothing to require', () => {
    const file = new URL('../../node_modules/node-seal/package.json', import.meta.url);
    expect(packageVersion('node-seal')).toBe((JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version);
  });

  it('is null for what is not installed', () => {
    expect(packageVersion('no-such-package-here')).toBe(null);
  });
});

describe('withoutFolders', () => {
  it.each([
    ['/home/me/data', 'data'],
    ['--out=/home/me/run', '--out=run'],
    ['--out=results/run', '--out=results/run'],
    ['--scheme', '--scheme'],
    ['ckks,bfv', 'ckks,bfv'],
    ['1/4', '1/4'],
    ['/', '/'],
  ])('%s', (argument, expected) => {
    expect(withoutFolders(argument)).toBe(expected);
  });
});

describe('run information', () => {
  const request = {
    arguments: ['--data', '/home/me/mnist'],
    seed: 7,
    profile: 'quick',
    sampling: { launches: 1, warmup: 1, budget_ns: 2e9, precision: 0.02, mostSamples: 1000 },
    cases: { planned: 1, leftOut: [] },
    libraries: ['zod'],
  };

  it('is valid at the beginning and at the end, and keeps the beginning', () => {
    const begun = parseRunInformation(beginRun(request));
    expect(begun).toMatchObject({ finishedAt: null, load: { after: null }, calibration: { after_ns: null }, seed: 7, profile: 'quick' });
    expect(begun.versions).toMatchObject({
      node: process.versions.node,
      v8: process.versions.v8,
      libraries: { zod: packageVersion('zod') },
    });
    const finished = parseRunInformation(finishRun(begun));
    expect(finished.load.before).toEqual(begun.load.before);
    expect(finished.calibration.before_ns).toEqual(begun.calibration.before_ns);
    expect(finished.finishedAt! >= finished.startedAt).toBe(true);
  });

  it('names no host and no path', () => {
    const text = JSON.stringify(beginRun(request));
    expect(text).not.toContain(`"${hostname()}"`);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toContain('/home/me');
    expect(text).toContain('mnist');
  });
});

describe('calibrate', () => {
  it('gives as many whole, positive times as asked', () => {
    const times = calibrate(3);
    expect(times).toHaveLength(3);
    expect(times.every((time) => Number.isInteger(time) && time > 0)).toBe(true);
  });
});
