/**
 * The pages of the package's interface are generated without a warning: every type that an exported one names is on them.
 *
 * @module
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'enigmark-api-'));
afterAll(() => rmSync(out, { recursive: true }));

test('npm run docs:api', () => {
  execFileSync('npm', ['run', '-s', 'docs:api', '--', '--out', out], { cwd: ROOT, stdio: 'pipe' });
  expect(existsSync(join(out, 'interfaces', 'index.HEScheme.html'))).toBe(true);
});
