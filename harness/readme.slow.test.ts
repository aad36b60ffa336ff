/**
 * Every command in a shell block of the README and of `docs/` runs. Most take minutes as they stand: each gets words that make it short, and never another command.
 *
 * @module
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { NetworkFolder } from '../workloads/network/file/network-file.fixture.ts';
import { writeTinyCkks } from './quick-adapters.fixture.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'enigmark-readme-'));
const network = new NetworkFolder();
afterAll(() => {
  network[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const table = join(folder, 'my-data.csv');
const rows = Array.from({ length: 100 }, (_, row) => `${(row % 7) + 3 * (row % 2)},${row % 5},${row % 2 === 0 ? 'no' : 'yes'}`);
writeFileSync(table, ['a,b,label', ...rows, ''].join('\n'));

/** Where the files are that the documents only speak of. */
const FILES: Readonly<Record<string, string>> = {
  'my-network.json': network.path,
  'my-data.csv': table,
  './my-scheme.ts': writeTinyCkks(folder),
  'results/paper': join(folder, 'run'),
  'results/before': join(folder, 'before'),
  'results/after': join(folder, 'after'),
  'shard-1': join(folder, 'shard-1'),
  'paper-tables': join(folder, 'tables'),
};

const small = ['--workload', 'dense-64', '--layout', 'packed', '--profile', 'smoke'];

/** Words added to each command, in the order they run: the report is of the first run. An option that it has already takes the new value. */
const SHORTENED: Readonly<Record<string, readonly string[]>> = {
  'npm run bench -- --scheme ckks': [...small, '--out', join(folder, 'run')],
  'npm run report': ['--', join(folder, 'run'), '--out', join(folder, 'report')],
  'npm run report -- --format html': [join(folder, 'run'), '--out', join(folder, 'page')],
  'npm run bench -- --scheme ckks,bfv --workload dense-784x10 --layout packed': ['--dry-run'],
  'npm run bench -- --workload cnn-tenseal --layout packed': ['--scheme', 'clear', '--dry-run'],
  'npm run bench -- --scheme ckks --sweep width=64..1024': ['--layout', 'packed', '--dry-run'],
  'npm run bench -- --training my-data.csv': ['--scheme', 'ckks', '--kernels', 'own', '--dry-run'],
  'npm run bench -- --network my-network.json': ['--scheme', 'clear', '--dry-run'],
  'npm run bench -- --workload cnn-relu --activation client': ['--scheme', 'clear', '--dry-run'],
  'npm run bench -- --scheme tfhe,hybrid --workload cnn-relu --layout batched': ['--dry-run'],
  'npm run bench -- --scheme hybrid --workload cnn-relu-class': ['--dry-run'],
  'npm run bench -- --scheme hybrid --workload cnn-tenseal-class --layout packed': ['--dry-run'],
  'npm run bench -- --scheme hybrid --workload cnn-square-relu --layout packed --cut relu': ['--dry-run'],
  'npm run bench -- --profile smoke --dry-run': ['--scheme', 'clear', '--workload', 'dense-64'],
  'npm run -s bench -- --profile smoke --scheme clear --json': ['--workload', 'dense-64', '--out', join(folder, 'json')],
  'npm run bench -- --profile full --out results/paper': ['--scheme', 'ckks', '--workload', 'dense-64', '--dry-run'],
  'npm run bench -- --profile full --out results/paper --resume': ['--scheme', 'ckks', '--workload', 'dense-64', '--dry-run'],
  'npm run report -- results/paper --out paper-tables': [],
  'npm run report -- results/paper --format html': [],
  'npm run report -- results/paper --format tex,json --tables latency --columns scheme,server,overhead': ['--out', join(folder, 'tex')],
  'npm run report -- results/paper --format terminal --tables all': [],
  'npm run report -- results/paper --format terminal --tables latency --link 50Mbit/s,30ms': [],
  'npm run bench -- --profile full --scheme ckks --out results/before': small,
  'npm run bench -- --profile full --scheme ckks --out results/after': small,
  'npm run compare -- results/before results/after': [],
  'npm run bench -- --profile full --shard 1/4 --out shard-1': ['--scheme', 'ckks', '--workload', 'dense', '--dry-run'],
  'npm run verify -- --scheme bfv': ['--workload', 'dense-64'],
  'npm run doctor': [],
  'npm run tfhe:threads -- n2048': [],
  'npm run tfhe:paired -- mlp-dinn-30 --images 20': ['--images', '1'],
  'npm run evaluation -- cnn-tenseal --layout batched --threads 1,2': ['--layout', 'packed', '--batches', '1'],
  'npm run bench -- --adapter ./my-scheme.ts': small,
  'npm run new:scheme -- my-scheme': ['--out', join(folder, 'my-scheme')],
};

/** These need several machines. `commands/merge.slow.test.ts` and `cluster/cluster.slow.test.ts` run them. */
const OF_SEVERAL_MACHINES = [
  'npm run merge -- shard-1 shard-2 shard-3 shard-4 --out results/whole',
  'npm run cluster -- --engine slurm --nodes 4 --profile full --out /shared/results/run',
];

/** The words with options added; one that they have already, with its value, is taken out. */
function withOptions(words: readonly string[], added: readonly string[]): readonly string[] {
  const isReplaced = (word: string | undefined): boolean => word?.startsWith('--') === true && word !== '--' && added.includes(word);
  return [...words.filter((word, at) => !isReplaced(word) && !isReplaced(words[at - 1])), ...added];
}

/** As `sh` would take them, comments left out. */
function commandsOf(document: string): readonly string[] {
  const blocks = [...document.matchAll(/^```sh\n(.*?)^```/gms)].map(([, block]) => block!);
  return blocks.flatMap((block) => block.split('\n')).flatMap((line) => line.replace(/(^|\s+)#.*$/, '').trim() || []);
}

const documents = globSync(['README.md', 'docs/*.md'], { cwd: ROOT });
const commands = documents.flatMap((document) => commandsOf(readFileSync(join(ROOT, document), 'utf8')));
const pipeline = readFileSync(join(ROOT, '.ci', 'run'), 'utf8').split('\n');

test('the documents have no other commands', () => {
  const known = new Set([...Object.keys(SHORTENED), ...OF_SEVERAL_MACHINES, ...pipeline]);
  expect(commands.filter((command) => !known.has(command))).toEqual([]);
  expect(Object.keys(SHORTENED).filter((command) => !commands.includes(command))).toEqual([]);
});

describe('runs', () => {
  test.each(Object.entries(SHORTENED))('%s', (command, added) => {
    const given = command.split(' ').map((word) => FILES[word] ?? word);
    const [npm, ...words] = withOptions(given, added);
    const { status, stdout, stderr } = spawnSync(npm!, words, { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(stdout).not.toBe('');
  });
});
