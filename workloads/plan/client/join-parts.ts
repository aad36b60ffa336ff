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
  readingBefore,
} from '../planned-network.ts';
import { CIRCUIT, INPUT, OUTPUT } from '../round-trip.ts';
import { returnedCount } from './client-function.ts';

/** A network's parts and the rounds between them; one round less than parts. */
export interface PartsAndRounds {
  readonly parts: readonly PlannedPart[];
  readonly rounds: readonly PlannedClient[];
}

export function partsOf({ inputs, input, layers }: PlannedNetwork): PartsAndRounds {
  const parts: PlannedPart[] = [];
  const rounds: PlannedClient[] = [];
  let part = { inputs, input, layers: [] as EvaluatorLayer[] };
  let values = inputs;
  for (const layer of layers) {
    values = valuesBehind(layer, values);
    if (layer.kind !== 'client') {
      part.layers.push(readingBefore(layer, part.layers.length));
      continue;
    }
    parts.push(part);
    rounds.push(layer);
    part = { inputs: values, input: layer.output, layers: [] };
  }
  return { parts: [...parts, part], rounds };
}

function valuesBehind(layer: PlannedLayer, before: number): number {
  if (layer.kind === 'linear') return layer.matrix.rows;
  return layer.kind === 'client' ? returnedCount(layer.apply, before) : before;
}

/** Of part `at`, from 0. */
function circuitName(at: number): string {
  return `${CIRCUIT}-${at + 1}`;
}

function portName(at: number): string {
  return at === 0 ? INPUT : `${INPUT}-${at + 1}`;
}

/** Of part `at`, as ports are named. */
export function partOutput(at: number): string {
  return `${circuitName(at)}.${OUTPUT}`;
}

/** `plans` are round trips, one for each part, over one shape and of one batch. */
export function joinParts(plans: readonly Plan[], rounds: readonly PlannedClient[]): Plan {
  const actions: Action[] = [{ do: 'upload', data: INPUT, port: portName(0), held: portName(0) }];
  const arrangements: Record<string, Arrangement> = {};
  for (const [at, plan] of plans.entries()) {
    const [port, circuit] = [portName(at), circuitName(at)];
    arrangements[port] = plan.arrangements[INPUT]!;
    arrangements[partOutput(at)] = plan.arrangements[`${CIRCUIT}.${OUTPUT}`]!;
    actions.push({ do: 'run', circuit, inputs: { [port]: port }, outputs: { [OUTPUT]: OUTPUT } }, { do: 'release', held: port });
    const round = rounds[at];
    if (round === undefined) continue;
    const { name, apply, learns } = round;
    const next = portName(at + 1);
    actions.push(
      { do: 'client', name, exchanges: [{ from: OUTPUT, apply, port: next, held: next }], learns },
      { do: 'release', held: OUTPUT },
    );
  }
  actions.push({ do: 'download', held: OUTPUT, result: OUTPUT }, { do: 'release', held: OUTPUT });
  return { circuits: plans.map(({ circuits }, at) => renamed(circuits[0]!, at)), actions, arrangements, batch: plans[0]!.batch };
}

function renamed(circuit: Circuit, at: number): Circuit {
  const nodes = circuit.nodes.map((node): Node => (node.op === 'input' ? { ...node, port: portName(at) } : node));
  return { ...circuit, id: circuitName(at), nodes };
}
