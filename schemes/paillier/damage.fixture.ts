/**
 * For tests: a small layer on Paillier, and what becomes of damaged ciphertexts.
 *
 * @module
 */
import { CircuitBuilder } from '../conformance/circuits/circuit-builder.ts';
import { uniforms } from '../conformance/circuits/random-values.ts';
import { openAny, seal } from '../envelope.ts';
import { EnigmarkError } from '../errors.ts';
import { isRefusal, type Compiled, type HEClient, type HEEvaluator, type Kernels } from '../scheme.ts';
import { createPaillierEvaluator } from './choose-evaluator.ts';
import { createClient } from './client.ts';
import { compile } from './compile.ts';
import { restoreSecretKey, type SecretKey } from './key-generation.ts';
import { bytesOf } from './numbers/integers.ts';
import { ciphertext_bytes, parameterSets } from './parameters.ts';

const set = parameterSets['insecure-n512'];
const WEIGHTS = [[3, -2, 1], [0, 5, -7]]; // prettier-ignore
const INPUTS = [1, -4, 6];

/** Circuit 'affine' reads 'x' and has two rows of weights of both signs; 'sums' adds 'x' to itself. */
export class Layer implements AsyncDisposable {
  readonly compiled: Compiled;
  readonly client: HEClient;
  readonly evaluator: HEEvaluator;
  readonly secret: SecretKey;

  private constructor(compiled: Compiled, client: HEClient, evaluator: HEEvaluator, secret: SecretKey) {
    this.compiled = compiled;
    this.client = client;
    this.evaluator = evaluator;
    this.secret = secret;
  }

  static async open(kernels: Kernels): Promise<Layer> {
    const affine = new CircuitBuilder('affine', { rows: 1, columns: 7 }, 1);
    affine.affine(affine.input('x', 3, { min: -8, max: 7 }, 1), WEIGHTS, Float64Array.of(0, 9));
    const sums = new CircuitBuilder('sums', { rows: 1, columns: 7 }, 1);
    sums.add(sums.input('x', 3, { min: -8, max: 7 }, 1), 0);
    const circuits = [affine.build({ y: 1 }), sums.build({ y: 1 })];
    const need = {
      security_bits: 128,
      precision_bits: 6,
      failure_log2: -40,
      threads: 1,
      memory_bytes: 2 ** 32,
      encryption: 'symmetric',
    } as const;
    const compiled = compile(circuits, { ...need, kernels, parameters: set.id });
    if (isRefusal(compiled)) throw new Error(compiled.reason);
    const client = createClient(compiled.client);
    const evaluator = createPaillierEvaluator(compiled, await client.generateKeys());
    await evaluator.prepare(circuits);
    return new Layer(compiled, client, evaluator, restoreSecretKey(await client.exportSecret!(), set));
  }

  /** Sound ciphertexts of the inputs. */
  encrypt(): Promise<Uint8Array[]> {
    return this.client.encrypt('x', INPUTS.map((value) => new Float64Array(7).fill(value))); // prettier-ignore
  }

  /** An envelope around any number below 2^1024. */
  ciphertextOf(number: bigint, name = 'x'): Uint8Array {
    return seal({ kind: 'ciphertext', plan: this.compiled.id, name, pass: 0, payload: bytesOf(number, ciphertext_bytes(set)) });
  }

  /** First slots of what comes back, or the code of the refusal; anything else is thrown. */
  async run(circuit: 'affine' | 'sums', envelopes: readonly Uint8Array[], onTheWayBack = (stored: Uint8Array[]): Uint8Array[] => stored) {
    const held = [];
    try {
      held.push(await this.evaluator.load('x', envelopes));
      const { y } = await this.evaluator.run(circuit, { x: held[0]! });
      held.push(y!);
      const decrypted = await this.client.decrypt(`${circuit}.y`, [onTheWayBack(await this.evaluator.store(y!))]);
      return decrypted.map((slots) => Number(slots[0]));
    } catch (error) {
      if (error instanceof EnigmarkError) return error.code;
      throw error;
    } finally {
      for (const value of held) this.evaluator.release(value);
    }
  }

  /** What sound ciphertexts give. */
  get right(): number[] {
    return WEIGHTS.map((row, at) => row.reduce((sum, weight, input) => sum + weight * INPUTS[input]!, [0, 9][at]!));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.evaluator[Symbol.asyncDispose]();
    await this.client[Symbol.asyncDispose]();
  }
}

/** Sends ciphertexts with one byte changed, up and down in turn. Gives how many were refused, and how many gave a number. */
export async function flipBytes(layer: Layer, flips: number, seed: number): Promise<{ refused: number; numbers: number }> {
  const uniform = uniforms(seed);
  const sound = await layer.encrypt();
  const seen = { refused: 0, numbers: 0 };
  const flipped = (envelope: Uint8Array): Uint8Array => {
    const { length } = openAny(envelope, layer.compiled.id).payload;
    const copy = envelope.slice();
    copy[envelope.length - length + Math.floor(uniform() * length)]! ^= 1 + Math.floor(uniform() * 255);
    return copy;
  };
  for (let flip = 0; flip < flips; flip++) {
    const at = flip % sound.length;
    const outcome =
      flip % 2 === 0
        ? await layer.run('affine', sound.with(at, flipped(sound[at]!)))
        : await layer.run('affine', sound, (stored) => stored.with(0, flipped(stored[0]!)));
    if (typeof outcome === 'string') seen.refused++;
    else seen.numbers++;
  }
  return seen;
}
