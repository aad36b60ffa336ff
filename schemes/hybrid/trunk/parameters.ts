/**
 * Parameter sets of a trunk: those of CKKS, and chains that end with one prime.
 *
 * A trunk's last sums stand modulo one prime, so that every square before them is divided out. By a prime of at most 50 bits, which is all
 * that our kernels have, that leaves too little for the scales of a value and of two layers of weights. Two primes of 34 bits leave enough.
 *
 * @module
 */
import { parameterSets } from '../../ckks/parameters.ts';
import type { RlweParameters } from '../../rlwe/program/program.ts';

export const trunkSets: Readonly<Record<string, RlweParameters>> = {
  ...parameterSets,
  /** Two divisions, by two primes each. 214 bits. */
  'trunk-34': { id: 'trunk-34', degree: 8192, modulus_bits: [38, 34, 34, 34, 34, 40] },
};
