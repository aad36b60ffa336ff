/**
 * What npm users get: the tarball installed in an empty folder, its bin, and a new scheme's adapter.
 *
 * @module
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SYSTEM_PATH = (process.env['PATH'] ?? '')
  .split(':')
  .filter((folder) => !folder.includes('node_modules'))
  .join(':');
/** Whatever Node the machine has, without this repository's. */
const environment = { ...process.env, PATH: SYSTEM_PATH };

describe('the published package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'enigmark-package-'));
  const bin = join(folder, 'node_modules', '.bin', 'enigmark');
  const run = (...args: string[]) => spawnSync(bin, args, { cwd: folder, env: environment, encoding: 'utf8' });

  beforeAll(() => {
    execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' });
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
    // A user approves the install script of `node` as this package does for itself.
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', allowScripts: { node: true } }));
    execFileSync('npm', ['install', join(folder, tarball)], { cwd: folder, env: environment, stdio: 'pipe' });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('runs the bench from its bin, whatever Node starts it', () => {
    const { status, stdout, stderr } = run('bench', '--scheme', 'ckks', '--workload', 'dense-784x10', '--profile', 'smoke', '--out', 'run');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('Answer:');
    expect(existsSync(join(folder, 'run', 'records.jsonl'))).toBe(true);
  });

  it('writes the report of that run', () => {
    expect(run('report', 'run', '--out', 'report').status).toBe(0);
    expect(readFileSync(join(folder, 'report', 'latency.md'), 'utf8')).toContain('dense-784x10');
  });

  it('writes a new scheme that passes the suite and is measured', () => {
    expect(run('new:scheme', 'toy').status).toBe(0);
    const proof = spawnSync('npm', ['test'], { cwd: join(folder, 'toy'), env: environment, encoding: 'utf8' });
    expect(proof.status, proof.stdout + proof.stderr).toBe(0);
    expect(Number(/^\D*pass (\d+)$/m.exec(proof.stdout)?.[1])).toBeGreaterThan(100);
    const args = ['--adapter', './toy/toy.ts', '--workload', 'dense-784x10', '--profile', 'smoke', '--out', 'toy-run'];
    const { status, stdout, stderr } = run('bench', ...args);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/^dense-784x10 .* toy .* exact /m);
  });

  it('carries the measurements of parts', () => {
    const { status, stdout, stderr } = run('tfhe:noise', 'insecure-n1024', '--bootstraps', '16');
    expect(status, stderr).toBe(0);
    expect(stdout).toContain('insecure-n1024');
    expect(run('evaluation', '--help').stdout).toContain('--batches');
  });

  it('names itself in its help, not npm', () => {
    for (const command of ['bench', 'list', 'verify', 'report', 'doctor']) {
      const { stdout } = run(command, '--help');
      expect(stdout).toContain(`enigmark ${command}`);
      expect(stdout).not.toContain('npm run');
    }
  });

  it('carries no test, fixture or bench', () => {
    const files = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' });
    expect(files).not.toMatch(/\.(test|fixture|bench|examples)\.(js|d\.ts)/);
    expect(files).not.toContain('model-training');
    expect(files).toContain('workloads/models/dense-784x10.safetensors');
    expect(files).toContain('SECURITY.md');
    expect(files).toContain('docs/reading-tables.md');
    for (const page of ['docs/add-a-scheme.md', 'docs/own-networks.md', 'workloads/models/README.md']) expect(files).toContain(page);
    expect(files).toContain('workloads/data/mnist/images-idx3-ubyte.gz');
  });
});
