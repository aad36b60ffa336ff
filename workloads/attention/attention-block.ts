/**
 * One attention block (Vaswani et al., "Attention is all you need", NIPS 2017), for the row that says why it does not run, and at how many
 * levels or bootstraps it would.
 *
 * Layers here are linear maps with known weights, and functions of one value. Attention multiplies encrypted values by each other, queries
 * by keys and weights by values, and its softmax divides by a sum of exponentials.
 *
 * @module
 */
import { refuse } from '../../schemes/refuse.ts';
import type { Refusal } from '../../schemes/scheme.ts';
import type { SchemeFacts, Workload } from '../workload.ts';

/** A row of an image is a token; one head. */
const TOKENS = 28;
const WIDTH = 16;

/** Queries by keys, and weights by values. */
const PRODUCTS = 2 * TOKENS * TOKENS * WIDTH;
const EXPONENTIALS = TOKENS * TOKENS;
/** Every exponential times one over the sum of its row. */
const DIVISIONS = TOKENS * TOKENS;

/** Queries and keys, their product, weights by values, and the map to the output. */
const LEVELS_AROUND = 4;
/** Of a polynomial of degree 16 for the exponential. */
const LEVELS_OF_EXPONENTIAL = 5;
/** Four steps of Newton's, of two products each, for one over the sum, and the product with it. */
const LEVELS_OF_DIVISION = 2 * 4 + 1;

const LEVELS = LEVELS_AROUND + LEVELS_OF_EXPONENTIAL + LEVELS_OF_DIVISION;
/** 4xy = (x + y)^2 - (x - y)^2: two tables for a product; one for an exponential, and one for one over the sum of a row. */
const BOOTSTRAPS = 2 * (PRODUCTS + DIVISIONS) + EXPONENTIALS + TOKENS;

const IN_THE_WAY = `attention multiplies ${count(PRODUCTS)} pairs of encrypted values, queries by keys and weights by values, and its softmax divides by sums of exponentials; layers here are linear maps with known weights and functions of one value`;

export const attentionBlock: Workload = {
  id: 'attention-block',
  group: 'published',
  title: `Attention: ${TOKENS} rows of an image as tokens, one head of ${WIDTH}`,
  layouts: ['batched'],
  prepare: ({ scheme }) => Promise.resolve(refuseAttention(scheme)),
};

/** Refused with ATTENTION_UNSUPPORTED. */
function refuseAttention(scheme: SchemeFacts): Refusal {
  return refuse('ATTENTION_UNSUPPORTED', `${IN_THE_WAY}; ${wouldRun(scheme)}`);
}

function wouldRun({ arithmetic, operations }: SchemeFacts): string {
  if (operations.has('table') && !operations.has('rotate')) {
    return `by tables it would take ${count(BOOTSTRAPS)} bootstraps, two for each product of two values, one for each exponential and for each sum`;
  }
  if (!operations.has('multiply')) return 'this scheme has no product of two ciphertexts, so that no parameters would do';
  return arithmetic === 'real'
    ? `it would run at about ${LEVELS} levels: ${LEVELS_OF_EXPONENTIAL} for an exponential of degree 16, ${LEVELS_OF_DIVISION} for the division, ${LEVELS_AROUND} around them`
    : `whole numbers have no division: it would run at ${LEVELS_AROUND} levels, in two parts with the softmax at the client between them`;
}

function count(value: number): string {
  return value.toLocaleString('en');
}
