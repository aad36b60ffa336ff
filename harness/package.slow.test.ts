/**
 * What npm users get: the tarball installed in an empty folder, its bin, and an outsider's adapter.
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

/** An adapter as an outsider would write it: the cleartext primitives under another name, through the public entry point. */
const OUTSIDER = `
import { interpret, interpretedCounts, multiplicativeDepth, open, planDigest, portsOf, seal, securityOf, unknownParameters } from 'enigmark';
const slots = { of: (payload) => new Float64Array(payload.slice().buffer) };
const each = (a, compute) => ({ values: a.values.map(compute) });
const primitives = {
  load: (payload) => ({ values: slots.of(payload) }), store: (c) => new Uint8Array(c.values.slice().buffer), release() {},
  add: (a, b) => each(a, (x, i) => x + b.values[i]), subtract: (a, b) => each(a, (x, i) => x - b.values[i]),
  encode: (values) => Float64Array.from(values, Number),
  addPlain: (c, p) => each(c, (x, i) => x + p[i]), multiplyPlain: (c, p) => each(c, (x, i) => x * p[i]),
  memory: () => ({ reserved_bytes: 0, live_bytes: 0, buffers_bytes: 0, objects: 0 }), dispose() {},
};
const output = (circuits) => circuits.flatMap((c) => Object.keys(c.outputs).map((name) => c.id + '.' + name));
export const scheme = {
  id: 'outsider', scheme: 'outsider', library: { name: 'outsider', version: '1.0.0', kernels: ['library'] },
  family: 'none', arithmetic: 'real', operations: new Set(['input', 'add', 'subtract', 'affine', 'addPlain']),
  shapes: [{ rows: 1, columns: 64 }], parameterSets: { only: { id: 'only' } },
  compile(circuits, need) {
    if ((need.parameters ?? 'only') !== 'only') return unknownParameters(need.parameters, scheme.parameterSets);
    securityOf([], 128, 'only');
    const content = { scheme: 'outsider', parameters: { id: 'only' }, encryption: need.encryption, ports: portsOf(circuits, 1), keys: [], details: null };
    const id = planDigest(content);
    const correctness = Object.fromEntries(output(circuits).map((name) => [name, { kind: 'approximate', precision_bits: 6, modelled_bits: null }]));
    const estimate = { counts: interpretedCounts(circuits, { affine: false }), depth: multiplicativeDepth(circuits), correctness,
      evaluate_ns: null, prepare_ns: null, peak_bytes: 0, bytes: { keys: {}, input: 0, output: 0 } };
    return { id, client: { id, ...content }, evaluator: null, hardness: [], estimate };
  },
  async createClient(plan) {
    const wrap = (port, values) => seal({ kind: 'ciphertext', plan: plan.id, name: port, pass: 0, payload: new Uint8Array(Float64Array.from({ length: 64 }, (_, i) => Number(values[i] ?? 0)).buffer) });
    return {
      generateKeys: async () => [], encrypt: async (port, bundle) => bundle.map((values) => wrap(port, values)),
      decrypt: async (port, passes) => passes[0].map((bytes) => slots.of(open(bytes, { kind: 'ciphertext', plan: plan.id, name: port, pass: 0 }))),
      memory: primitives.memory, async [Symbol.asyncDispose]() {},
    };
  },
  createEvaluator: async (compiled) => interpret(compiled, primitives),
};
`;

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

  it("measures an outsider's adapter", () => {
    writeFileSync(join(folder, 'outsider.js'), OUTSIDER);
    const args = [
      '--adapter',
      './outsider.js',
      '--workload',
      'dense-64',
      '--layout',
      'batched',
      '--profile',
      'smoke',
      '--out',
      'own',
      '--json',
    ];
    const { status, stdout, stderr } = run('bench', ...args);
    expect(status, stderr).toBe(0);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { scheme: string; state: string });
    expect(records.map(({ scheme, state }) => [scheme, state])).toEqual([['outsider', 'completed']]);
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
