/**
 * Values as a trunk hands them on, for measurements with TFHE's key at hand: encrypted by node-seal, squared twice, summed and switched.
 *
 * @module
 */
import { open } from '../../envelope.ts';
import { createOwnExecutor, type OwnExecutor } from '../../rlwe/evaluate/evaluator.ts';
import { openKey } from '../../rlwe/wire/key-parts.ts';
import type { Compiled, HEClient } from '../../scheme.ts';
import { createSealClient } from '../../seal/client.ts';
import { clientInstance } from '../../seal/runtime.ts';
import type { EncryptMessages } from '../../tfhe/measure/noise-measurement.ts';
import type { SecretKey } from '../../tfhe/library/runtime.ts';
import { inputRing } from '../parameters.ts';
import { openRing } from '../ring-reader.ts';
import { createRingEncryptor } from '../shared-secret.ts';
import { makeSwitchingKey } from '../switching-secret.ts';
import type { Circuit } from '../../circuit.ts';
import { isRefusal } from '../../scheme.ts';
import { findCrossing, scaledProducts } from './crossing.ts';
import { lastResidues } from './evaluator.ts';
import { partPlan, type TrunkParameters, type TrunkProgram } from './plan.ts';
import { RingSwitch } from './ring-switch.ts';
import { SWITCHING_KEY } from './switching.ts';

interface Session extends OwnExecutor {
  readonly client: HEClient;
  readonly ringSwitch: RingSwitch;
}

/** For one key; of a plan of `trunkCircuits` whose sums are its first slots. */
export function switchedInputs(compiled: Compiled, circuits: readonly Circuit[]): EncryptMessages {
  const { trunk: part, units, factor } = compiled.evaluator as TrunkProgram;
  const set = compiled.client.parameters as TrunkParameters;
  let session: Session | null = null;

  async function begin(secret: SecretKey): Promise<Session> {
    const { library } = await clientInstance();
    const ring = inputRing(set);
    using encryptor = createRingEncryptor(library, set, () => secret.serialize());
    const make = (exportSecret: () => Uint8Array): Uint8Array => makeSwitchingKey(set.trunk, ring, encryptor, exportSecret);
    const client = await createSealClient('ckks', partPlan(compiled.client, 'trunk'), [{ kind: SWITCHING_KEY, make }]);
    const keys = await client.generateKeys();
    const own = await createOwnExecutor('ckks', part, keys);
    const crossing = findCrossing(circuits);
    if (isRefusal(crossing)) throw new Error(crossing.reason);
    await own.executor.prepare([scaledProducts(crossing.products, factor)]);
    const ringSwitch = new RingSwitch(set.trunk, ring, openRing(ring), openKey(compiled, keys, SWITCHING_KEY, 0));
    return { ...own, client, ringSwitch };
  }

  return async function* (secret, messages) {
    session ??= await begin(secret);
    const { executor, chain, client, ringSwitch } = session;
    const slots = Float64Array.from(messages, (message) => (message / (2 * units)) ** (1 / 4));
    const place = { kind: 'ciphertext', plan: compiled.id, name: 'x', pass: 0 } as const;
    const payloads = (await client.encrypt('x', [slots])).map((bytes) => open(bytes, place));
    const x = executor.load('x', payloads, 0);
    const { y } = await executor.run('trunk', { x }, 0, undefined);
    for (const ciphertext of y!) yield ringSwitch.apply(lastResidues(ciphertext, chain));
    for (const ciphertext of [...x, ...y!]) executor.release(ciphertext);
  };
}
