/**
 * Finished epochs of a training, kept beside the records: a launch that is interrupted loses no more than the epoch it was in.
 *
 * @module
 */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { DescentState } from '../../../workloads/training/descent.ts';
import { makeFolders } from '../../record/make-folders.ts';
import { trainingEpoch, type TrainingEpoch } from '../../record/figures/training-figures.ts';
import { writing } from '../../record/writing.ts';
import type { CaseFacts } from '../messages.ts';

const weights = z.array(z.number());

const checkpoint = z.strictObject({
  binding: z.string(),
  state: z.strictObject({ updates: z.int(), point: weights, weights, lambda: z.number() }),
  epochs: z.array(trainingEpoch),
  largestError: z.number(),
  largestWeightError: z.number(),
  refresh: z.strictObject({ up_bytes: z.int(), down_bytes: z.int() }),
});

export interface Checkpoint {
  readonly state: DescentState;
  readonly epochs: readonly TrainingEpoch[];
  /** Of any entry of any decrypted gradient. */
  readonly largestError: number;
  /** Of any weight behind updates that the evaluator took by itself. */
  readonly largestWeightError: number;
  /** Bytes of one refresh. */
  readonly refresh: { readonly up_bytes: number; readonly down_bytes: number };
}

/** Name of a launch's files, without ending. */
export function trainingName({ id, launch }: Pick<CaseFacts, 'id' | 'launch'>): string {
  return `${id.replaceAll('/', '-')}-${launch}`;
}

/**
 * What an earlier launch of the same training left; null: nothing that can be gone on with.
 *
 * @param binding What an epoch depends on: of another training nothing is taken up.
 */
export function readCheckpoint(folder: string, facts: Pick<CaseFacts, 'id' | 'launch'>, binding: string): Checkpoint | null {
  const found = readFile(folder, facts);
  if (found === null || found.binding !== binding) return null;
  const { state, epochs, largestError, largestWeightError, refresh } = found;
  return {
    ...{ epochs, largestError, largestWeightError, refresh },
    state: { ...state, point: Float64Array.from(state.point), weights: Float64Array.from(state.weights) },
  };
}

/** Epochs that a launch had finished when it ended; none where nothing was kept. */
export function finishedEpochs(folder: string | null, facts: Pick<CaseFacts, 'id' | 'launch'>): readonly TrainingEpoch[] {
  return (folder === null ? null : readFile(folder, facts))?.epochs ?? [];
}

function readFile(folder: string, facts: Pick<CaseFacts, 'id' | 'launch'>): z.infer<typeof checkpoint> | null {
  try {
    return checkpoint.parse(JSON.parse(readFileSync(join(folder, `${trainingName(facts)}.json`), 'utf8')));
  } catch {
    // There is none, or it was damaged: then epochs are trained again.
    return null;
  }
}

/**
 * A reader meets the whole file or the one before.
 *
 * @throws EnigmarkError DISK_FULL, RUN_FOLDER_UNWRITABLE
 */
export function writeCheckpoint(folder: string, facts: Pick<CaseFacts, 'id' | 'launch'>, binding: string, done: Checkpoint): void {
  const { state } = done;
  const kept = { ...state, point: [...state.point], weights: [...state.weights] };
  const path = join(folder, `${trainingName(facts)}.json`);
  writing(folder, () => {
    makeFolders(folder);
    const file = openSync(`${path}.new`, 'w');
    try {
      writeFileSync(file, JSON.stringify({ ...done, binding, state: kept }));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(`${path}.new`, path);
  });
}
