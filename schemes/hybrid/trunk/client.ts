/**
 * The client of a plan with a trunk: node-seal encrypts, node-tfhe decrypts, and a key switches from the secret of one to that of the other.
 *
 * @module
 */
import { expectKeys } from '../../guards.ts';
import type { ClientPlan, HEClient } from '../../scheme.ts';
import { createSealClient } from '../../seal/client.ts';
import { clientInstance } from '../../seal/runtime.ts';
import { createClient as createTfheClient } from '../../tfhe/client.ts';
import { inputRing } from '../parameters.ts';
import { ringClientInputs } from '../client-inputs.ts';
import { makeSwitchingKey } from '../switching-secret.ts';
import { partPlan, type TrunkParameters } from './plan.ts';
import { SWITCHING_KEY } from './switching.ts';

/** @throws EnigmarkError LIBRARY_UNUSABLE, KERNELS_UNUSABLE, PARAMETERS_REFUSED */
export async function createTrunkClient(plan: ClientPlan): Promise<HEClient> {
  const set = plan.parameters as TrunkParameters;
  const { library, memory_bytes } = await clientInstance();
  const inputs = ringClientInputs(library, set, memory_bytes);
  const tables = createTfheClient(partPlan(plan, 'head'), {}, inputs);
  const trunk = await createSealClient('ckks', partPlan(plan, 'trunk'), [
    {
      kind: SWITCHING_KEY,
      make: (exportSecret) => makeSwitchingKey(set.trunk, inputRing(set), expectKeys(inputs.ringEncryptor), exportSecret),
    },
  ]);

  return {
    async generateKeys(options) {
      const ofTables = await tables.generateKeys(options);
      const ofTrunk = await trunk.generateKeys(options);
      return [...ofTrunk, ...ofTables];
    },
    encrypt: (port, values, pass) => trunk.encrypt(port, values, pass),
    decrypt: (port, passes) => tables.decrypt(port, passes),
    memory() {
      const [a, b] = [trunk.memory(), tables.memory()];
      const reserved_bytes = a.reserved_bytes === null || b.reserved_bytes === null ? null : a.reserved_bytes + b.reserved_bytes;
      return { reserved_bytes, live_bytes: null, buffers_bytes: a.buffers_bytes + b.buffers_bytes, objects: a.objects + b.objects };
    },
    async [Symbol.asyncDispose]() {
      await trunk[Symbol.asyncDispose]();
      await tables[Symbol.asyncDispose]();
    },
  };
}
