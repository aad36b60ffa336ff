/** @module */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const START = fileURLToPath(new URL('start.js', import.meta.url));
/** Started with this, the running Node takes itself for an old one. */
const PRETEND_OLD = ['--import', `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.0.0'})`];
const folder = mkdtempSync(join(tmpdir(), 'enigmark-start-'));
afterAll(() => rmSync(folder, { recursive: true }));

function start(file: string, ...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...PRETEND_OLD, file, ...words], { encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

test('an older Node hands over to the packaged one, with arguments, output and exit code', () => {
  const { code, stdout } = start(START, 'list', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveProperty('schemes');
  const refused = start(START, 'bech');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/did you mean bench/);
});

test('where the packaged Node is an empty file, which a shell runs and finds well: one line, exit 4', () => {
  const packaged = join(folder, 'node_modules', 'node');
  mkdirSync(join(packaged, 'bin'), { recursive: true });
  writeFileSync(join(packaged, 'package.json'), '{"version": "24.21.0", "bin": {"node": "bin/node"}}');
  writeFileSync(join(packaged, 'bin', 'node'), '', { mode: 0o755 });
  const alone = join(folder, 'damaged.js');
  copyFileSync(START, alone);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const { code, stderr } = start(alone, 'list');
  rmSync(packaged, { recursive: true });
  expect(code).toBe(4);
  expect(stderr).toMatch(/^enigmark: needs Node 24 or newer, .*damaged; run `npm rebuild node`.*\n$/);
});

test('where the packaged Node is missing: one line with the cure, exit 4', () => {
  const alone = join(folder, 'start.js');
  copyFileSync(START, alone);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  const { code, stdout, stderr } = start(alone, 'list');
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
  expect(stderr).toMatch(/^enigmark: needs Node 24 or newer, this is 20\.0\.0, .*npm rebuild node.*\n$/);
});

test.runIf(existsSync('/proc/self'))('a cache folder that cannot be made costs time, not the command', () => {
  const env = { ...process.env, XDG_CACHE_HOME: '/proc/nowhere', NODE_COMPILE_CACHE: undefined };
  const { status, stderr } = spawnSync(process.execPath, [START, 'bech'], { encoding: 'utf8', env, timeout: 60_000 });
  expect(stderr).toMatch(/did you mean bench/);
  expect(status).toBe(2);
});
