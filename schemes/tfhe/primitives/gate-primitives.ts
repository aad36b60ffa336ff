/**
 * Gates of the library's Boolean interface on our kernel, as rows of the primitives table.
 *
 * @module
 */
import type { PrimitiveBench } from '../../scheme.ts';
import { applyGate, booleanParameters, gateNames } from './boolean.ts';
import { makeBootstrapper } from '../kernel/bootstrap.ts';
import { readBooleanCiphertext, writeBooleanCiphertext } from '../wire/ciphertext-wire.ts';
import { expandKey } from '../kernel/expand-key.ts';
import { readBooleanServerKey } from '../wire/key-wire.ts';
import { loadKernel, preferredPath } from '../kernel/kernel.ts';
import { SharedMemory } from '../kernel/memory.ts';
import { bigDimension } from '../parameters.ts';
import { makeBooleanKey } from '../library/runtime.ts';
import { primitive } from './timed-primitive.ts';

/** Every gate, on one pair of true and false. */
export function gatePrimitives(): PrimitiveBench {
  const dimension = bigDimension(booleanParameters);
  const secret = makeBooleanKey();
  const memory = new SharedMemory();
  const kernel = loadKernel(memory.memory, preferredPath());
  const engine = expandKey(readBooleanServerKey(secret.makeServerKey(), booleanParameters), booleanParameters, kernel, memory);
  const bootstrapper = makeBootstrapper(kernel, memory, engine, { threads: 1 });
  const encrypt = (value: boolean): BigUint64Array => readBooleanCiphertext(secret.encrypt(value), dimension);
  const pair = [encrypt(true), encrypt(false)] as const;
  const truth = { and: false, nand: true, or: true, nor: false, xor: true, xnor: false } as const;
  const primitives = gateNames.map((gate) => {
    let result: BigUint64Array = pair[0];
    return primitive({
      name: `gate ${gate}`,
      async run() {
        result = (await applyGate(gate, [pair], { kernel, memory, bootstrapper }))[0]!;
      },
      right: () => secret.decrypt(writeBooleanCiphertext(result)) === truth[gate],
    });
  });
  return {
    primitives,
    async [Symbol.asyncDispose]() {
      bootstrapper.dispose();
      secret.free();
    },
  };
}
