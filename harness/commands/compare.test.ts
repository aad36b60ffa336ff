/** @module */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../command-line.fixture.ts';

const COMMITTED = fileURLToPath(new URL('../../results/networks', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'enigmark-compare-'));
afterAll(() => rmSync(root, { recursive: true }));

/** The committed run with one word of its records changed. */
function changedRun(name: string, from: string, to: string): string {
  const folder = join(root, name);
  cpSync(COMMITTED, folder, { recursive: true });
  const records = join(folder, 'records.jsonl');
  const text = readFileSync(records, 'utf8');
  expect(text.includes(from)).toBe(true);
  writeFileSync(records, text.replaceAll(from, to));
  return folder;
}

describe('compare', () => {
  it('finds nothing in equal runs: exit 0', async () => {
    const { code, stdout, stderr } = await runCommand('compare', COMMITTED, COMMITTED);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/ckks\/cnn-relu\/auto\/packed\/own\/t1 +no difference/);
    expect(stdout).not.toMatch(/slower {2}|faster {2}/);
  });

  it('ends with 3 where a cost grew, says which, and passes what the threshold lets through', async () => {
    const grown = changedRun('grown', '"depth":2,', '"depth":3,');
    const { code, stdout, stderr } = await runCommand('compare', COMMITTED, grown, '--format', 'json');
    expect(code).toBe(3);
    expect(stderr).toMatch(/regression: .*: depth grew from 2 to 3/);
    expect(JSON.parse(stdout)).toMatchObject({ tables: [{ name: 'times' }, { name: 'costs' }] });
    expect((await runCommand('compare', COMMITTED, grown, '--threshold', '50%')).code).toBe(0);
  });

  it('lets no word of a run be markup', async () => {
    const hostile = join(root, 'hostile');
    cpSync(COMMITTED, hostile, { recursive: true });
    const path = join(hostile, 'run.json');
    const run = JSON.parse(readFileSync(path, 'utf8')) as { processor: { model: string } };
    run.processor.model = '<img src=x> *Example*';
    writeFileSync(path, JSON.stringify(run));
    const { stdout } = await runCommand('compare', COMMITTED, hostile, '--format', 'md');
    expect(stdout).toContain('&lt;img src=x> \\*Example\\*');
    expect(stdout).not.toContain('<img');
  });

  it.each([
    { words: ['compare'], says: /two runs, got 0/ },
    { words: ['compare', COMMITTED, COMMITTED, '--threshold', 'much'], says: /a share such as 5%/ },
    { words: ['compare', COMMITTED, '--save-baseline', '../x'], says: /name of a baseline/ },
  ])('$words', async ({ words, says }) => {
    const { code, stderr } = await runCommand(...words);
    expect(code).toBe(2);
    expect(stderr).toMatch(says);
  });
});
