/** @module */
import { expect, test } from 'vitest';
import { scheme as bfv } from '../../schemes/bfv/scheme.ts';
import { scheme as ckks } from '../../schemes/ckks/scheme.ts';
import { scheme as paillier } from '../../schemes/paillier/scheme.ts';
import { scheme as tfhe } from '../../schemes/tfhe/scheme.ts';
import { isRefusal } from '../../schemes/scheme.ts';
import type { TaskRequest } from '../workload.ts';
import { attentionBlock } from './attention-block.ts';

test.each([
  [ckks, 'about 18 levels'],
  [bfv, '4 levels, in two parts with the softmax at the client'],
  [tfhe, '52,556 bootstraps'],
  [paillier, 'no product of two ciphertexts'],
])('$id: refused, with the reason and the number at which it would run', async (scheme, number) => {
  const refusal = await attentionBlock.prepare({ scheme } as unknown as TaskRequest);
  if (!isRefusal(refusal)) throw new Error('it runs');
  expect(refusal.code).toBe('ATTENTION_UNSUPPORTED');
  expect(refusal.reason).toContain('25,088 pairs of encrypted values');
  expect(refusal.reason).toContain(number);
});
