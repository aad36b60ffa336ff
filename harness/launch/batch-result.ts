/**
 * The result of one batch: numbers, bytes, times, and optionally noise and layer times.
 *
 * @module
 */
import type { Values } from '../../schemes/circuit.ts';
import type { ClientPlan, HEClient, HEEvaluator } from '../../schemes/scheme.ts';
import type { Stage } from '../record/record.ts';
import type { HeldMemory } from './peak-memory.ts';

/** The stages that every batch passes through. */
export const BATCH_STAGES = ['encrypt', 'load', 'evaluate', 'store', 'decrypt'] as const satisfies readonly Stage[];
export type BatchStage = (typeof BATCH_STAGES)[number];

export interface Parties {
  readonly clientPlan: ClientPlan;
  readonly client: HEClient;
  readonly evaluator: HEEvaluator;
}

export interface BatchResult {
  /** Numbers of the batch by `Action.download.result`, sample-major, counted in the port's step. */
  readonly outputs: Readonly<Record<string, Values>>;
  readonly elapsed_ns: Readonly<Record<BatchStage, number>>;
  /** What the client made ahead of its data; null: it makes nothing ahead. */
  readonly offline_ns: number | null;
  /** Envelopes included. */
  readonly bytes: { readonly input: number; readonly output: number };
  /** In order: what of bytes and times belongs to each client round. */
  readonly rounds: readonly RoundResult[];
  /** In order of first appearance; empty unless asked for. */
  readonly layers: readonly { readonly name: string; readonly elapsed_ns: number }[];
  /** The most seen between two actions. */
  readonly memory: { readonly client: HeldMemory; readonly evaluator: HeldMemory };
  /** Fewest bits left in the ciphertexts that were downloaded; null unless asked for and known. */
  readonly margin_bits: number | null;
  /** The same after every layer, of some of its ciphertexts, in order of first appearance; empty unless asked for and known. */
  readonly layerMargins: readonly LayerMargin[];
}

export interface LayerMargin {
  readonly layer: string;
  readonly margin_bits: number;
}

export interface RoundResult {
  readonly name: string;
  /** What the client sees. */
  readonly learns: string;
  /** Client to evaluator, and back. */
  readonly bytes: { readonly input: number; readonly output: number };
  /** Decrypting, applying functions, encrypting. */
  readonly client_ns: number;
}
