/** @module */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { NetworkFolder } from '../workloads/network/file/network-file.fixture.ts';
import { runCommand } from './command-line.fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'enigmark-cli-'));
afterAll(() => rmSync(folder, { recursive: true }));

const damagedCluster = join(folder, 'damaged-cluster');
mkdirSync(damagedCluster);
writeFileSync(join(damagedCluster, 'cluster.json'), '{"shards":');

const damagedPairs = join(folder, 'pairs.jsonl');
writeFileSync(damagedPairs, '\n{"seed":1}\n');

describe.concurrent('what the user got wrong is said in one line, exit 2', () => {
  test.each([
    { words: ['bech'], says: /bench, report, .*, got an unknown command 'bech'; did you mean bench\?/ },
    { words: ['bench', '--schme', 'ckks'], says: /got '--schme'; did you mean --scheme\?/ },
    { words: ['bench', '--scheme', 'claer'], says: /got 'claer'; did you mean clear\?/ },
    { words: ['bench', '--workload', 'desne'], says: /'desne'; did you mean dense.*list/ },
    { words: ['bench', '--scheme', 'clear', '--parameters', 'foat64'], says: /got 'foat64'; did you mean float64\?/ },
    { words: ['bench', '--profile', 'quik'], says: /did you mean quick/ },
    { words: ['bench', '--runs', '-1'], says: /from 1 to 100 for --runs, got '-1'/ },
    { words: ['bench', '--runs'], says: /a value for --runs/ },
    { words: ['bench', '--json=maybe'], says: /an option without a value, got '--json=maybe'/ },
    { words: ['bench', '--network', 'package.json'], says: /a network in package.json, got .* \[NETWORK_FILE_INVALID\]/ },
    { words: ['bench', '--', '--schme', 'ckks'], says: /got '--schme'; did you mean --scheme\?/ },
    { words: ['bench', '--scheme', 'clear', '--', '--runs', '2'], says: /got a '--' among them/ },
    { words: ['bench', '--retry', 'failed'], says: /--retry beside --resume/ },
    { words: ['bench', '--resume', '--retry', 'completed'], says: /failed, timeout for --retry, got 'completed'/ },
    { words: ['bench', '--data', 'x'.repeat(300)], says: /a folder for --data/ },
    { words: ['bench', '--data', 'schemes'], says: /t10k-images-idx3-ubyte .*\[IDX_MISSING\]/ },
    { words: ['report', 'x'.repeat(300)], says: /a run folder/ },
    {
      words: ['bench', 'ckks'],
      says: /options after bench, as in `npm run bench -- --scheme ckks`, got the word 'ckks', which is no option/,
    },
    { words: ['bench', '--scheme', 'clear', '--kernels', 'own'], says: /clear has no kernels 'own'/ },
    { words: ['verify', '--runs', '2'], says: /an option of verify, got '--runs'/ },
    { words: ['report', '--format', 'pdf'], says: /md, csv, tex, json, .*html, terminal for --format, got 'pdf'/ },
    {
      words: ['report', 'results/client-aided', '--tables', 'training'],
      says: /a table that this run has: summary, latency, .*\[TABLE_MISSING\]/,
    },
    { words: ['report', 'results/reference', '--columns', 'scheme,servr'], says: /got 'servr'; did you mean server\?/ },
    { words: ['report', 'results/of-nobody'], says: /a run folder/ },
    { words: ['report', '--lnk', '1Gbit/s,1ms'], says: /got '--lnk'; did you mean --link\?/ },
    { words: ['cluster', '--nodes', '2', '--out', damagedCluster, '--resume'], says: /a whole cluster.json, got a damaged one/ },
    { words: ['evaluation'], says: /what evaluation is to be about, got nothing/ },
    { words: ['evaluation', 'cnn'], says: /one network, got 'cnn'/ },
    { words: ['evaluation', 'cnn-tenseal', '--scheme', 'tfhe'], says: /under tfhe on our kernels, got a refusal: .*; choose another/ },
    { words: ['tfhe:paired', 'dense-64'], says: /a network with classes, got 'dense-64'/ },
    { words: ['tfhe:paired', 'mlp-dinn-30', '--from', '2000'], says: /--from below 2000, .*got 2000/ },
    { words: ['tfhe:paired', 'mlp-dinn-30', '--out', damagedPairs], says: /pairs.jsonl line 2; .*\[PAIRS_DAMAGED\]/ },
    { words: ['tfhe:paired', 'mlp-dinn-30', '--imges', '3'], says: /did you mean --images/ },
    { words: ['tfhe:noise', 'n513'], says: /did you mean n512/ },
  ])('$words', async ({ words, says }) => {
    const { code, stdout, stderr } = await runCommand(...words);
    expect(stderr).toMatch(says);
    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
  });
});

