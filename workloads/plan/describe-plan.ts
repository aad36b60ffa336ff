/**
 * A plan in words, for the data of a record.
 *
 * @module
 */
import type { ClientStep } from '../plan.ts';
import type { NetworkOverData } from './network-over-data.ts';
import type { PlannedClient, PlannedNetwork, PlannedTable } from './planned-network.ts';
import type { PlannedOutputs } from './planned-outputs.ts';

/** What was put in the place of activations, and how calibrated ranges held on samples that they were not measured on. */
export function describePlan(planned: PlannedNetwork, outputs: PlannedOutputs, { samples, calibration }: NetworkOverData): string[] {
  const parts: string[] = [];
  for (const layer of planned.layers) {
    if (layer.kind === 'table') parts.push(describeTable(layer));
    if (layer.kind === 'client') parts.push(describeRound(layer));
    // Several values may cross one place.
    if (layer.kind === 'bootstrap' && parts.at(-1) !== layer.name) parts.push(layer.name);
    if (layer.kind === 'switch') parts.push(`${layer.name}: from there on tables, before it real numbers`);
    if (layer.kind !== 'polynomial' || layer.approximates === null) continue;
    const { activation, degree, interval, error } = layer.approximates;
    const where = `[${interval.min.toPrecision(3)}, ${interval.max.toPrecision(3)}]`;
    parts.push(`${layer.name}: ${activation} by a polynomial of degree ${degree}, off by at most ${error.toPrecision(3)} on ${where}`);
  }
  if (calibration !== null && planned.layers.some(({ output }) => output.bound === 'calibrated')) {
    parts.push(`${outputs.countOverflows()} of ${samples} samples went outside a calibrated range`);
  }
  return parts;
}

function describeRound({ name, reads, output: { step, min, max } }: PlannedClient): string {
  // Several values are renewed together; functions are applied to one.
  const { steps } = reads.at(-1)!.apply;
  const what = steps.length === 0 ? 'renewed' : steps.map(stepWords).join(' and ');
  const range = [min, max].map((end) => (end * (step ?? 1)).toPrecision(3)).join(' to ');
  return `${name}: ${what} by the client, sent back ${step === null ? 'as real numbers' : `in ${max - min} steps`} from ${range}`;
}

function stepWords(step: ClientStep): string {
  if (step.kind === 'activation') return step.activation;
  return step.kind === 'mean' ? 'average pooling' : 'max pooling';
}

function describeTable({ name, table: { outputs, step, negacyclic }, output }: PlannedTable): string {
  if (negacyclic) return `${name}: a sign by table`;
  return `${name}: a table of ${outputs.length} entries of ${step} steps, outputs ${output.min} to ${output.max}`;
}

export function describeSlots(batch: number, samples: number): string[] {
  return batch > samples ? [`${batch} slots, filled by repeating the samples`] : [];
}
