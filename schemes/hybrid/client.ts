/**
 * The client: TFHE's, with inputs encrypted by node-seal, as many to a ciphertext as its ring has coefficients.
 *
 * @module
 */
import type { ClientOptions, ClientPlan, HEClient } from '../scheme.ts';
import { clientInstance } from '../seal/runtime.ts';
import { createClient as createTfheClient } from '../tfhe/client.ts';
import { ringClientInputs } from './client-inputs.ts';
import type { HybridParameters } from './parameters.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, KERNELS_UNUSABLE, KEY_DAMAGED */
export async function createClient(plan: ClientPlan, options: ClientOptions = {}): Promise<HEClient> {
  const { library, memory_bytes } = await clientInstance();
  return createTfheClient(plan, options, ringClientInputs(library, plan.parameters as HybridParameters, memory_bytes));
}
