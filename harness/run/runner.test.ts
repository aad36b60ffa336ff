/** @module */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { scheme as clear } from '../../schemes/clear/scheme.ts';
import { FaultyAdapters, type Fault } from './faulty-adapters.fixture.ts';
import type { LaunchRequest } from '../launch/messages.ts';
import { completedRecord } from '../record/record.examples.ts';
import { isMeasured, parseRecord } from '../record/record.ts';
import { PROFILES } from './profile.ts';
import { runLaunch, type LaunchOptions, type Outcome } from './runner.ts';
import { USUAL_PLANNING } from '../../workloads/own/planning-options.ts';

const adapters = new FaultyAdapters();
afterAll(() => adapters[Symbol.dispose]());

function request(fault: Fault, changes: Partial<LaunchRequest> = {}): LaunchRequest {
  const { schemaVersion, launch, order, kernels, threads, encryption, environment, startedAt } = completedRecord();
  const { family, library } = clear;
  return {
    facts: {
      ...{ schemaVersion, launch, order, kernels, threads, encryption, environment, startedAt, family, layout: 'packed' },
      ...{ id: `faulty-${fault}`, scheme: `faulty-${fault}`, schemeName: 'clear', workload: 'dense-64', group: 'dense' },
      library: { name: library.name, version: library.version },
    },
    adapter: adapters.write(fault),
    networks: [],
    planning: USUAL_PLANNING,
    bootstrap: false,
    trainings: [],
    connection: { bits_per_s: 1e9, roundTrip_ns: 1e6 },
    parameters: null,
    seed: 1,
    dataFolder: null,
    planCache: null,
    trainingFolder: null,
    keyCache: null,
    budget_ns: 1,
    stopping: PROFILES.smoke.stopping,
    warmup: 1,
    longestCase_ns: 60e9,
    planOnly: false,
    ...changes,
  };
}

function launch(fault: Fault, options: Partial<LaunchOptions> = {}, changes: Partial<LaunchRequest> = {}): Promise<Outcome> {
  const signal = new AbortController().signal;
  return runLaunch(request(fault, changes), {
    longestPlanning_ns: 60e9,
    timeout_ns: 60e9,
    signal,
    onProgress: () => undefined,
    onNotice: () => undefined,
    ...options,
  });
}

test('of a training that is killed in its third epoch the record has two', async () => {
  const trainingFolder = join(adapters.folder, 'training');
  const training = request('killedInThirdRun');
  const facts = { ...training.facts, layout: 'diagonals', workload: 'training-logistic-table', group: 'training-logistic' } as const;
  const first = await launch('killedInThirdRun', {}, { facts, trainingFolder });
  const record = parseRecord(first.kind === 'record' ? first.record : null);
  expect(record).toMatchObject({ state: 'failed', epochs: [{ epoch: 1 }, { epoch: 2 }] });
  // Its next launch begins with the third, and is killed in the fifth.
  const second = await launch('killedInThirdRun', {}, { facts, trainingFolder });
  expect(second).toMatchObject({ record: { epochs: [{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }, { epoch: 4 }] } });
});

