/**
 * How much noise one batch's ciphertexts can still bear, as the client sees it.
 *
 * @module
 */
import { EnigmarkError } from '../../schemes/errors.ts';
import type { HEClient, Held } from '../../schemes/scheme.ts';
import type { LayerMargin, Parties } from './batch-result.ts';

/** Ciphertexts of a layer whose noise is measured: the first of a bundle stand for all, as all are computed alike. */
const LOOKED_AT: readonly number[] = Array.from({ length: 8 }, (_, index) => index);

export class BatchNoise {
  readonly #parties: Parties;
  #margin_bits: number | null = null;
  readonly #layerMargins = new Map<string, number>();

  constructor(parties: Parties) {
    this.#parties = parties;
  }

  /** As a batch's result has them. */
  get margins(): { readonly margin_bits: number | null; readonly layerMargins: readonly LayerMargin[] } {
    const layerMargins = [...this.#layerMargins].map(([layer, margin_bits]) => ({ layer, margin_bits }));
    return { margin_bits: this.#margin_bits, layerMargins };
  }

  /** What is downloaded from a port. */
  async lookAt(port: string, envelopes: readonly Uint8Array[]): Promise<void> {
    const { client, clientPlan } = this.#parties;
    if (client.noise === undefined || clientPlan.ports[port]!.type.step === null) return;
    const margin_bits = await leastMargin(client.noise.bind(client), envelopes);
    this.#margin_bits = Math.min(margin_bits, this.#margin_bits ?? Infinity);
  }

  /** What a layer leaves at the evaluator. */
  async lookAtLayer(layer: string, value: Held): Promise<void> {
    const { client, evaluator } = this.#parties;
    if (client.noise === undefined || !this.#counted) return;
    const envelopes = await evaluator.store(value, LOOKED_AT);
    const margin_bits = await leastMargin(client.noise.bind(client), envelopes).catch(unreadable);
    if (margin_bits !== null) this.#layerMargins.set(layer, Math.min(margin_bits, this.#layerMargins.get(layer) ?? Infinity));
  }

  /** Whether the plan computes on whole numbers. In real numbers noise cannot be told from the value. */
  get #counted(): boolean {
    return Object.values(this.#parties.clientPlan.ports).every(({ type }) => type.step !== null);
  }
}

/** Null where a client reads ciphertexts at ports only, as TFHE's does: scales are known there. */
function unreadable(error: unknown): null {
  if (error instanceof EnigmarkError && error.code === 'UNKNOWN_PORT') return null;
  throw error;
}

async function leastMargin(noise: NonNullable<HEClient['noise']>, envelopes: readonly Uint8Array[]): Promise<number> {
  let least_bits = Infinity;
  for (const envelope of envelopes) least_bits = Math.min(least_bits, (await noise(envelope)).margin_bits);
  return least_bits;
}
