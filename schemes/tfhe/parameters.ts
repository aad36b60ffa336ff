/**
 * Parameter sets: presets of the library with their published noise. The preset's message and carry moduli are replaced,
 * because scales here belong to layers, not to keys; noise and dimensions stay the preset's.
 *
 * @module
 */
import type { Hardness, ParameterSet } from '../scheme.ts';

/** Gaussian noise is given as standard deviation over the torus (modulus 1). */
export interface TfheParameters extends ParameterSet {
  /** Name in the library's enumeration; null: made of the numbers below. */
  readonly preset: string | null;
  /** n: bits of the small key. */
  readonly lweDimension: number;
  readonly lweNoise: number;
  /** k: polynomials in the mask of a GLWE ciphertext. */
  readonly glweDimension: number;
  /** N */
  readonly polynomialSize: number;
  readonly glweNoise: number;
  readonly bootstrapBase_log2: number;
  readonly bootstrapLevels: number;
  readonly keyswitchBase_log2: number;
  readonly keyswitchLevels: number;
}

/** Words of the torus have 64 bits. */
const TORUS_BITS = 64;

/** Bits of an LWE ciphertext's key as it travels: k * N. */
export function bigDimension(set: TfheParameters): number {
  return set.glweDimension * set.polynomialSize;
}

// Noise figures are those that tfhe-rs 1.7.0 writes into a client key of the preset.
const GLWE_NOISE_2048 = 2.845267479601915e-15;

/** Cheapest bootstrap first. */
export const parameterSets = {
  n512: {
    id: 'n512',
    preset: 'V1_7_PARAM_MESSAGE_1_CARRY_1_KS_PBS_GAUSSIAN_2M128',
    lweDimension: 837,
    lweNoise: 3.3747142481837397e-6,
    glweDimension: 4,
    polynomialSize: 512,
    glweNoise: GLWE_NOISE_2048,
    bootstrapBase_log2: 23,
    bootstrapLevels: 1,
    keyswitchBase_log2: 5,
    keyswitchLevels: 3,
  },
  n1024: {
    id: 'n1024',
    preset: 'V1_6_PARAM_MESSAGE_3_CARRY_0_KS_PBS_GAUSSIAN_2M128',
    lweDimension: 884,
    lweNoise: 1.4999005934396873e-6,
    glweDimension: 2,
    polynomialSize: 1024,
    glweNoise: GLWE_NOISE_2048,
    bootstrapBase_log2: 23,
    bootstrapLevels: 1,
    keyswitchBase_log2: 5,
    keyswitchLevels: 3,
  },
  n2048: {
    id: 'n2048',
    preset: 'V1_7_PARAM_MESSAGE_2_CARRY_2_KS_PBS_GAUSSIAN_2M128',
    lweDimension: 866,
    lweNoise: 2.046151696979124e-6,
    glweDimension: 1,
    polynomialSize: 2048,
    glweNoise: GLWE_NOISE_2048,
    bootstrapBase_log2: 23,
    bootstrapLevels: 1,
    keyswitchBase_log2: 3,
    keyswitchLevels: 5,
  },
  n4096: {
    id: 'n4096',
    preset: 'V1_6_PARAM_MESSAGE_4_CARRY_1_KS_PBS_GAUSSIAN_2M128',
    lweDimension: 935,
    lweNoise: 6.221794297398788e-7,
    glweDimension: 1,
    polynomialSize: 4096,
    glweNoise: 2.168404344971009e-19,
    bootstrapBase_log2: 23,
    bootstrapLevels: 1,
    keyswitchBase_log2: 3,
    keyswitchLevels: 6,
  },
  /** Tests only: a key is made, expanded and used in milliseconds, and hides nothing. */
  'insecure-n1024': {
    id: 'insecure-n1024',
    preset: null,
    lweDimension: 16,
    lweNoise: 1e-8,
    glweDimension: 1,
    polynomialSize: 1024,
    glweNoise: 1e-13,
    bootstrapBase_log2: 10,
    bootstrapLevels: 2,
    keyswitchBase_log2: 4,
    keyswitchLevels: 5,
  },
} as const satisfies Readonly<Record<string, TfheParameters>>;

/** The hardness of a set's keys. */
export function hardnessOf(set: TfheParameters): readonly Hardness[] {
  const torus = { modulus_log2: TORUS_BITS, secret: 'binary' } as const;
  return [
    { key: 'lwe', problem: 'lwe', dimension: set.lweDimension, error_log2: Math.log2(set.lweNoise), ...torus },
    { key: 'glwe', problem: 'glwe', dimension: bigDimension(set), error_log2: Math.log2(set.glweNoise), ...torus },
  ];
}