test('help shows an example of every command, on stdout', async () => {
  for (const command of [
    'bench',
    'report',
    'compare',
    'merge',
    'cluster',
    'list',
    'verify',
    'evaluation',
    'tfhe:paired',
    'tfhe:pbs',
    'tfhe:threads',
    'tfhe:noise',
  ]) {
    const { code, stdout, stderr } = await runCommand(command, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('Examples:');
  }
});

test('list --json names what bench takes', async () => {
  const { code, stdout } = await runCommand('list', '--json');
  const listed = JSON.parse(stdout) as { schemes: { id: string }[]; workloads: { id: string }[] };
  expect(code).toBe(0);
  expect(listed.schemes.map(({ id }) => id)).toContain('clear');
  expect(listed.workloads.map(({ id }) => id)).toContain('dense-64');
});

test('a network of the user runs alone', async () => {
  using network = new NetworkFolder();
  const { code, stdout } = await runCommand('verify', '--scheme', 'clear', '--network', network.path, '--json');
  const verdicts = stdout.trimEnd().split('\n');
  expect(code).toBe(0);
  expect(verdicts.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { id: 'clear/network/auto/batched/library/t1', result: 'right' },
    { id: 'clear/network/auto/packed/library/t1' },
  ]);
});

describe.concurrent('what cannot be used', () => {
  test('an adapter that is no adapter: exit 2, the first wrong field', async () => {
    const path = join(folder, 'half.mjs');
    writeFileSync(path, `export const scheme = { id: 'half', compile() {}, createClient() {}, createEvaluator() {} };`);
    const { code, stderr } = await runCommand('bench', '--adapter', path);
    expect(code).toBe(2);
    expect(stderr).toMatch(/at scheme: .* \[ADAPTER_INVALID\]\n$/);
  });

  test('an adapter in a folder of CommonJS: how to make it a module', async () => {
    const commonJs = join(folder, 'commonjs');
    mkdirSync(commonJs);
    writeFileSync(join(commonJs, 'package.json'), '{"type": "commonjs"}');
    for (const source of ["import 'node:fs'; export const scheme = {};", 'export const scheme = {};']) {
      writeFileSync(join(commonJs, 'adapter.js'), source);
      const { code, stderr } = await runCommand('bench', '--adapter', join(commonJs, 'adapter.js'));
      expect(code).toBe(4);
      expect(stderr).toMatch(/add "type": "module" to the package.json .* \[ADAPTER_UNUSABLE\]\n$/);
    }
  });

  test("an adapter with a built-in scheme's id: refused, or with --replace measured in its place, and the row says so", async () => {
    const path = join(folder, 'taken.mjs');
    writeFileSync(path, `export { scheme } from '${new URL('../schemes/clear/scheme.ts', import.meta.url).href}';`);
    const words = ['bench', '--adapter', path, '--workload', 'dense-64', '--layout', 'packed', '--profile', 'smoke'];
    const { code, stderr } = await runCommand(...words, '--out', join(folder, 'taken'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/got 'clear'; .* --replace .* \[ADAPTER_ID_TAKEN\]\n$/);
    const replaced = await runCommand(...words, '--replace', '--json', '--out', join(folder, 'taken'));
    expect(replaced.code, replaced.stderr).toBe(0);
    expect(JSON.parse(replaced.stdout)).toMatchObject({ scheme: 'clear', replaced: true });
    expect((await runCommand('report', join(folder, 'taken'))).code).toBe(0);
    expect(readFileSync(join(folder, 'taken', 'report', 'README.md'), 'utf8')).toContain('clear (replaced)');
  });

  test('what an adapter prints at import does not stand among the records', async () => {
    const path = join(folder, 'prints.mjs');
    const clear = new URL('../schemes/clear/scheme.ts', import.meta.url).href;
    writeFileSync(
      path,
      `import { scheme as clear } from '${clear}'; console.log('hello'); export const scheme = { ...clear, id: 'prints' };`,
    );
    const { code, stdout } = await runCommand('verify', '--adapter', path, '--workload', 'dense-64', '--layout', 'packed', '--json');
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([{ result: 'right' }]);
  });

  test('a folder that cannot be written: exit 4', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { code, stderr } = await runCommand('bench', '--scheme', 'clear', '--out', join(file, 'run'));
    expect(code).toBe(4);
    expect(stderr).toMatch(/^enigmark: .*RUN_FOLDER_UNWRITABLE\]\n$/m);
  });
});