// Each launch is a process: they wait for one another's start less when they start together.
describe.concurrent('launches', () => {
  test('a launch that goes well gives a complete record, also where the adapter prints', async () => {
    const stages: string[] = [];
    const outcome = await launch('noisy', { onProgress: ({ stage }) => stages.push(stage) });
    const record = parseRecord(outcome.kind === 'record' ? outcome.record : null);
    expect(record).toMatchObject({
      state: 'completed',
      parameters: { id: 'float64' },
      batch: 1,
      security: { bits: null },
      bytes: { rounds: 1 },
      accuracy: { heldOut: null, encrypted: null },
      interactive: false,
    });
    if (!isMeasured(record)) throw new Error('no figures');
    // The planned network sums in another order than the circuit.
    expect(record.accuracy!.maxAbsError).toBeLessThan(1e-12);
    // Counted during one batch, and predicted by walking the circuit.
    const planned = await launch('none', {}, { planOnly: true });
    expect(record.operations).toEqual(planned.kind === 'forecast' ? planned.forecast.operations : null);
    expect(record.stages.evaluate.samples_ns).toHaveLength(1);
    expect(record.stages.evaluate.warmup_ns.length).toBeGreaterThanOrEqual(1);
    // Warm-up, sample, and on a quick machine a batch for the layers: each took the next of the data's samples.
    expect(record.accuracy?.samples).toBeGreaterThanOrEqual(2);
    expect(record.layers.map(({ name }) => name)).toContain('dense');
    expect(stages.slice(0, 5)).toEqual(['plan', 'setup', 'keygen', 'setup', 'encodeModel']);
  });

  test.each<{ fault: Fault; state: string; code: string; message: RegExp }>([
    { fault: 'aborts', state: 'failed', code: 'CHILD_CRASHED', message: /SIGABRT/ },
    { fault: 'exits', state: 'failed', code: 'CHILD_CRASHED', message: /exit code 0 before it gave a result/ },
    { fault: 'killed', state: 'failed', code: 'CHILD_KILLED', message: /SIGKILL/ },
    { fault: 'throws', state: 'failed', code: 'UNEXPECTED', message: /^Error: first line$/ },
    { fault: 'throwsLater', state: 'failed', code: 'UNEXPECTED', message: /nobody waits for this/ },
    { fault: 'exhausted', state: 'failed', code: 'OUT_OF_MEMORY', message: /allocation failed/ },
    { fault: 'weak', state: 'failed', code: 'PARAMETERS_INSECURE', message: /128 bits of security/ },
    { fault: 'wrong', state: 'incorrect', code: 'DECRYPTED_WRONGLY', message: /^an output is off by/ },
    { fault: 'notNumbers', state: 'incorrect', code: 'DECRYPTED_WRONGLY', message: /NaN/ },
    { fault: 'refuses', state: 'unsupported', code: 'MODULUS_TOO_SMALL', message: /2\^20/ },
  ])('an adapter that $fault becomes a record: $state', async ({ fault, state, code, message }) => {
    const outcome = await launch(fault);
    const record = parseRecord(outcome.kind === 'record' ? outcome.record : null);
    expect(record).toMatchObject({ state, error: { code } });
    const told = 'error' in record ? record.error.message : '';
    expect(told).toMatch(message);
    expect(told).not.toContain('\n');
  });

  test.each<Fault>(['hangs', 'waits'])('an adapter that %s is killed when its time is up', async (fault) => {
    const outcome = await launch(fault, { timeout_ns: 2e9 });
    expect(outcome).toMatchObject({ kind: 'record', record: { state: 'timeout', error: { code: 'TIMEOUT' } } });
  });

  test("planning has a limit of its own, and none of its time is the launch's", async () => {
    const planned = await launch('hangs', { timeout_ns: 1 });
    expect(planned).toMatchObject({ record: { state: 'timeout', parameters: { id: 'float64' }, error: { code: 'TIMEOUT' } } });
    const unplanned = await launch('plansForEver', { longestPlanning_ns: 2e9 });
    expect(unplanned).toMatchObject({ record: { state: 'timeout', parameters: null, error: { code: 'PLANNING_TIMEOUT' } } });
  });

  test('an adapter that hangs when its process ends, after its result, costs neither the result nor the run', async () => {
    expect(await launch('exitHangs')).toMatchObject({ kind: 'record', record: { state: 'completed' } });
  });

  test.runIf(existsSync('/proc/self/environ'))('what a launch leaves running ends with it, also in a session of its own', async () => {
    const outcome = await launch('leavesChild');
    const pid = readFileSync(join(adapters.folder, 'child-pid'), 'utf8');
    expect(outcome).toMatchObject({ kind: 'record', record: { state: 'completed' } });
    // No such process, or one that has ended and that nobody has asked about yet.
    expect(spawnSync('ps', ['-o', 'stat=', '-p', pid], { encoding: 'utf8' }).stdout).toMatch(/^(Z.*\n)?$/);
  });

  test('predictions that are no numbers are a failure of the case', async () => {
    const outcome = await launch('unboundedPlan', {}, { planOnly: true });
    expect(outcome).toMatchObject({ kind: 'record', record: { state: 'failed', error: { code: 'ADAPTER_INVALID' } } });
  });

  test('an abort ends a launch that hangs, and nothing is recorded', async () => {
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    expect(await launch('hangs', { signal: controller.signal, onProgress })).toEqual({ kind: 'interrupted' });
    expect(await launch('none', { signal: controller.signal })).toEqual({ kind: 'interrupted' });
  });

  test('a case predicted to be too long is left out before any key is made', async () => {
    const stages: string[] = [];
    const outcome = await launch('slow', { onProgress: ({ stage }) => stages.push(stage) });
    expect(outcome).toMatchObject({ kind: 'leftOut' });
    expect(outcome.kind === 'leftOut' ? outcome.reason : '').toMatch(/^skipped: about .*, limit 1 min; add `--longest \d+[smh]`$/);
    expect(stages).toEqual(['plan']);
  });

  test('a plan alone gives the predictions', async () => {
    const outcome = await launch('none', {}, { planOnly: true });
    expect(outcome).toMatchObject({ kind: 'forecast', forecast: { parameters: { id: 'float64' }, batch: 1, depth: 0, evaluate_ns: null } });
  });
});
