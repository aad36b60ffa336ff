/** @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { primitives } from '../../workloads/primitives/primitives.ts';
import { describeAdapter } from './foreign-adapter.ts';
import { factsOf, type SchemeFacts } from '../launch/describe/scheme-facts.ts';

const folder = mkdtempSync(join(tmpdir(), 'enigmark-foreign-'));
afterAll(() => rmSync(folder, { recursive: true }));
const CLEAR = new URL('../../schemes/clear/scheme.ts', import.meta.url).href;
const idle = new AbortController().signal;

function describing(name: string, source: string, { timeout_ns = 60e9, signal = idle } = {}): Promise<SchemeFacts> {
  const adapter = join(folder, `${name}.mjs`);
  writeFileSync(adapter, source);
  return describeAdapter({ adapter, primitives: true }, { timeout_ns, signal });
}

describe.concurrent('an adapter is asked in a process of its own', () => {
  test('which facts it has, whatever it prints or says meanwhile', async () => {
    const noise = "console.log('noise'); console.error('noise'); process.send({ kind: 'facts', facts: {} });";
    const source = `import { scheme as clear } from '${CLEAR}'; ${noise} export const scheme = { ...clear, id: 'mine' };`;
    expect(await describing('noisy', source)).toEqual({ ...factsOf(clear, primitives), id: 'mine' });
  });

  test.each([
    ['spins', 'for (;;);', /no end of its import within 3 s/],
    ['waits for ever', 'await new Promise(() => {});', /no end of its import within 3 s/],
  ])('one that %s at import is given up', async (name, source, got) => {
    await expect(describing(name, source, { timeout_ns: 3e9 })).rejects.toMatchObject({
      code: 'ADAPTER_UNUSABLE',
      got: expect.stringMatching(got) as string,
    });
  });

  test.each([
    ['ends well', 'process.exit(0);', 'ADAPTER_UNUSABLE', /exit code 0 while it was imported/],
    ['aborts', 'process.abort();', 'ADAPTER_UNUSABLE', /SIGABRT while it was imported/],
    ['throws', "throw new Error('not today');", 'ADAPTER_UNUSABLE', /not today/],
    [
      'throws later',
      "setTimeout(() => { throw new Error('later'); }); await new Promise(() => {});",
      'ADAPTER_UNUSABLE',
      /exit code 1 while it was imported: .*later/,
    ],
    ['is none', 'export const other = 1;', 'ADAPTER_UNUSABLE', /exports no `scheme`/],
    [
      'lacks a field',
      'export const scheme = { id: 1, compile() {}, createClient() {}, createEvaluator() {} };',
      'ADAPTER_INVALID',
      /at id/,
    ],
  ])('one that %s at import is refused', async (name, source, code, got) => {
    await expect(describing(name, source)).rejects.toMatchObject({ code, got: expect.stringMatching(got) as string });
  });

  test('an abort ends the question', async () => {
    const controller = new AbortController();
    const asked = describing('aborted', 'for (;;);', { signal: controller.signal });
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
