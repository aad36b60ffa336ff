/**
 * Breast Cancer Wisconsin (Diagnostic), whose file and licence lie beside this one.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import { readTrainingData } from './own-data.ts';
import type { TrainingData } from './samples.ts';

const FILE = fileURLToPath(new URL('breast-cancer/breast-cancer.csv', import.meta.url));

/** 569 samples of 30 features; label 1 is malignant. @throws as `readTrainingData` does where the file is damaged */
export function breastCancer(seed: number): TrainingData {
  const data = readTrainingData(FILE, seed);
  return { ...data, description: `Breast Cancer Wisconsin (Diagnostic), UCI, CC BY 4.0; ${data.description}` };
}
