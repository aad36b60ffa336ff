/**
 * Short trainings from plan to record, on ciphertexts and in the clear.
 *
 * @module
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { scheme as bfv } from '../../../schemes/bfv/scheme.ts';
import { scheme as bgv } from '../../../schemes/bgv/scheme.ts';
import { scheme as ckks } from '../../../schemes/ckks/scheme.ts';
import { scheme as clear } from '../../../schemes/clear/scheme.ts';
import type { HEScheme } from '../../../schemes/scheme.ts';
import { scheme as tfhe } from '../../../schemes/tfhe/scheme.ts';
import { loadNetwork } from '../../../workloads/network/file/load-network.ts';
import type { LabelledRows } from '../../../workloads/training/data/samples.ts';
import { recipes, type Recipe } from '../../../workloads/training/recipes.ts';
import type { TrainingRecord } from '../../record/record.ts';
import type { LaunchMessage } from '../messages.ts';
import { finishedEpochs } from './checkpoint.ts';
import { requestOf, short, trainedIn, type Trained } from './training.fixture.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enigmark-training-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const trained = (recipe: Recipe, scheme: HEScheme, how?: Trained): Promise<TrainingRecord> => trainedIn(folder, recipe, scheme, how);

describe('a training', () => {
  it('on ciphertexts follows the same algorithm in float', async () => {
    const record = await trained(short(5), ckks);
    const { history, refresh, rounds, learns } = record.training;
    expect(record).toMatchObject({ state: 'completed', interactive: true, parameters: { id: 'default-50' } });
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    for (const { gradientError, weightDistance, discordant, overflows } of history) {
      expect(Math.max(...gradientError)).toBeLessThan(5e-3);
      expect(weightDistance).toBeLessThan(5e-3);
      expect(discordant).toBeLessThanOrEqual(1);
      expect(overflows).toBe(0);
    }
    expect(history.at(-1)!.loss.encrypted).toBeLessThan(history[0]!.loss.encrypted);
    expect(refresh.up_bytes + refresh.down_bytes).toBeLessThan(350_000);
    expect([rounds, learns]).toEqual([1, expect.stringContaining('gradients')]);
  });

  it('of images takes mini-batches of 1,024 in one refresh of at most 350 KB each', async () => {
    const digits = recipes.find(({ id }) => id === 'training-logistic-digits')!;
    const { training } = await trained({ ...digits, course: { ...digits.course, epochs: 2 } }, ckks);
    expect(training).toMatchObject({ batch: 1024, updatesPerEpoch: 2, features: 197, rounds: 1 });
    expect(training.refresh.up_bytes + training.refresh.down_bytes).toBeLessThan(350_000);
    const last = training.history.at(-1)!;
    expect(last.weightDistance).toBeLessThan(1e-2);
    expect(Math.abs(last.heldOut.encrypted - last.heldOut.polynomial)).toBeLessThan(0.003);
  });

  it('whose client applies the sigmoid takes two trips of a shallow set, and the true sigmoid', async () => {
    const record = await trained(short(3), ckks, { help: 'activation' });
    expect(record).toMatchObject({ state: 'completed', depth: 1, parameters: { id: 'small-50' }, training: { rounds: 2, sigmoid: null } });
    expect(record.training.learns).toContain('scores');
    for (const { loss, weightDistance } of record.training.history) {
      expect(loss.polynomial).toBe(loss.sigmoid);
      expect(weightDistance).toBeLessThan(1e-3);
    }
  });

  it.each([bgv, bfv])('on whole numbers under $id is the fixed-point training, bit by bit', async (scheme) => {
    const record = await trained(short(3), scheme, { help: 'activation' });
    expect(record).toMatchObject({ state: 'completed', training: { rounds: 2 } });
    for (const { gradientError, weightDistance, discordant } of record.training.history) {
      expect([...gradientError, weightDistance, discordant]).toEqual([0, 0, 0]);
    }
  });

  it('takes several updates between two refreshes, and judges the epochs that end there', async () => {
    const { training, interactive } = await trained(short(8), clear, { updates: 4 });
    expect([training.updatesPerRefresh, interactive]).toEqual([4, true]);
    expect(training.history.map(({ epoch, server_ns }) => [epoch, server_ns.length])).toEqual([
      [4, 1],
      [8, 1],
    ]);
    for (const { weightDistance } of training.history) expect(weightDistance).toBeLessThan(1e-9);
    const whole = await trained(short(3), clear, { updates: 'all' });
    expect([whole.training.updatesPerRefresh, whole.interactive]).toEqual([3, false]);
    expect(whole.training.history.map(({ epoch }) => epoch)).toEqual([3]);
  });

  it('goes on between refreshes where it was stopped', async () => {
    const whole = await trained(short(8), clear, { updates: 4 });
    rmSync(join(folder, 'training'), { recursive: true });
    const stop = (message: LaunchMessage): void => {
      if (message.kind === 'progress' && message.epoch === 5) throw new Error('killed');
    };
    await expect(trained(short(8), clear, { updates: 4, tell: stop })).rejects.toThrow('killed');
    const resumed = await trained(short(8), clear, { updates: 4 });
    expect(resumed.training.resumedAfter).toBe(4);
    expect(resumed.training.history.map(({ loss }) => loss)).toEqual(whole.training.history.map(({ loss }) => loss));
  });

  it('by tables of single numbers errs by no more than its plan states', async () => {
    const { data, ...small } = recipes.find(({ id }) => id === 'training-logistic-small')!;
    const few = (rows: LabelledRows): LabelledRows => ({
      rows: rows.rows.slice(0, 12).map((row) => row.slice(0, 3)),
      labels: rows.labels.slice(0, 12),
    });
    const recipe: Recipe = {
      ...small,
      data(seed) {
        const { training, heldOut, ...rest } = data(seed);
        return { ...rest, training: few(training), heldOut: few(heldOut) };
      },
    };
    const { state, depth, operations, training } = await trained(recipe, tfhe, { parameters: 'insecure-n1024' });
    // Squares, the sigmoid, and squares again: for 12 samples of 4 features each.
    expect([state, depth, operations['bootstrap']]).toEqual(['completed', 3, 12 * 10]);
    expect(training.allowedError).toBeGreaterThan(0);
    expect(training.history.map(({ weightDistance }) => weightDistance < 0.1)).toEqual([true, true, true]);
  });

  it('tells the epoch and update that it is in', async () => {
    const said: LaunchMessage[] = [];
    await trained(short(2), clear, { tell: (message) => said.push(message) });
    expect(said).toContainEqual({ kind: 'progress', stage: 'evaluate', done: 0, total: 1, epoch: 2, epochs: 2 });
  });

  it('writes what it learned as a network that can be loaded', async () => {
    const { training } = await trained(short(3), clear);
    const { network, samples } = loadNetwork(join(folder, training.network!));
    expect(network.input.shape).toEqual({ channels: 9, height: 1, width: 1 });
    expect(samples?.inputs).toHaveLength(training.samples.heldOut);
  });

  it('goes on with the epochs that were finished when it was stopped', async () => {
    const whole = await trained(short(4), clear);
    rmSync(join(folder, 'training'), { recursive: true });
    const stop = (message: LaunchMessage): void => {
      if (message.kind === 'progress' && message.epoch === 3) throw new Error('killed');
    };
    await expect(trained(short(4), clear, { tell: stop })).rejects.toThrow('killed');
    const { trainingFolder, facts: launch } = requestOf(folder, clear);
    expect(finishedEpochs(trainingFolder, launch).map(({ epoch }) => epoch)).toEqual([1, 2]);
    const resumed = await trained(short(4), clear);
    expect(resumed.training.resumedAfter).toBe(2);
    expect(resumed.training.history.map(({ loss }) => loss)).toEqual(whole.training.history.map(({ loss }) => loss));
    expect(resumed.training.refresh).toEqual(whole.training.refresh);
  });

  it('takes nothing up of another training', async () => {
    await trained(short(2), clear);
    const other = await trained({ ...short(2), course: { ...short(2).course, rule: { method: 'gradient', rate: 0.1 } } }, clear);
    expect(other.training.resumedAfter).toBeUndefined();
  });

  it('begins anew where what was kept is damaged', async () => {
    await trained(short(2), clear);
    const { trainingFolder, facts: launch } = requestOf(folder, clear);
    const path = join(trainingFolder!, `${launch.id.replaceAll('/', '-')}-${launch.launch}.json`);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.length / 2));
    expect((await trained(short(2), clear)).training.resumedAfter).toBeUndefined();
  });
});
