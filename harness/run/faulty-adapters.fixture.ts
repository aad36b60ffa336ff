/**
 * Adapters that misbehave, for tests: the cleartext adapter with one fault, as module files of an outsider.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const CLEAR = new URL('../../schemes/clear/scheme.ts', import.meta.url).href;

/** Starts what moves to a session of its own and holds the pipes open. Its process id is then in the file `child-pid` beside the adapter. */
const STARTS_CHILD = `
    const { spawn } = process.getBuiltinModule('child_process');
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 6e5)'], { stdio: 'inherit', detached: true });
    child.unref();
    process.getBuiltinModule('fs').writeFileSync(new URL('child-pid', import.meta.url), String(child.pid));`;

/** What the adapter does instead, as members over those of `clear`. */
export const FAULTS = {
  none: '',
  /** Prints, and has a version that would clear a terminal. */
  noisy: `library: { ...clear.library, version: '1\\u009b2J' }, createEvaluator: (...all) => (console.log('chatter'), process.stdout.write('{"not": "a record"}\\n'), clear.createEvaluator(...all)),`,
  aborts: 'createEvaluator: () => process.abort(),',
  exits: 'createEvaluator: () => process.exit(0),',
  killed: "createEvaluator: () => process.kill(process.pid, 'SIGKILL') && new Promise(() => {}),",
  /** A training with an update an epoch is then in its third. */
  killedInThirdRun: `createEvaluator: async (...all) => {
    const evaluator = await clear.createEvaluator(...all);
    let runs = 0;
    return { ...evaluator, run: (...of) => (++runs === 3 ? process.kill(process.pid, 'SIGKILL') && new Promise(() => {}) : evaluator.run(...of)) };
  },`,
  plansForEver: 'compile: () => { for (;;); },',
  hangs: 'createEvaluator: () => { for (;;); },',
  /** Its process id is then in the file `pid` beside the adapter. */
  waits: `createEvaluator: () => {
    process.getBuiltinModule('fs').writeFileSync(new URL('pid', import.meta.url), String(process.pid));
    return new Promise((resolve) => setTimeout(resolve, 1e9));
  },`,
  /** After its result. */
  exitHangs: "createEvaluator: (...all) => { process.on('exit', () => { for (;;); }); return clear.createEvaluator(...all); },",
  leavesChild: `createEvaluator: (...all) => {${STARTS_CHILD}
    return clear.createEvaluator(...all);
  },`,
  startsChildAndHangs: `createEvaluator: () => {${STARTS_CHILD}
    for (;;);
  },`,
  /** Numbers that JSON does not know. */
  unboundedPlan: `compile: (...all) => {
    const compiled = clear.compile(...all);
    return { ...compiled, estimate: { ...compiled.estimate, peak_bytes: Infinity } };
  },`,
  throws: "createEvaluator: () => { throw new Error('first line\\nsecond line'); },",
  throwsLater: "createEvaluator: () => new Promise(() => setTimeout(() => { throw new Error('nobody waits for this'); }, 1)),",
  exhausted: "createEvaluator: () => { throw new RangeError('Array buffer allocation failed'); },",
  wrong: 'createClient: async (plan) => changed(await clear.createClient(plan), (value) => value + 1e6),',
  notNumbers: 'createClient: async (plan) => changed(await clear.createClient(plan), () => NaN),',
  refuses: "compile: () => ({ code: 'MODULUS_TOO_SMALL', reason: 'the bound 2^23 passes 2^20', circuit: 'dense', node: 0 }),",
  weak: `compile: (...all) => {
    const compiled = clear.compile(...all);
    const key = { key: 'secret', problem: 'rlwe', dimension: 1024, modulus_log2: 200, error_log2: null, secret: 'ternary' };
    return { ...compiled, hardness: [key] };
  },`,
  slow: `compile: (...all) => {
    const compiled = clear.compile(...all);
    return { ...compiled, estimate: { ...compiled.estimate, evaluate_ns: 1e15 } };
  },`,
} as const;

export type Fault = keyof typeof FAULTS;

/** A folder of adapters, removed on disposal. */
export class FaultyAdapters implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'enigmark-adapters-'));

  /** Path of an adapter with that fault; its id is `faulty-` and the fault in lower case. */
  write(fault: Fault): string {
    const path = join(this.folder, `${fault}.mjs`);
    writeFileSync(
      path,
      `import { scheme as clear } from '${CLEAR}';
const changed = (client, change) => ({
  ...client,
  decrypt: async (...all) => (await client.decrypt(...all)).map((values) => values.map(change)),
});
export const scheme = { ...clear, ${FAULTS[fault]} id: 'faulty-${fault.toLowerCase()}' };
`,
    );
    return path;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}
