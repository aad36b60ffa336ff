/**
 * Whether the evaluator can hold the samples of all batches, which is known before anything is encrypted.
 *
 * @module
 */
import type { Refusal } from '../../../schemes/scheme.ts';
import { batchesOf } from '../../../workloads/training/descent.ts';
import type { TrainingTask } from '../../../workloads/training/training.ts';

/** Of one wasm instance. */
const INSTANCE_BYTES = 2 ** 32;
/** What is sent as one polynomial and a seed is held as two. */
const EXPANDED = 2;

/** A refusal with the samples that would fit; null where all do, or where the scheme does not say how long ciphertexts are. */
export function tooManySamples({ update, data, course }: TrainingTask, memory_bytes: number): Refusal | null {
  const { peak_bytes, bytes } = update.compiled.estimate;
  const batches = batchesOf(data.training.rows.length, course.batch);
  const held = new Set(update.trips.flatMap((trip) => trip.held));
  const sent_bytes = Object.entries(bytes.ports ?? {}).reduce((sum, [port, size]) => sum + (held.has(port) ? size : 0), 0);
  // The plan counts the batches of one refresh.
  const counted = Math.min(batches.length, update.stretch?.updates ?? 1);
  const batch_bytes = (EXPANDED * sent_bytes) / counted;
  const limit_bytes = Math.min(memory_bytes, INSTANCE_BYTES);
  const needed_bytes = peak_bytes + (batches.length - counted) * batch_bytes;
  if (needed_bytes <= limit_bytes) return null;
  const fitting = counted + Math.floor((limit_bytes - peak_bytes) / batch_bytes);
  const [needed, limit] = [needed_bytes, limit_bytes].map((size) => (size / 2 ** 30).toFixed(1));
  const reason = `${batches.length} batches of samples would take ${needed} GiB at the evaluator, of ${limit}; ${fitting} batches, of ${batches[0]!.count} samples each, would fit`;
  return { code: 'MEMORY_EXCEEDED', reason, circuit: update.circuits[0]!.id, node: null };
}
