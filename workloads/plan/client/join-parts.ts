/**
 * Plans of the parts of a network as one plan: a circuit for each part, and a round between two of them.
 *
 * @module
 */
import type { Circuit, Node } from '../../../schemes/circuit.ts';
import type { Arrangement, Plan, Action } from '../../plan.ts';
import {
  type PlannedClient,
  type PlannedNetwork,
  type PlannedPart,
  type PlannedLayer,
  type EvaluatorLayer,
  renumbered,
  sentWidth,
  valuesOut,
} from '../planned-network.ts';
import { CIRCUIT, INPUT, OUTPUT, outputName } from '../round-trip.ts';

/** A network's parts and the rounds between them; one round less than parts. A round reads values by their numbers in the part before. */
export interface PartsAndRounds {
  readonly parts: readonly PlannedPart[];
  readonly rounds: readonly PlannedClient[];
}

export function partsOf({ inputs, input, layers }: PlannedNetwork): PartsAndRounds {
  const parts: PlannedPart[] = [];
  const rounds: PlannedClient[] = [];
  let part = { inputs, input, layers: [] as EvaluatorLayer[] };
  let first = 0;
  for (const [at, layer] of layers.entries()) {
    if (layer.kind === 'switch') throw new TypeError('a network with a trunk has no rounds');
    if (layer.kind !== 'client') {
      part.layers.push(renumbered(layer, -first));
      continue;
    }
    const round = renumbered(layer, -first);
    parts.push(withOutputs(part, round.reads));
    rounds.push(round);
    part = { inputs: sentWidth(layer), input: layer.output, layers: [] };
    first = at + 1;
  }
  return { parts: [...parts, part], rounds };
}

/** The whole network, parts and rounds in turn; one round less than parts. */
export function networkOf({ parts, rounds }: PartsAndRounds): PlannedNetwork {
  const { inputs, input } = parts[0]!;
  const layers: PlannedLayer[] = [];
  for (const [at, part] of parts.entries()) {
    const first = layers.length;
    layers.push(...part.layers.map((layer) => renumbered(layer, first)));
    if (rounds[at] !== undefined) layers.push(renumbered(rounds[at], first));
  }
  return { inputs, input, layers };
}

/** A part that gives out what the client reads. */
export function withOutputs(part: PlannedPart, reads: readonly { readonly of: number }[]): PlannedPart {
  const alsoOut = [...new Set(reads.map(({ of }) => of))].filter((value) => value !== part.layers.length).sort((a, b) => a - b);
  return alsoOut.length === 0 ? part : { ...part, alsoOut };
}

/** Of part `at`, from 0. */
function circuitName(at: number): string {
  return `${CIRCUIT}-${at + 1}`;
}

function portName(at: number): string {
  return at === 0 ? INPUT : `${INPUT}-${at + 1}`;
}

/** The output of part `at` at that place among `valuesOut`, as ports are named. */
export function partOutput(at: number, place = 0): string {
  return `${circuitName(at)}.${outputName(place)}`;
}

/** `plans` are round trips, one for each part, over one shape and of one batch. */
export function joinParts(plans: readonly Plan[], { parts, rounds }: PartsAndRounds): Plan {
  const actions: Action[] = [{ do: 'upload', data: INPUT, port: portName(0), held: portName(0) }];
  const arrangements: Record<string, Arrangement> = {};
  for (const [at, plan] of plans.entries()) {
    const [port, circuit] = [portName(at), circuitName(at)];
    arrangements[port] = plan.arrangements[INPUT]!;
    const values = valuesOut(parts[at]!);
    const names = values.map((_, place) => outputName(place));
    for (const [place, name] of names.entries()) arrangements[partOutput(at, place)] = plan.arrangements[`${CIRCUIT}.${name}`]!;
    const outputs = Object.fromEntries(names.map((name) => [name, name]));
    actions.push({ do: 'run', circuit, inputs: { [port]: port }, outputs }, { do: 'release', held: port });
    const round = rounds[at];
    if (round === undefined) continue;
    const { name, reads, learns } = round;
    const next = portName(at + 1);
    const of = reads.map((read) => ({ from: outputName(values.indexOf(read.of)), apply: read.apply }));
    actions.push({ do: 'client', name, exchanges: [{ of, port: next, held: next }], learns });
    for (const held of names) actions.push({ do: 'release', held });
  }
  actions.push({ do: 'download', held: OUTPUT, result: OUTPUT }, { do: 'release', held: OUTPUT });
  return { circuits: plans.map(({ circuits }, at) => renamed(circuits[0]!, at)), actions, arrangements, batch: plans[0]!.batch };
}

function renamed(circuit: Circuit, at: number): Circuit {
  const nodes = circuit.nodes.map((node): Node => (node.op === 'input' ? { ...node, port: portName(at) } : node));
  return { ...circuit, id: circuitName(at), nodes };
}
